"""Who is expected at somebody's door (W19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from gridapp.core.masking import first_name
from gridapp.wishes.models import ClaimState, Wish
from gridapp.wishes.queries import claims_on


@dataclass(frozen=True)
class Expected:
    """Somebody who will come: their first name, the word that they say, and the organisation for which they come."""

    claim_id: int
    first_name: str
    word: str | None
    organisation: str | None


def at_the_door(session: Session, wish: Wish) -> Sequence[Expected]:
    """Who comes for the wish: everybody who holds it and goes, oldest first. For the beneficiary, the author and the
    coordinator alone; the caller has asked whether they may."""
    return expected(claims_on(session, wish))


def expected(rows: Iterable[Any]) -> Sequence[Expected]:
    """The same, from rows of `claims_on` that have been read already."""
    return [
        Expected(row[0].id, first_name(row.name), row[0].word, row.organisation)
        for row in rows
        if row[0].state == ClaimState.HELD and row[0].going
    ]
