"""What notices contribute (C18): nothing but the place where messages are read."""

from __future__ import annotations

from gridapp.core.features import Feature

FEATURE = Feature(name="notices")
