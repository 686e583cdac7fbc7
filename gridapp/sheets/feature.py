"""What sheets contribute (C18): nothing, they iterate over what the others do."""

from __future__ import annotations

from gridapp.core.features import Feature

FEATURE = Feature(name="sheets")
