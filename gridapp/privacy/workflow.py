"""What a person does with what is kept of them: correct it, take a copy, sign devices out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, SignIn
from gridapp.accounts.queries import token_hash
from gridapp.core import journal
from gridapp.core.features import Personal


def correct(session: Session, person: Person, *, name: str, committee_code: str | None, at: datetime) -> bool:
    """Set the person's own name and committee; False when nothing was different. Journaled without the texts (C2)."""
    changed = [
        column
        for column, value in (("name", name), ("committee", committee_code))
        if getattr(person, "committee_code" if column == "committee" else column) != value
    ]
    if not changed:
        return False
    person.name, person.committee_code = name, committee_code
    journal.record(
        session, person, "corrected", at=at, by_id=person.id, by_role="self", reason=" ".join(changed)
    )
    return True


def copy_of(
    session: Session, person: Person, parts: Sequence[Personal], *, at: datetime
) -> Mapping[str, Sequence[dict[str, Any]]]:
    """Everything that features keep of the person, by part; that a copy was taken is journaled (Y4)."""
    everything = {part.id: part.read(session, person.id) for part in parts}
    journal.record(session, person, "copied", at=at, by_id=person.id, by_role="self")
    return everything


def end_device(session: Session, device: SignIn, *, at: datetime) -> None:
    """Sign one device out, at once (D4)."""
    session.execute(
        update(SignIn).where(SignIn.id == device.id, SignIn.ended_at.is_(None)).values(ended_at=at)
    )


def end_other_devices(session: Session, person: Person, token: str, *, at: datetime) -> None:
    """Sign every device out but the one that holds `token` (D4)."""
    session.execute(
        update(SignIn)
        .where(
            SignIn.person_id == person.id,
            SignIn.ended_at.is_(None),
            SignIn.token_hash != token_hash(token),
        )
        .values(ended_at=at)
    )
