"""Addresses of people by what they are about: searching, one person, roles and handing over."""

from __future__ import annotations

from gridapp.people.views import person, roles, searching
from gridapp.people.views.blueprint import bp

__all__ = ["bp", "person", "roles", "searching"]
