"""What people contribute (C18)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, Role
from gridapp.core.features import Feature, Personal
from gridapp.core.words import N_
from gridapp.people.models import Intermediary, RecoveryCode


def impossible_roles(session: Session) -> Iterable[str]:
    """No role ends before it begins (A2)."""
    return [
        f"role {id_} ends before it begins"
        for id_ in session.scalars(select(Role.id).where(Role.ends_at < Role.starts_at))
    ]


def out_of_reach(session: Session) -> Iterable[str]:
    """Whoever has no phone is reached through somebody (A6)."""
    rows = session.scalars(
        select(Person.id)
        .outerjoin(Intermediary, Intermediary.person_id == Person.id)
        .where(Person.phone.is_(None), Intermediary.person_id.is_(None))
    )
    return [f"person {id_} has no phone and nobody through whom they are reached" for id_ in rows]


FEATURE = Feature(
    name="people",
    invariants={"roles": impossible_roles, "reach": out_of_reach},
    personal=(
        Personal(
            "intermediary",
            N_("Through whom I am reached"),
            None,
            Intermediary,
            lambda id_: Intermediary.person_id == id_,
        ),
        Personal(
            "recovery-codes",
            N_("Codes that were made for me"),
            None,
            RecoveryCode,
            lambda id_: RecoveryCode.person_id == id_,
            frozenset({"code_hash"}),
        ),
    ),
    messages={
        "role_given_coordinator": (
            N_("From %(since)s on you coordinate %(place)s. Your desk shows what waits."),
            lambda id_: "/desk",
        ),
        "role_given_trainer": (
            N_("From %(since)s on you plan the training of %(place)s."),
            lambda id_: "/me",
        ),
        "role_given_officer": (
            N_("From %(since)s on you are department officer: %(place)s."),
            lambda id_: "/me",
        ),
        "role_given_staff": (N_("From %(since)s on you are staff of a shop: %(place)s."), lambda id_: "/me"),
        "role_given_station_master": (
            N_("From %(since)s on you are station master: %(place)s."),
            lambda id_: "/me",
        ),
        "role_given_teacher": (
            N_("From %(since)s on you are teacher of a class: %(place)s."),
            lambda id_: "/me",
        ),
        "role_given_town_admin": (
            N_("From %(since)s on you belong to the town office of %(place)s."),
            lambda id_: "/desk",
        ),
        "role_ended": (
            N_("Your role at %(place)s has ended. Note: %(note)s Thank you for what you did."),
            lambda id_: "/me",
        ),
        "role_handed_over": (
            N_("%(from)s has handed %(place)s over to you. Note: %(note)s Open now: %(number)s. %(things)s"),
            lambda id_: "/",
        ),
        "role_left_to_you": (
            N_(
                "%(from)s no longer looks after %(place)s; you go on. Note: %(note)s Open now: %(number)s. %(things)s"
            ),
            lambda id_: "/",
        ),
        "role_left_to_town": (
            N_(
                "%(from)s no longer looks after %(place)s, and nobody else does all of it: the town office is in charge "
                "now. Note: %(note)s Open now: %(number)s. %(things)s"
            ),
            lambda id_: "/",
        ),
        "code_made": (
            N_(
                "%(by)s made a code on paper, with which a new password can be set for your account. "
                "If you did not ask for it, please call us at once."
            ),
            lambda id_: "/me/password",
        ),
        "recovered": (
            N_(
                "A new password was set with a code on paper; every other device was signed out. "
                "If it was not you, please call us at once."
            ),
            lambda id_: "/me/password",
        ),
        "account_disabled": (N_("Your account was disabled: %(reason)s"), lambda id_: "/me"),
        "account_enabled": (N_("Your account is enabled again."), lambda id_: "/me"),
    },
)
