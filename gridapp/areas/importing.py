"""Reading a CSV file for an importer (C8): the file, its rows, and what is wrong in which cell."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from gridapp.areas.queries import committees
from gridapp.core.features import RowError
from gridapp.core.phones import BadPhone, normalised
from gridapp.core.screening import private_things, said
from gridapp.core.words import N_, Words
from gridapp.web.forms import NOT_WRITTEN, cleaned

Row = tuple[int, dict[str, str]]
Meaning = TypeVar("Meaning")
ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what spreadsheets in China save
SEPARATORS = re.compile(r"[、,，;；]")
FEW = 5


class BadFile(ValueError):
    """The file as a whole cannot be read; `words` say why."""

    def __init__(self, words: Words):
        super().__init__(words.text % words.parts)
        self.words = words


def read_csv(path: Path, columns: Mapping[str, str]) -> Sequence[Row]:
    """The rows of a file: each with its line as an editor counts it, and heading → text; blank ones are left out.

    `columns` maps every heading that there may be to the column's name; each column must be there
    once, under whichever heading. Raises BadFile.
    """
    rows = list(_parsed(_decoded(path.read_bytes())))
    if not rows:
        raise BadFile(Words(N_("The file is empty.")))
    headings = _headings(rows[0][1], columns)
    return [(line, _named(line, cells, headings)) for line, cells in rows[1:] if any(map(str.strip, cells))]


def committee_choices(session: Session) -> dict[str, str]:
    """What may be written for a committee, its name or its official code → the code."""
    known = committees(session)
    return {name: code for code, name in known} | {code: code for code, _name in known}


@dataclass
class Cells:
    """The cells of one row, by the name of their column; reading one notes what is wrong in it.

    Each method returns the value, or None when the cell is empty or wrong.
    """

    line: int
    row: Mapping[str, str]
    columns: Mapping[str, str]
    errors: list[RowError] = field(default_factory=list)

    def wrong(self, column: str, words: Words) -> None:
        """Note an error in a column, under the heading that the file gives it."""
        heading = next((heading for heading in self.row if self.columns.get(heading) == column), column)
        self.errors.append(RowError(self.line, heading, words))

    def text(self, column: str, most: int, *, required: bool = False) -> str | None:
        """One cell's text of at most `most` characters, cleaned."""
        text = cleaned(
            next((text for heading, text in self.row.items() if self.columns.get(heading) == column), "")
        )
        if NOT_WRITTEN.search(text):
            self.wrong(
                column,
                Words(N_("There are signs in this text that cannot be written. Please type it again.")),
            )
        elif len(text) > most:
            parts = {"most": most, "typed": len(text)}
            self.wrong(column, Words(N_("At most %(most)s characters; these are %(typed)s."), parts))
        elif text:
            return text
        elif required:
            self.wrong(column, Words(N_("This cell must not be empty.")))
        return None

    def line_of_text(self, column: str, most: int, *, required: bool = False) -> str | None:
        """The same, as one line."""
        text = self.text(column, most, required=required)
        return text and re.sub(r"\s*\n\s*", " ", text)

    def screened(self, column: str, text: str | None) -> str | None:
        """`text` of this column when it may become public; each thing that may not is an error (C19)."""
        found = private_things(text or "")
        for one in found:
            self.wrong(column, said(one))
        return None if found else text

    def phone(self, column: str, *, mobile: bool = False) -> str | None:
        """A phone number in E.164; it must be there."""
        typed = self.text(column, 40, required=True)
        try:
            return normalised(typed, mobile=mobile) if typed else None
        except BadPhone:
            self.wrong(
                column, Words(N_("“%(typed)s” is not a phone number that we can call."), {"typed": typed})
            )
            return None

    def choice(
        self, column: str, choices: Mapping[str, Meaning], *, required: bool = False
    ) -> Meaning | None:
        """What one of the words that may be written there means."""
        typed = self.text(column, 200, required=required)
        return None if typed is None else self._meant(column, typed, choices)

    def choices(self, column: str, choices: Mapping[str, Meaning]) -> list[Meaning]:
        """What several of them mean, each once."""
        typed = [part.strip() for part in SEPARATORS.split(self.text(column, 400) or "")]
        meant = [self._meant(column, part, choices) for part in typed if part]
        return list(dict.fromkeys(each for each in meant if each is not None))

    def number(self, column: str, least: int, most: int) -> int | None:
        """A whole number within limits."""
        typed = self.text(column, 40)
        if typed is None:
            return None
        digits = unicodedata.normalize("NFKC", typed)
        if re.fullmatch(r"[0-9]{1,9}", digits) and least <= int(digits) <= most:
            return int(digits)
        self.wrong(
            column, Words(N_("A number from %(least)s to %(most)s, please."), {"least": least, "most": most})
        )
        return None

    def day(self, column: str) -> date | None:
        """A day, written as 2026-12-01 or, as spreadsheets do, as 2026/12/1."""
        typed = self.text(column, 40)
        if typed is None:
            return None
        try:
            return datetime.strptime(typed.replace("/", "-"), "%Y-%m-%d").date()  # noqa: DTZ007 (a day, not a moment)
        except ValueError:
            self.wrong(column, Words(N_("This is not a day. Please write it as 2026-11-26.")))
            return None

    def _meant(self, column: str, typed: str, choices: Mapping[str, Meaning]) -> Meaning | None:
        if typed in choices:
            return choices[typed]
        folded = {_folded(word): meaning for word, meaning in choices.items()}
        if _folded(typed) in folded:
            return folded[_folded(typed)]
        known = "、".join(list(choices)[:FEW]) + (" …" if len(choices) > FEW else "")
        self.wrong(
            column,
            Words(
                N_("“%(typed)s” is not known here; it may be: %(known)s"), {"typed": typed, "known": known}
            ),
        )
        return None


