"""What areas contribute (C18)."""

from __future__ import annotations

from gridapp.areas import demo
from gridapp.core.features import Feature

FEATURE = Feature(name="areas", demo=demo.load)
