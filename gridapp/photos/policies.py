"""How many photos a thing may have, and a person may send (C3)."""

from __future__ import annotations

from gridapp.core.refusals import CONFLICT, INVALID, Refusal
from gridapp.core.words import N_

MOST_A_DAY = 60

GONE = Refusal(
    "photo_gone",
    INVALID,
    N_("A photo that you chose before is no longer here."),
    N_("Please choose it again; the rest is as you typed it."),
)
REMOVED_MEANWHILE = Refusal(
    "photo_removed",
    CONFLICT,
    N_("This photo has been taken away meanwhile."),
    N_("Below you see what is there now."),
)
ENOUGH_FOR_TODAY = Refusal(
    "photos_of_a_day",
    CONFLICT,
    N_("You have sent very many photos today."),
    N_("Please send the rest tomorrow, or call us."),
)


def number_refusals(most: int, *, there: int, new: int) -> list[Refusal]:
    """Why a thing with `there` photos cannot have `new` more of at most `most`."""
    if there + new <= most:
        return []
    return [
        Refusal(
            "too_many_photos",
            INVALID,
            N_("At most %(most)s photos; these are %(all)s."),
            N_("Please leave some out."),
            parts={"most": most, "all": there + new},
        )
    ]


def day_refusals(sent: int, new: int) -> list[Refusal]:
    """Why a person who sent `sent` photos today cannot send `new` more."""
    return [ENOUGH_FOR_TODAY] if new and sent + new > MOST_A_DAY else []
