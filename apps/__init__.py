"""The Django apps of Trimtab, with the same rooms in each."""
