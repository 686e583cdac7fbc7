"""When help is wanted, and how wishes are arranged: plain values, as forms, rules and the journal pass them on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gridapp.core.words import N_, Day, Words

CODED = "%Y%m%dT%H%M"


@dataclass(frozen=True)
class Times:
    """When help is wanted: within a window (half-open), by a deadline, or, with neither, at any time; in UTC."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    deadline: datetime | None = None

    @classmethod
    def of(cls, wish: Any) -> Times:
        """Those of a wish, or of a row of one."""
        return cls(wish.starts_at, wish.ends_at, wish.deadline)

    @property
    def said(self) -> tuple[datetime, datetime] | Words:
        """As a part of a sentence."""
        if self.starts_at is not None and self.ends_at is not None:
            return self.starts_at, self.ends_at
        if self.deadline is not None:
            return Words(N_("by %(day)s"), {"day": Day(self.deadline)})
        return Words(N_("any time"))

    @property
    def code(self) -> str:
        """As the journal keeps them: 20261124T0600/20261124T0800, /20261124T1559 for a deadline, / for any time."""
        return f"{_coded(self.starts_at)}/{_coded(self.ends_at or self.deadline)}"

    @classmethod
    def decoded(cls, code: str) -> Times:
        """The times that have this code."""
        start, end = (_decoded(one) for one in code.split("/"))
        return cls(start, end) if start else cls(deadline=end)


@dataclass(frozen=True)
class Arrangement:
    """What a coordinator may change of a wish that is public: time, place and places (C13). `address` empty: it stays;
    `places` None: as many as come."""

    times: Times
    road: str
    address: str
    places: int | None

    def differences(self, wish: Any, address: str) -> Iterator[Difference]:
        """What would be different from the wish as it is now, with its exact address."""
        if self.times != (was := Times.of(wish)):
            yield Difference("retimed", f"{was.code}>{self.times.code}")
        if self.road != wish.road:
            yield Difference("relocated", "road", wish.road, self.road)
        if self.address not in ("", address):
            yield Difference("relocated", "address")
        if self.places != wish.places:
            yield Difference("resized", f"{wish.places or '*'}>{self.places or '*'}")

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of `Wish`."""
        times = self.times
        return {
            "starts_at": times.starts_at,
            "ends_at": times.ends_at,
            "deadline": times.deadline,
            "road": self.road,
            "places": self.places,
        }


@dataclass(frozen=True)
class Difference:
    """One thing that is different: a step of the journal, and its code. Of a road what it was and is; of an exact
    address nothing, which is private."""

    step: str
    code: str
    was: str = ""
    now: str = ""


def was_and_now(step: str, code: str) -> dict[str, Any]:
    """What `retimed` and `resized` changed, from the code in the journal, as parts of a sentence."""
    before, _to, after = code.partition(">")
    if step == "retimed":
        return {"was": Times.decoded(before).said, "now": Times.decoded(after).said}
    return {"was": places_said(before), "now": places_said(after)}


def places_said(code: str) -> Any:
    """How many helpers are wanted, as a part of a sentence; * is as many as come."""
    return Words(N_("as many as come")) if code == "*" else code


def _coded(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):{CODED}}" if moment else ""


def _decoded(code: str) -> datetime | None:
    return datetime.strptime(code, CODED).replace(tzinfo=UTC) if code else None
