"""Data sets, candidates, training runs, evaluations and deployments."""
