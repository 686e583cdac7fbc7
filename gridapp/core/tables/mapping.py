"""What a foreign list calls our columns and values, said in a TOML file (C8); docs/importing.md has a full example."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gridapp.core.tables.reports import BadFile
from gridapp.core.texts import folded
from gridapp.core.words import N_, Words

ALL_OTHERS = "*"
AS_MANY_AS_COME = "any"
# A day as lists write it; more ways come with the mapping's `dates`.
USUAL_DATES = ("YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日", "YYYY年M月D号")
PARTS_OF_A_DATE = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<short>[0-9]{2})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}


@dataclass(frozen=True)
class ListMapping:
    """How one foreign list is read. Words are compared without case, width and space around them."""

    columns: Mapping[str, str] = field(default_factory=dict)  # folded heading of the list → our column
    ignore: frozenset[str] = frozenset()  # folded headings; ALL_OTHERS for all that are not named
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column → folded word → our word
    defaults: Mapping[str, str] = field(default_factory=dict)
    dates: Sequence[str] = ()
    year: int | None = None
    empty: frozenset[str] = frozenset()
    fill_down: frozenset[str] = frozenset()
    heading_rows: Sequence[int] = ()
    sheet: str | None = None
    id: str | None = None  # folded heading of the column with the foreign number
    source: str = ""
    written: Mapping[str, str] = field(default_factory=dict)  # folded → as the mapping writes it

    def meant(self, column: str, typed: str) -> str:
        """Our word for what is typed in `column`, else what is typed."""
        return self.words.get(column, {}).get(folded(typed), typed)

    def day(self, typed: str) -> date | None:
        """The day that is meant, or None."""
        text = unicodedata.normalize("NFKC", typed).strip()
        for pattern in (*USUAL_DATES, *self.dates):
            found = re.fullmatch(_date_pattern(pattern), text)
            if found and (day := self._day_of(found.groupdict())):
                return day
        return None

    def _day_of(self, parts: Mapping[str, str]) -> date | None:
        year = int(parts["year"]) if "year" in parts else self.year
        year = 2000 + int(parts["short"]) if "short" in parts else year
        try:
            return date(year or 0, int(parts["month"]), int(parts["day"]))
        except ValueError:
            return None


NO_MAPPING = ListMapping()


def read_mapping(text: str, columns: Collection[str], choices: Mapping[str, Collection[str]]) -> ListMapping:
    """The mapping in a TOML text; `columns` are ours, `choices` what may be written in some of them.

    Raises BadFile, naming what is not understood and what may stand there.
    """
    try:
        typed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadFile(
            Words(N_("The mapping is not TOML: %(wrong)s"), {"wrong": str(wrong)}),
            Words(N_('Names with Chinese signs stand in quotation marks: "…" = "committee"')),
        ) from None
    _known("", typed, READERS)
    known = tuple(columns)
    read: dict[str, Any] = {}
    for name, value in typed.items():
        read |= READERS[name](value, known)
    _check_words(read.get("words", {}), choices)
    if more := read.pop("as_many", None):
        words = dict(read.get("words", {}))
        words["places"] = {**words.get("places", {}), **{folded(word): AS_MANY_AS_COME for word in more}}
        read["words"] = words
    return ListMapping(**read)


def _columns(value: Any, known: Collection[str]) -> dict[str, Any]:
    pairs = _texts("columns", value)
    _known("columns", dict.fromkeys(pairs.values()), known)
    names = list(pairs.values())
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadFile(
            Words(
                N_("In the mapping's [columns] two columns of the list are the same one of ours: %(twice)s"),
                {"twice": "、".join(twice)},
            )
        )
    return {
        "columns": {folded(heading): name for heading, name in pairs.items()},
        "written": {folded(heading): heading for heading in pairs},
    }


def _words(value: Any, known: Collection[str]) -> dict[str, Any]:
    _is("words", value, dict)
    _known("words", value, known)
    return {
        "words": {
            column: {folded(word): ours for word, ours in _texts(f"words.{column}", pairs).items()}
            for column, pairs in value.items()
        }
    }


def _defaults(value: Any, known: Collection[str]) -> dict[str, Any]:
    pairs = _texts("defaults", value)
    _known("defaults", pairs, known)
    return {"defaults": pairs}


def _fill_down(value: Any, known: Collection[str]) -> dict[str, Any]:
    names = _list("fill_down", value)
    _known("fill_down", dict.fromkeys(names), known)
    return {"fill_down": frozenset(names)}


def _dates(value: Any, _known_: Collection[str]) -> dict[str, Any]:
    patterns = _list("dates", value)
    for pattern in patterns:
        if not re.search("M", pattern) or not re.search("D", pattern):
            raise _not_so("dates", pattern, "YYYY.MM.DD")
    return {"dates": tuple(patterns)}


def _heading_row(value: Any, _known_: Collection[str]) -> dict[str, Any]:
    rows = value if isinstance(value, list) else [value]
    if not rows or not all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows):
        raise _not_so("heading_row", value, "3")
    return {"heading_rows": tuple(rows)}


def _year(value: Any, _known_: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, int) or not 1900 <= value <= 2200:
        raise _not_so("year", value, "2026")
    return {"year": value}


def _text(name: str, into: Callable[[str], str]) -> Callable[[Any, Collection[str]], dict[str, Any]]:
    def read(value: Any, _known_: Collection[str]) -> dict[str, Any]:
        _is(name, value, str)
        return {name: into(value)}

    return read


def _folded_list(name: str, into: str) -> Callable[[Any, Collection[str]], dict[str, Any]]:
    return lambda value, _known_: {into: frozenset(folded(word) for word in _list(name, value))}


# What may stand in a mapping, and how it is read.
READERS: Mapping[str, Callable[[Any, Collection[str]], dict[str, Any]]] = {
    "source": _text("source", str),
    "sheet": _text("sheet", str),
    "id": _text("id", folded),
    "heading_row": _heading_row,
    "columns": _columns,
    "ignore": _folded_list("ignore", "ignore"),
    "words": _words,
    "as_many_as_come": lambda value, _known_: {"as_many": _list("as_many_as_come", value)},
    "defaults": _defaults,
    "dates": _dates,
    "year": _year,
    "empty": _folded_list("empty", "empty"),
    "fill_down": _fill_down,
}


def _check_words(words: Mapping[str, Mapping[str, str]], choices: Mapping[str, Collection[str]]) -> None:
    for column, pairs in words.items():
        if column in choices:
            may = {folded(word) for word in choices[column]}
            for ours in pairs.values():
                if folded(ours) not in may:
                    known = "、".join(list(choices[column])[:12])
                    parts = {"column": column, "word": ours, "known": known}
                    raise BadFile(
                        Words(
                            N_("The mapping's [words.%(column)s] says “%(word)s”; it may be: %(known)s"),
                            parts,
                        )
                    )


def _known(where: str, typed: Mapping[str, Any], known: Collection[str]) -> None:
    if unknown := [name for name in typed if name not in known]:
        parts = {
            "where": f"[{where}]" if where else "",
            "unknown": "、".join(unknown),
            "known": "、".join(known),
        }
        raise BadFile(Words(N_("The mapping %(where)s has %(unknown)s; known are: %(known)s"), parts))


def _texts(where: str, value: Any) -> dict[str, str]:
    _is(where, value, dict)
    for name, text in value.items():
        if isinstance(text, bool) or not isinstance(text, str | int | date):
            raise _not_so(f"{where}.{name}", text, '"…"')
    return {name: str(text) for name, text in value.items()}


def _list(where: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _not_so(where, value, '["…", "…"]')
    return value


def _is(where: str, value: Any, kind: type) -> None:
    if not isinstance(value, kind):
        raise _not_so(where, value, '"…"' if kind is str else "[…]")


def _not_so(where: str, value: Any, example: str) -> BadFile:
    parts = {"where": where, "value": str(value)[:60], "example": example}
    return BadFile(
        Words(N_("In the mapping, %(where)s is “%(value)s”; it is written like %(example)s"), parts)
    )


def _date_pattern(pattern: str) -> str:
    tokens = re.split("(YYYY|YY|MM|M|DD|D)", unicodedata.normalize("NFKC", pattern))
    return "".join(PARTS_OF_A_DATE.get(token) or re.escape(token) for token in tokens)
