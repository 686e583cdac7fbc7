"""Words for things that do not exist: what `/design` shows, in every state; marked for translation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from types import SimpleNamespace

from gridapp.core.words import N_
from gridapp.wishes.models import WishState

SHORT = N_("Find a wish nearby that fits")
LONG = N_(
    "Whoever needs something leaves it here; whoever can help finds it here; and everybody concerned sees where it stands."
)
KINDS = (("wrench", SHORT), ("package", LONG), ("coffee", SHORT))


def slips(committees: Sequence[str], at: datetime, say: Callable[[str], str]) -> Iterator[SimpleNamespace]:
    """A slip of each state, its title in the words of `say`, in the committee of the shortest and of the longest name."""
    places = cycle((min(committees, key=len), max(committees, key=len)))
    for number, (state, (icon, title), place) in enumerate(
        zip(WishState, cycle(KINDS), places, strict=False)
    ):
        yield SimpleNamespace(
            photo_id=None,
            id=number + 1,
            title=say(title),
            category=say(N_("Kind")),
            category_en=say(N_("Kind")),
            state=state,
            icon=icon,
            committee=place,
            road=None,
            places=(1, 3, None)[number % 3],
            taken=number % 3,
            starts_at=at + timedelta(days=1) if number % 2 else None,
            ends_at=at + timedelta(days=1, hours=2) if number % 2 else None,
            deadline=at + timedelta(days=5) if number % 3 else None,
        )


def story(at: datetime) -> list[SimpleNamespace]:
    """Three steps of a story."""
    steps = (
        (N_("The wish was entered."), N_("the person who made the wish")),
        (N_("The coordinator asked a question."), N_("coordinator")),
        (N_("The wish was checked and published."), N_("coordinator")),
    )
    return [
        SimpleNamespace(when=at - timedelta(days=3 - number), text=text, who=who)
        for number, (text, who) in enumerate(steps)
    ]
