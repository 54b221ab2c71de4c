"""What people would pay."""
