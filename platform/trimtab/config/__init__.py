"""Configuration: settings, URLs and the background workers; names every app and holds no rule."""
