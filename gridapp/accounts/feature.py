"""What accounts contribute (C18)."""

from __future__ import annotations

from gridapp.accounts import demo
from gridapp.core.features import Feature

FEATURE = Feature(name="accounts", demo=demo.load)
