"""Who may open which door: every address, every way of asking, everybody. What is not listed here is shut (D1).

A row is a method, an address with the things of `conftest.py` in braces, and a verdict for each actor:

- `ok`   it opens; a change is carried out
- `on`   led on: there is nothing to do here for somebody signed in
- `in`   led to sign in, and back
- a number is the status of the refusal (C6)

All things lie in the committees of `chief`, except `elsewhere` and `stranger`, which lie in those of `other`, and
`nobodys`, which lies where nobody coordinates, hence with `admin`. `guest` lives elsewhere and helps here. `holder`
holds a claim on `wish`, `former` gave one back and is on a break.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ACTORS = ("visitor", "resident", "applied", "approved", "holder", "former", "author", "chief", "other", "admin")


@dataclass(frozen=True)
class Door:
    """One row: how it is asked, and what each actor hears."""

    method: str
    address: str
    verdicts: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def is_safe(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"

    @property
    def opens_for(self) -> str | None:
        """Somebody for whom it opens, the least first."""
        return next((actor for actor in ACTORS if self.verdicts[actor] == "ok"), None)


TABLE = ""
BODIES = {}
DOORS = ()
