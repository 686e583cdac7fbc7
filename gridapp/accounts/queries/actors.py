"""Who acts: one person with their roles, or, for a statement that is put together once, any of a kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, bindparam

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.core.clock import now

ME: BindParameter[int] = bindparam("me")
AT: BindParameter[datetime] = bindparam("at")
CODES: BindParameter[Any] = bindparam("codes", expanding=True)
AREAS: BindParameter[Any] = bindparam("areas", expanding=True)
CASE_PEOPLE: BindParameter[Any] = bindparam("case_people", expanding=True)
CASE_PAIRS: BindParameter[Any] = bindparam("case_pairs", expanding=True)


@dataclass(frozen=True)
class Actor:
    """Who acts at the moment `at` (UTC): the person, the roles in force, and the codes of the committees in charge of.

    `cases` are pairs of a person and a committee: whoever is alone in charge does not decide on their own case, so
    it is this actor's. Nobody's case is a dead end.
    """

    person: Person
    roles: tuple[Role, ...] = ()
    charge: frozenset[str] = frozenset()
    cases: frozenset[tuple[int, str]] = frozenset()
    at: datetime = field(default_factory=now)

    @property
    def is_town_admin(self) -> bool:
        """Whether the actor looks after what nobody else does."""
        return any(role.kind == RoleKind.TOWN_ADMIN for role in self.roles)

    @property
    def id(self) -> int:
        """The person's id."""
        return self.person.id

    @property
    def areas(self) -> list[int]:
        """Ids of the areas that the actor coordinates."""
        return [
            role.area_id
            for role in self.roles
            if role.kind == RoleKind.COORDINATOR and role.area_id is not None
        ]

    @property
    def represents(self) -> frozenset[int]:
        """Ids of the organisations for which the actor speaks."""
        return frozenset(
            role.place_id
            for role in self.roles
            if role.kind == RoleKind.REPRESENTATIVE and role.place_id is not None
        )

    # What statements ask for, of an actor and of any.

    @property
    def has_cases(self) -> bool:
        """Whether the case of anybody falls to the actor."""
        return bool(self.cases)

    @property
    def codes(self) -> list[str]:
        """The codes of the committees in charge of."""
        return sorted(self.charge)

    @property
    def case_people(self) -> list[int]:
        """Ids of those whose cases fall to the actor."""
        return sorted({person_id for person_id, _code in self.cases})

    @property
    def case_pairs(self) -> list[tuple[int, str]]:
        """The same with the committee of each case."""
        return sorted(self.cases)

    @property
    def kind(self) -> AnyActor:
        """The actor for whom a statement is put together that serves this one and all others of the kind."""
        return _any_actor(self.is_town_admin, self.has_cases)

    @property
    def facts(self) -> dict[str, Any]:
        """What the parameters in a statement for the `kind` mean for this actor."""
        return {
            ME.key: self.id,
            AT.key: self.at,
            CODES.key: self.codes,
            AREAS.key: self.areas,
            CASE_PEOPLE.key: self.case_people,
            CASE_PAIRS.key: self.case_pairs,
        }

    def in_charge_of(self, committee_code: str | None) -> bool:
        """Whether the actor coordinates this committee now."""
        return committee_code in self.charge

    def has_case_of(self, person_id: int, committee_code: str | None) -> bool:
        """Whether a case of that person in that committee falls to the actor, because nobody else may decide."""
        return (person_id, committee_code) in self.cases


@dataclass(frozen=True, eq=False)
class AnyActor:
    """Stands for every actor of a kind in a statement that is put together once: what it knows are parameters, which
    `Actor.facts` gives when the statement is sent. A statement differs where it asks for `is_town_admin` or `has_cases`.
    """

    is_town_admin: bool
    has_cases: bool
    id: BindParameter[int] = ME
    at: BindParameter[datetime] = AT
    codes: BindParameter[Any] = CODES
    areas: BindParameter[Any] = AREAS
    case_people: BindParameter[Any] = CASE_PEOPLE
    case_pairs: BindParameter[Any] = CASE_PAIRS


@cache
def _any_actor(is_town_admin: bool, has_cases: bool) -> AnyActor:
    return AnyActor(is_town_admin, has_cases)