def doubled(cells: Cells, column: str, key: Meaning, lines: dict[Meaning, int]) -> None:
    """Note it when an earlier row of the file has the same key; `lines` keeps where each was first."""
    first = lines.setdefault(key, cells.line)
    if first != cells.line:
        cells.wrong(column, Words(N_("The same is in line %(line)s already."), {"line": first}))


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile(Words(N_("This is not a CSV file. Please save the table as “CSV UTF-8” and try again.")))


def _parsed(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins: a cell may hold several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise BadFile(
            Words(N_("Line %(line)s is not CSV: perhaps a quotation mark is missing."), {"line": begins})
        ) from None


def _headings(typed: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """The first row's headings, as `columns` writes them."""
    known = {_folded(heading): heading for heading in columns}
    headings = [cell.strip() for cell in typed]
    while headings and not headings[-1]:
        headings.pop()
    if unknown := [heading for heading in headings if _folded(heading) not in known]:
        parts = {"unknown": "、".join(heading or "–" for heading in unknown), "known": "、".join(columns)}
        raise BadFile(
            Words(N_("The first line has headings not known here: %(unknown)s. Known are: %(known)s"), parts)
        )
    headings = [known[_folded(heading)] for heading in headings]
    names = [columns[heading] for heading in headings]
    if twice := [heading for heading, name in zip(headings, names, strict=True) if names.count(name) > 1]:
        raise BadFile(Words(N_("A column is there twice: %(twice)s"), {"twice": "、".join(twice)}))
    first_headings = {name: heading for heading, name in reversed(list(columns.items()))}
    if missing := [heading for name, heading in first_headings.items() if name not in names]:
        parts = {"missing": "、".join(reversed(missing))}
        raise BadFile(Words(N_("These columns are missing (their cells may be empty): %(missing)s"), parts))
    return headings


def _named(line: int, cells: Sequence[str], headings: Sequence[str]) -> dict[str, str]:
    if any(map(str.strip, cells[len(headings) :])):
        parts = {"line": line, "cells": len(cells), "columns": len(headings)}
        raise BadFile(
            Words(
                N_("Line %(line)s has %(cells)s cells for %(columns)s headings. Is a comma too many?"),
                parts,
            )
        )
    return dict(zip(headings, [*cells, *[""] * (len(headings) - len(cells))], strict=False))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
