"""What people contribute (C18)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, Role
from gridapp.accounts.queries import same_person
from gridapp.core.features import Feature, Merging, Personal
from gridapp.core.words import N_
from gridapp.people.models import Intermediary, RecoveryCode
from gridapp.people.policies.merging import HAS_ROLES
from gridapp.people.queries.merging import in_a_role
from gridapp.people.workflow.merging import replace_code


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
    merging=Merging(
        settle=replace_code,
        obstacles=in_a_role,
        refusals={HAS_ROLES.code: HAS_ROLES},
        otherwise={
            "intermediaries.person_id": "stays: through whom an account without a phone was reached",
            "intermediaries.entered_by_id": "stays: who entered somebody",
            "recovery_codes.person_id": "stays, and a live code is replaced: nobody gets into an account that goes",
            "recovery_codes.made_by_id": "stays: who made a code",
        },
    ),
    invariants={"roles": impossible_roles, "reach": out_of_reach},
    personal=(
        Personal(
            "intermediary",
            N_("Through whom I am reached"),
            None,
            Intermediary,
            lambda id_: Intermediary.person_id.in_(same_person(id_)),
        ),
        Personal(
            "recovery-codes",
            N_("Codes that were made for me"),
            None,
            RecoveryCode,
            lambda id_: RecoveryCode.person_id.in_(same_person(id_)),
            frozenset({"code_hash"}),
        ),
    ),
    messages={
        "role_given_coordinator": (
            N_("From %(since)s on you coordinate %(place)s. Your desk shows what is waiting."),
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
        "accounts_merged": (
            N_(
                "%(by)s has put your two accounts together: %(reason)s Everything is under this one. Sign in with the "
                "number that ends in %(ending)s; with the other one nobody signs in any more."
            ),
            lambda id_: "/me/data",
        ),
        "merged_clash": (
            N_("Since your accounts are one, these overlap: %(things)s. Please give one of them back."),
            lambda id_: "/me",
        ),
        "account_disabled": (N_("Your account was disabled: %(reason)s"), lambda id_: "/me"),
        "account_enabled": (N_("Your account is enabled again."), lambda id_: "/me"),
    },
)
