from __future__ import annotations

BASS = "adoption.bass"
