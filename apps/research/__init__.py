"""Market research: sources, feedback, needs, competitors and surveys."""
