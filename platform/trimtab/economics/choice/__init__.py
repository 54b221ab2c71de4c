"""What people choose among offers."""
