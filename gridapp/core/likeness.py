"""How alike two short texts are, so that the same need is not entered twice (W2)."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.fuzz import ratio

SAME_TITLE, SAME_WHOLE, SAME_OF_ONE_PERSON = (
    80,
    75,
    70,
)  # per cent; a second wish of one person is no duplicate
READ = 400  # characters of a text that are compared


def are_alike(one: tuple[str, str], other: tuple[str, str], *, of_one_person: bool = False) -> bool:
    """Whether two (title, text) probably say the same; of one person, less needs to be the same.

    Titles that name different figures or Latin words (size 38 and 42, line 2 and 10) are different things.
    """
    (title, text), (title_, text_) = map(_plain, one), map(_plain, other)
    if _names(title) != _names(title_):
        return False
    alike = ratio(title + text, title_ + text_)
    enough = SAME_OF_ONE_PERSON if of_one_person else SAME_WHOLE
    return alike >= enough or ratio(title, title_) >= SAME_TITLE


def _names(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|[0-9]+", title))


def _plain(text: str) -> str:
    """Without signs and spaces, in lower case and normal width."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text[:READ]).lower())
