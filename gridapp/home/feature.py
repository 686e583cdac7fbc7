"""What home contributes (C18): nothing, it reads."""

from __future__ import annotations

from gridapp.core.features import Feature

FEATURE = Feature(name="home")
