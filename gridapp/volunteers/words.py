"""How a volunteer's states, and who confirmed, are said; marked for translation."""

from __future__ import annotations

from gridapp.core.words import N_
from gridapp.volunteers.models import DAY_PARTS, VolunteerState

STATES: dict[str, tuple[str, str, str]] = {
    VolunteerState.APPLIED: (N_("to be checked"), "open-ring", "amber"),
    VolunteerState.APPROVED: (N_("approved"), "tick", "jade"),
    VolunteerState.DECLINED: (N_("declined"), "cross", "plain"),
    VolunteerState.PAUSED: (N_("taking a break"), "pause", "blue"),
    VolunteerState.SUSPENDED: (N_("suspended"), "cross", "plain"),
    VolunteerState.MERGED: (N_("part of another account"), "cross", "plain"),
}
DAY_PART_WORDS: dict[str, str] = dict(
    zip(DAY_PARTS, (N_("morning"), N_("afternoon"), N_("evening")), strict=True)
)
CONFIRMERS: dict[str, str] = {
    "author": N_("the person who made the wish"),
    "coordinator": N_("coordinator"),
    "records": N_("earlier records"),
    "beneficiary": N_("whom the wish was for"),
}
