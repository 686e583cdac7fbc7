"""Who may give and end which role, disable, enter, and make a code; and if not, why (C3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, numbers_of
from gridapp.core.refusals import CONFLICT, FORBIDDEN, INVALID, Refusal
from gridapp.core.words import N_
from gridapp.people import queries
from gridapp.people.models import Grant

OWN_CASE = Refusal(
    "own_case",
    FORBIDDEN,
    N_("Nobody does this for themselves."),
    N_("Ask another coordinator of your area, or the town office."),
)
TOWN_OFFICE_ALONE = Refusal(
    "town_office_alone",
    FORBIDDEN,
    N_("Only the town office does this."),
    N_("Please call it, and say who it is about and why."),
)
DISABLED = Refusal(
    "disabled",
    CONFLICT,
    N_("This account is disabled."),
    N_("The town office can enable it again."),
)
NOT_IN_CHARGE = Refusal(
    "not_in_charge",
    FORBIDDEN,
    N_("This person lives in another area."),
    N_("The coordinator of that area does this, or the town office."),
)
OVER = Refusal(
    "over", CONFLICT, N_("This role has ended already."), N_("The list of roles shows since when.")
)
ON_ITS_OWN_PAGE = Refusal(
    "on_its_own_page",
    CONFLICT,
    N_("Who represents an organisation is settled on the organisation's page."),
    N_("Its members are listed there."),
    link=("/organisations", N_("Organisations of my area")),
)
SAME_PERSON = Refusal(
    "same_person",
    CONFLICT,
    N_("This person has the role until now."),
    N_("Choose somebody else who takes over, or nobody new."),
)
NUMBER_WANTED = Refusal(
    "number_wanted",
    INVALID,
    N_("This person has no mobile number yet."),
    N_("Write the number with which they will sign in."),
)
NUMBER_TAKEN = Refusal(
    "number_taken",
    CONFLICT,
    N_("This number belongs to another account."),
    N_("If both are the same person's, put them together under “One person, two accounts” on their page."),
)
OWN_OLD_NUMBER = Refusal(
    "own_old_number",
    CONFLICT,
    N_(
        "This is a number of the same person, of an account that became part of this one. It cannot be used yet."
    ),
    N_("Let them sign in with the number of this account or with another one, or call the town office."),
)
LAST_ADMIN = Refusal(
    "last_admin",
    CONFLICT,
    N_("The town would have no town office any more."),
    N_("Give somebody else this role first, without an end date; then it can end here."),
)


def giving_refusals(
    session: Session, giver: Actor, person: Person, grant: Grant, *, at: datetime
) -> list[Refusal]:
    """Why `giver` may not give `person` the role; empty when they may. A2, A4."""
    if person.id == giver.id:
        return [OWN_CASE]
    if wider := _wider_than_own(session, giver, grant):
        return wider
    if person.disabled_at is not None:
        return [DISABLED]
    if person.phone is None:
        return [
            Refusal(
                "no_account",
                CONFLICT,
                N_("This person has no phone and cannot sign in."),
                N_("Make a code for a new phone first; then the person signs in."),
            )
        ]
    if queries.has_same_role(session, person.id, grant, at=at):
        return [
            Refusal(
                "held_already",
                CONFLICT,
                N_("This person has that role already."),
                N_("To change its dates, end it and give it anew."),
            )
        ]
    return []


def seems_endable(session: Session, actor: Actor, role: Role, cover: frozenset[str] | None = None) -> bool:
    """Whether ending the role is the actor's: a town admin's, its holder's, or whose who coordinates more than it does.

    Equals do not end one another's roles. Without `cover` the area is taken as it was half a minute ago: for showing.
    """
    if actor.is_town_admin or role.person_id == actor.id:
        return role.kind != RoleKind.REPRESENTATIVE or cover is not None
    cover = queries.known_cover(session, role.area_id) if cover is None else cover
    return role.kind == RoleKind.COORDINATOR and bool(cover) and cover < actor.charge


def ending_refusals(session: Session, actor: Actor, role: Role, *, at: datetime) -> list[Refusal]:
    """Why `actor` may not end the role now; empty when they may. A3, A4."""
    if not seems_endable(session, actor, role, queries.cover_of(session, role.area_id)):
        return [TOWN_OFFICE_ALONE]
    if role.ends_at is not None and role.ends_at <= at:
        return [OVER]
    last = role.kind == RoleKind.TOWN_ADMIN and role.ends_at is None
    if role.kind == RoleKind.REPRESENTATIVE:
        return [ON_ITS_OWN_PAGE]
    if last and not queries.lasting_admins(session, besides=role.person_id, at=at):
        return [LAST_ADMIN]
    return []


def disabling_refusals(
    session: Session, actor: Actor, person: Person, roles: Sequence[Role], *, at: datetime
) -> list[Refusal]:
    """Why `actor` may not disable the account; `roles` are the person's that are not over. D4."""
    if refusals := _town_office_for_others(actor, person):
        return refusals
    if person.disabled_at is not None:
        return [DISABLED]
    return [
        refusal
        for role in roles
        if role.kind == RoleKind.TOWN_ADMIN
        for refusal in ending_refusals(session, actor, role, at=at)
    ]


