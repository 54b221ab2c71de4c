"""Scenarios, forecasts and verdicts."""
