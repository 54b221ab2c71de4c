"""From a model and a price to money and a verdict."""
