"""A wish's story, for its page and for whoever holds its slip (W13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gridapp.core.database import db
from gridapp.web.words import moment, say
from gridapp.wishes import queries, words
from gridapp.wishes.models import Claim, Wish


def story_of(
    wish: Wish, claims: list[Claim], *, may_read: Callable[[int | None], bool]
) -> list[dict[str, Any]]:
    """Each step in plain words (W13), with what was written where `may_read` says so of whose it is."""
    steps: list[dict[str, Any]] = []
    entries = queries.story(db.session(), wish, [claim.id for claim in claims])
    of_organisations = {claim.id for claim in claims if claim.organisation_id}
    told_by_claims = {entry.at for entry, _whose in entries if entry.thing != "wishes"}
    before: tuple[datetime, str] | None = None
    for entry, whose in entries:
        if entry.thing == "wishes" and entry.step in words.FOLLOWS and entry.at in told_by_claims:
            continue  # with one helper it is the same event once more
        if entry.thing == "wishes" and (entry.at, entry.step) == before:
            continue  # road and exact address are one place
        before = entry.at, entry.step
        steps.append(
            {
                "when_text": moment(entry.at),
                "step": entry.step,
                "text": words.step_of(entry, entry.thing != "wishes" and entry.thing_id in of_organisations),
                "who": say(words.ROLES[entry.by_role]),
                "note": entry.note.text if entry.note and may_read(whose) else None,
            }
        )
    return steps
