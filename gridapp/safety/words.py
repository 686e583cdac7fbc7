"""How incidents are said; marked for translation."""

from __future__ import annotations

from gridapp.core.words import N_
from gridapp.safety.models import IncidentState

STATES: dict[str, tuple[str, str, str]] = {
    IncidentState.REPORTED: (N_("waiting for the coordinator"), "half", "amber"),
    IncidentState.HANDLED: (N_("handled"), "tick", "jade"),
}
REPORTERS: dict[str, str] = {
    "author": N_("the person who made the wish"),
    "volunteer": N_("volunteer"),
    "coordinator": N_("coordinator"),
    "beneficiary": N_("the person for whom it is"),
}
