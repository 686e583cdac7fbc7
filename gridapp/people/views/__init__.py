"""Addresses of people by what they are about: searching, one person, roles and handing over, codes, entering."""

from __future__ import annotations

from gridapp.people.views import entering, person, recovering, roles, searching
from gridapp.people.views.blueprint import bp

__all__ = ["bp", "entering", "person", "recovering", "roles", "searching"]
