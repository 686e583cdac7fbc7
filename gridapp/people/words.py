"""How roles and ways of asking are said; marked for translation."""

from __future__ import annotations

from gridapp.accounts.models import RoleKind
from gridapp.core.words import N_

KINDS: dict[str, str] = {
    RoleKind.COORDINATOR: N_("coordinator"),
    RoleKind.TRAINER: N_("training manager"),
    RoleKind.OFFICER: N_("department officer"),
    RoleKind.STAFF: N_("shop staff"),
    RoleKind.STATION_MASTER: N_("station master"),
    RoleKind.REPRESENTATIVE: N_("representative of an organisation"),
    RoleKind.TEACHER: N_("teacher of a class"),
    RoleKind.TOWN_ADMIN: N_("town office"),
}
# What is given on a person's page; who represents an organisation is settled on the organisation's own.
GIVEN_HERE = tuple(kind for kind in KINDS if kind != RoleKind.REPRESENTATIVE)
