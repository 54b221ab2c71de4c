"""What customers need, and how much it matters."""
