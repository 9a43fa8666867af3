"""Tables that a bureau may edit without touching code; each states its source."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent
"""Folder of the dictionaries."""

PROGRAMMES = ROOT / "programmes"
"""Folder of the programme packs."""
