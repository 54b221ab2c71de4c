"""Trimtab: from market evidence and model quality to money, with honest intervals."""
