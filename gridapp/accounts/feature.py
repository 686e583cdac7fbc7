"""What accounts contribute (C18)."""

from __future__ import annotations

from gridapp.accounts import demo, workflow
from gridapp.core.features import Feature

FEATURE = Feature(name="accounts", demo=demo.load, tidy=workflow.forget_old)
