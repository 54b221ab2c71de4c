"""Fitted results with draws, grade, expiry and lineage."""
