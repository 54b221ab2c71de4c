"""Economics of an AI product: arrays and frozen dataclasses in and out, no web, no files, no clock."""
