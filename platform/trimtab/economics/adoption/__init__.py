"""How many customers come."""
