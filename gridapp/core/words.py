"""Words of the core and of the rules, marked for translation where no language is chosen yet.

`N_` only marks: the text is translated when it is shown (by `web.words.say`), so that policies and
workflows need neither Flask nor a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 (the name that gettext's manual gives to the marker)
    """Return `text` as it is; its translation is looked up when it is shown."""
    return text


@dataclass(frozen=True)
class Words:
    """A sentence with its parts, to be translated when shown. Moments among the parts are aware."""

    text: str
    parts: Mapping[str, Any] = field(default_factory=dict)
