"""Typed reasons for "no" (C3): what is wrong, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridapp.core.words import N_

FORBIDDEN, CONFLICT, INVALID = 403, 409, 422


@dataclass(frozen=True)
class Refusal:
    """One reason.

    `text` and `advice` are English sources marked with `N_`, with `%(name)s` for the
    `parts`; `status` is the HTTP status that fits (C6); `link` is where to go instead,
    as (address, English label).
    """

    code: str
    status: int
    text: str
    advice: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    link: tuple[str, str] | None = None


class Refused(Exception):
    """Raised by a workflow that will not; carries every reason, never an empty list."""

    def __init__(self, refusals: Sequence[Refusal]):
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = list(refusals)

    @property
    def status(self) -> int:
        """403 when the person is the reason, else the first reason's status."""
        statuses = [refusal.status for refusal in self.refusals]
        return FORBIDDEN if FORBIDDEN in statuses else statuses[0]


class Conflict(Refused):
    """The thing is no longer in a state that the step may start from."""

    def __init__(self) -> None:
        super().__init__(
            [
                Refusal(
                    "changed_meanwhile",
                    CONFLICT,
                    N_("Somebody changed this just now."),
                    N_("Look at it as it is now, below, and decide again."),
                )
            ]
        )


def refuse_if(refusals: Sequence[Refusal]) -> None:
    """Raise Refused when there is any reason."""
    if refusals:
        raise Refused(refusals)