def enabling_refusals(actor: Actor, person: Person) -> list[Refusal]:
    """Why `actor` may not enable the account again."""
    if refusals := _town_office_for_others(actor, person):
        return refusals
    if person.disabled_at is None:
        return [
            Refusal(
                "not_disabled",
                CONFLICT,
                N_("This account is enabled."),
                N_("Whoever it belongs to can sign in."),
            )
        ]
    return []


def looking_after_refusals(actor: Actor, person: Person) -> list[Refusal]:
    """Why `actor` may not call the person, or enter a wish for them: who is in charge may, and the town office."""
    if actor.is_town_admin or actor.in_charge_of(person.committee_code):
        return []
    return [NOT_IN_CHARGE]


def entering_refusals(actor: Actor, committee_code: str) -> list[Refusal]:
    """Why `actor` may not enter somebody who lives in the committee: whoever is in charge there may (A6)."""
    return [] if actor.in_charge_of(committee_code) else [NOT_IN_CHARGE]


def code_refusals(actor: Actor, person: Person, roles: Sequence[Role]) -> list[Refusal]:
    """Why `actor` may not make a code for the person; `roles` are the person's that are not over. A9.

    Whoever has the code has the account: so for somebody with a role only the town office makes one, lest a
    coordinator took over more than their own role.
    """
    if person.id == actor.id:
        return [OWN_CASE]
    if refusals := looking_after_refusals(actor, person):
        return refusals
    if roles and not actor.is_town_admin:
        return [TOWN_OFFICE_ALONE]
    return [DISABLED] if person.disabled_at is not None else []


def number_refusals(
    session: Session, person: Person, new_phone: str | None, *, at: datetime
) -> list[Refusal]:
    """Why the account cannot get the number; without one it keeps its own. A9."""
    if new_phone is None:
        return [] if person.phone else [NUMBER_WANTED]
    if queries.number_is_free(session, new_phone, person.id, at=at):
        return []
    own = new_phone in set(session.scalars(numbers_of(person.id)))
    return [OWN_OLD_NUMBER] if own else [NUMBER_TAKEN]


def _town_office_for_others(actor: Actor, person: Person) -> list[Refusal]:
    if not actor.is_town_admin:
        return [TOWN_OFFICE_ALONE]
    return [OWN_CASE] if person.id == actor.id else []


def _wider_than_own(session: Session, giver: Actor, grant: Grant) -> list[Refusal]:
    """A town admin gives every role; a coordinator the same one for no more committees; nobody for longer (A4)."""
    asked = queries.cover_of(session, grant.area_id)
    inside = grant.kind == RoleKind.COORDINATOR and bool(asked) and asked <= giver.charge
    if not giver.is_town_admin and not inside:
        return [
            Refusal(
                "wider_than_own",
                FORBIDDEN,
                N_("You can only give the role of a coordinator, for what you coordinate yourself."),
                N_("For everything else ask the town office."),
            )
        ]
    own_end = _own_end(session, giver, asked)
    if own_end is None or (grant.ends_at is not None and grant.ends_at <= own_end):
        return []
    return [
        Refusal(
            "longer_than_own",
            FORBIDDEN,
            N_("Your own role ends at %(when)s; you cannot give one that lasts longer."),
            N_("Choose an earlier end, or ask the town office."),
            parts={"when": own_end},
        )
    ]


def _own_end(session: Session, giver: Actor, asked: frozenset[str]) -> datetime | None:
    """When the giver's right over the committees `asked`, or as a town admin, ends; None: it does not."""
    if giver.is_town_admin:
        return _latest_end([role for role in giver.roles if role.kind == RoleKind.TOWN_ADMIN])
    covers = [
        (role, queries.cover_of(session, role.area_id))
        for role in giver.roles
        if role.kind == RoleKind.COORDINATOR
    ]
    ends = [_latest_end([role for role, cover in covers if code in cover]) for code in asked]
    return min((end for end in ends if end is not None), default=None)


def _latest_end(roles: Sequence[Role]) -> datetime | None:
    ends = [role.ends_at for role in roles if role.ends_at is not None]
    return max(ends) if len(ends) == len(roles) and ends else None
