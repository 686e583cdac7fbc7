"""How kinds and states of organisations are said; marked for translation."""

from __future__ import annotations

from gridapp.core.words import N_
from gridapp.organisations.models import OrganisationKind, OrganisationState

KINDS: dict[str, str] = {
    OrganisationKind.COMPANY: N_("company or association"),
    OrganisationKind.COLLECTIVE: N_("collective enterprise"),
    OrganisationKind.PARTNER: N_("partner institution"),
}
STATES: dict[str, tuple[str, str, str]] = {
    OrganisationState.APPLIED: (N_("to be checked"), "open-ring", "amber"),
    OrganisationState.APPROVED: (N_("approved"), "tick", "jade"),
    OrganisationState.DECLINED: (N_("declined"), "cross", "plain"),
    OrganisationState.SUSPENDED: (N_("suspended"), "cross", "plain"),
}
