"""Addresses of lists in and out, by what they are about."""

from __future__ import annotations

from gridapp.sheets.views import exporting, importing
from gridapp.sheets.views.blueprint import bp

__all__ = ["bp", "exporting", "importing"]
