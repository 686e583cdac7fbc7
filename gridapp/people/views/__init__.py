"""Addresses of people by what they are about: searching, one person, roles and handing over, codes, entering."""

from __future__ import annotations

from gridapp.people.views import entering, merging, person, recovering, roles, searching
from gridapp.people.views.blueprint import bp

__all__ = ["bp", "entering", "merging", "person", "recovering", "roles", "searching"]
