"""What the town's setup contributes (C18): nothing but its pages."""

from __future__ import annotations

from gridapp.core.features import Feature

FEATURE = Feature(name="town")
