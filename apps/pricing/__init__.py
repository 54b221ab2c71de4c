"""Price studies and demand."""
