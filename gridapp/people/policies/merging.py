"""Who may make one of two accounts of one person, and if not, why (V5, C3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.areas.models import Committee
from gridapp.core.features import Merging
from gridapp.core.refusals import CONFLICT, Refusal
from gridapp.core.words import N_
from gridapp.people.policies import DISABLED, OWN_CASE, TOWN_OFFICE_ALONE, looking_after_refusals
from gridapp.people.queries.merging import STAYS_WITH_ROLE, obstacles

SAME_ACCOUNT = Refusal(
    "same_account",
    CONFLICT,
    N_("This is the same account twice."),
    N_("Write the number of the person's other account."),
)
ONE_NOW = Refusal(
    "one_now",
    CONFLICT,
    N_("This account has become part of another one of the same person."),
    N_("Nothing was changed. Load the page again; it leads to the account that stayed."),
)
NOBODY_SIGNS_IN = Refusal(
    "nobody_signs_in",
    CONFLICT,
    N_("The account that would stay has no mobile number."),
    N_("Let the one with the number stay; then the person can sign in."),
)
HAS_ROLES = Refusal(
    "has_roles",
    CONFLICT,
    N_("The account that would go has a role."),
    N_("End the role or hand it over first, or let this account stay."),
    link=("/people/{id}", N_("Its roles")),
)
ELSEWHERE = Refusal(
    "elsewhere",
    CONFLICT,
    N_("Something in another area is in the way."),
    N_("Please ask the town office; it knows who looks after that area."),
)
IN_AN_AREA = Refusal(
    "in_an_area",
    CONFLICT,
    N_("Something in %(committee)s is in the way."),
    N_("Please ask who coordinates there to look at what this person has taken on."),
)


def merging_refusals(
    session: Session,
    actor: Actor,
    ways: Sequence[tuple[Person, Person]],
    *,
    at: datetime,
    mergings: Sequence[Merging],
) -> list[list[Refusal]]:
    """For each way (what goes, what stays): why `actor` may not take it; empty when they may. V5. In one statement."""
    found = obstacles(session, [(gone.id, stays.id) for gone, stays in ways], at=at, mergings=mergings)
    known = {code: refusal for one in mergings for code, refusal in one.refusals.items()}
    answers = []
    for (gone, stays), rows in zip(ways, found, strict=True):
        standing = _standing_in_the_way(actor, gone, stays, rows)
        nobody = [NOBODY_SIGNS_IN] if gone.phone and not stays.phone else []
        said = [_said(session, actor, known[row.code], row) for row in rows if row.code in known]
        answers.append(standing or [*nobody, *_each_once(said)])
    return answers


def comparing_refusals(actor: Actor, pair: Sequence[Person]) -> list[Refusal]:
    """Why the actor does not even read the two side by side: whoever looks after both may (A5, C4)."""
    return next((why for person in pair if (why := looking_after_refusals(actor, person))), [])


def _standing_in_the_way(actor: Actor, gone: Person, stays: Person, rows: Sequence[Any]) -> list[Refusal]:
    """What nobody of this standing does at all. Whoever has a role gets nothing from a coordinator that is another's:
    as with codes (A9) it is the town office's."""
    if gone.id == stays.id:
        return [SAME_ACCOUNT]
    if actor.id in (gone.id, stays.id):
        return [OWN_CASE]
    if elsewhere := comparing_refusals(actor, (gone, stays)):
        return elsewhere
    if gone.merged_into_id is not None or stays.merged_into_id is not None:
        return [ONE_NOW]
    if gone.disabled_at is not None or stays.disabled_at is not None:
        return [DISABLED]
    has_role = any(row.code == STAYS_WITH_ROLE for row in rows)
    return [TOWN_OFFICE_ALONE] if has_role and not actor.is_town_admin else []


def _said(session: Session, actor: Actor, refusal: Refusal, row: Any) -> Refusal:
    """By name only what is within the actor's charge; the town office reads where to ask (A5, C4)."""
    if row.committee is not None and not actor.in_charge_of(row.committee):
        if not actor.is_town_admin:
            return ELSEWHERE
        return replace(IN_AN_AREA, parts={"committee": session.get_one(Committee, row.committee).name})
    link = (refusal.link[0].format(id=row.id), refusal.link[1]) if refusal.link else None
    return replace(refusal, parts={"title": row.title}, link=link)


def _each_once(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Several things elsewhere are not counted either."""
    return [one for n, one in enumerate(refusals) if one not in refusals[:n]]
