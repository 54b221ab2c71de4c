"""The sample company, public data and the first sign-in."""
