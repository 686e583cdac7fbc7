"""Words of the core and of the rules, marked for translation where no language is chosen yet.

`N_` only marks: the text is translated when it is shown (by `web.words.say`), so that policies and
workflows need neither Flask nor a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


def N_(text: str) -> str:  # noqa: N802 (the name that gettext's manual gives to the marker)
    """Return `text` as it is; its translation is looked up when it is shown."""
    return text


@dataclass(frozen=True)
class Words:
    """A sentence with its parts, to be translated when shown. Moments among the parts are aware."""

    text: str
    parts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """A moment of which only the day is said, as the town's calendar has it."""

    moment: datetime


def packed(part: Any) -> Any:
    """A part of a sentence as JSON keeps it: moments, days and sentences too, so that they are said in the language and
    on the day ("tomorrow") of whoever reads them."""
    if isinstance(part, Words):
        return {"words": part.text, "parts": {name: packed(one) for name, one in part.parts.items()}}
    if isinstance(part, Day):
        return {"day": part.moment.isoformat()}
    if isinstance(part, datetime):
        return {"moment": part.isoformat()}
    if isinstance(part, list | tuple):
        return [packed(one) for one in part]
    return part


def unpacked(kept: Any) -> Any:
    """The part that `packed` has made `kept` of."""
    if isinstance(kept, list):
        parts = [unpacked(one) for one in kept]
        return tuple(parts) if all(isinstance(one, datetime) for one in parts) else parts
    if not isinstance(kept, dict):
        return kept
    if "words" in kept:
        return Words(kept["words"], {name: unpacked(one) for name, one in kept["parts"].items()})
    if "day" in kept:
        return Day(datetime.fromisoformat(kept["day"]))
    return datetime.fromisoformat(kept["moment"])
