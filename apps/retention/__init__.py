"""Satisfaction, retention and lifetime value."""
