"""The overview pages."""
