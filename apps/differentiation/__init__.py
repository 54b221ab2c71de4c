"""Criteria, offers, scores and positions."""
