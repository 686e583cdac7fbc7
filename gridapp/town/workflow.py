"""Every way in which the town's setup changes; each is journaled on the town with what was and what is (A7, C2)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.areas.models import Town
from gridapp.core import journal
from gridapp.core.refusals import refuse_if
from gridapp.town.policies import setting_up_refusals
from gridapp.volunteers.models import Skill
from gridapp.wishes.models import Category

Offered = Category | Skill
LONGEST_CODE = 12


def change_town(session: Session, town: Town, *, by: Actor, facts: Mapping[str, Any], at: datetime) -> bool:
    """Set the town's facts; whether anything was different. Raises Refused for anybody but the town admin."""
    refuse_if(setting_up_refusals(by))
    town = session.merge(town)
    return _set(session, town, "town_changed", facts, by=by, at=at)


def add_offered(
    session: Session, model: type[Offered], *, by: Actor, facts: Mapping[str, Any], at: datetime
) -> Offered:
    """Offer a further kind of wish, or skill, under a new code."""
    refuse_if(setting_up_refusals(by))
    stem = re.sub(r"[^a-z]+", "-", facts["name_en"].lower()).strip("-")[:LONGEST_CODE].strip("-") or "new"
    code = stem if session.get(model, stem) is None else f"{stem}-{secrets.token_hex(2)}"
    offered = model(code=code, **facts)
    session.add(offered)
    note = _said({name: (None, value) for name, value in facts.items()})
    _record(session, f"{_noun(model)}_added", code, note, by=by, at=at)
    return offered


def change_offered(
    session: Session, offered: Offered, *, by: Actor, facts: Mapping[str, Any], at: datetime
) -> bool:
    """Rename, reorder, take off the list or put back on it; whether anything was different."""
    refuse_if(setting_up_refusals(by))
    return _set(session, offered, f"{_noun(type(offered))}_changed", facts, by=by, at=at, reason=offered.code)


def _set(
    session: Session,
    row: Any,
    step: str,
    facts: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    reason: str | None = None,
) -> bool:
    different = {
        name: (getattr(row, name), value) for name, value in facts.items() if getattr(row, name) != value
    }
    if not different:
        return False
    for name, (_before, value) in different.items():
        setattr(row, name, value)
    session.flush()
    _record(session, step, reason, _said(different), by=by, at=at)
    return True


def _record(session: Session, step: str, reason: str | None, note: str, *, by: Actor, at: datetime) -> None:
    town = session.get(Town, 1)
    if town is None:
        town = Town(id=1, name="", help_phone="", help_hours="")
        session.add(town)
    journal.record(session, town, step, at=at, by_id=by.id, by_role="town_admin", reason=reason, note=note)


def _noun(model: type[Offered]) -> str:
    return "category" if model is Category else "skill"


def _said(different: Mapping[str, tuple[Any, Any]]) -> str:
    return "; ".join(f"{name}: {before} → {value}" for name, (before, value) in different.items())
