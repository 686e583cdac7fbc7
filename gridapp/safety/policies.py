"""Who may do what with an incident or a parting now, and if not, why (C3)."""

from __future__ import annotations

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.safety.models import Incident, IncidentState, Parting, PartingState

HANDLED_MEANWHILE = Refusal(
    "handled", CONFLICT, N_("This has been handled meanwhile."), N_("Below you see what was done.")
)
# Said to whoever is kept apart, and to everybody where a coordinator keeps a wish back: nobody can tell which (W19).
SOMEBODY_IN_MIND = Refusal(
    "somebody_in_mind",
    CONFLICT,
    N_("The coordinator has somebody in mind for this wish already."),
    N_("Thank you for wanting to help. Perhaps one of the wishes below?"),
)
KEPT_APART_ALREADY = Refusal(
    "kept_apart_already",
    CONFLICT,
    N_("This person is kept away already."),
    N_("If you have changed your mind, please call us."),
)


def looks_after(actor: Actor, incident: Incident) -> bool:
    """The coordinator in charge, or the town admin."""
    return actor.is_town_admin or actor.in_charge_of(incident.committee_code)


def may_see(actor: Actor, incident: Incident) -> bool:
    """Whether the incident is in the actor's world: who reported it, the coordinator in charge, the town admin."""
    return incident.reported_by_id == actor.id or looks_after(actor, incident)


def describing_refusals(actor: Actor, incident: Incident) -> list[Refusal]:
    """Why the actor may not write what happened: only who reported it, until it is handled."""
    if incident.reported_by_id != actor.id:
        return [
            Refusal(
                "not_your_report",
                FORBIDDEN,
                N_("Only whoever reported it writes here."),
                N_("What you know of it, write when you handle it."),
            )
        ]
    return [] if incident.state == IncidentState.REPORTED else [HANDLED_MEANWHILE]


def handling_refusals(actor: Actor, incident: Incident) -> list[Refusal]:
    """Why the actor may not handle the incident: coordinator in charge or town admin, never when it is about them."""
    if not looks_after(actor, incident):
        return [
            Refusal(
                "not_in_charge",
                FORBIDDEN,
                N_("The coordinator in charge handles this."),
                N_("They have been told. If it is urgent, please call us."),
            )
        ]
    if incident.about_id == actor.id:
        return [
            Refusal(
                "own_case",
                FORBIDDEN,
                N_("Nobody handles what is about themselves."),
                N_("The town office has been told and handles it."),
            )
        ]
    return [] if incident.state == IncidentState.REPORTED else [HANDLED_MEANWHILE]


def lifting_refusals(actor: Actor, parting: Parting) -> list[Refusal]:
    """Why the actor may not lift the parting: the coordinator in charge, never when it is about them."""
    if not actor.in_charge_of(parting.committee_code) or parting.person_id == actor.id:
        return [
            Refusal(
                "not_in_charge",
                FORBIDDEN,
                N_("The coordinator in charge decides this."),
                N_("Please call us."),
            )
        ]
    return [] if parting.state == PartingState.KEPT else [HANDLED_MEANWHILE]
