"""What to decide: options side by side, what to find out first, and how earlier decisions turned out."""
