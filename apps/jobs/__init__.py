"""Durable background work: one row, one lease, one heartbeat."""
