"""The cells of one row of a list: typed values, and what is wrong in which cell (C8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from rapidfuzz import process

from gridapp.core.phones import BadPhone, normalised
from gridapp.core.screening import private_things, said
from gridapp.core.tables.headings import Sheet
from gridapp.core.tables.reading import Row
from gridapp.core.tables.reports import RowError
from gridapp.core.texts import NOT_WRITTEN, folded
from gridapp.core.words import N_, Words

SEPARATORS = re.compile(r"[、,，;；\n]")
FEW = 8
ADD_TO_MAPPING = N_(
    "Write one of them; or say in the mapping, under [words.%(column)s], what “%(typed)s” means."
)
Choices = Mapping[str, Mapping[str, Any]]


@dataclass
class Cells:
    """One row, by the name of our columns; reading a cell notes what is wrong in it.

    Each method returns the value, or None when the cell is empty or wrong. `known` are the choices of columns that
    have them: what may be written → what it means.
    """

    row: Row
    values: Mapping[str, str]
    sheet: Sheet
    known: Choices = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def wrong(self, column: str, words: Words, advice: Words | None = None) -> None:
        """Note an error in a column, under the heading that the list gives it."""
        heading = self.sheet.headings.get(column, column)
        typed = self.values.get(column, "")
        self.errors.append(
            RowError(self.row.line, heading, words, advice, self.sheet.cell(self.row.number, column), typed)
        )

    def in_order(self) -> list[RowError]:
        """The errors as the columns stand in the list."""
        place = {self.sheet.headings[column]: number for column, number in self.sheet.places.items()}
        return sorted(self.errors, key=lambda error: place.get(error.column, len(place)))

    def text(self, column: str, most: int, *, required: bool = False) -> str | None:
        """One cell's text of at most `most` characters."""
        text = self.values.get(column, "")
        if NOT_WRITTEN.search(text):
            self.wrong(
                column,
                Words(N_("There are signs in this text that cannot be written.")),
                Words(N_("Please type it again.")),
            )
        elif len(text) > most:
            parts = {"most": most, "typed": len(text)}
            self.wrong(
                column,
                Words(N_("At most %(most)s characters; these are %(typed)s."), parts),
                Words(N_("Please shorten it.")),
            )
        elif text:
            return text
        elif required:
            self.wrong(
                column,
                Words(N_("This cell must not be empty.")),
                Words(N_("Fill it in; or remove the row, or set a default in a mapping file.")),
            )
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

    def phone(self, column: str, *, mobile: bool = False, required: bool = True) -> str | None:
        """A phone number in E.164."""
        typed = self.text(column, 40, required=required)
        try:
            return normalised(typed, mobile=mobile) if typed else None
        except BadPhone:
            lost = re.search(r"[eE]\+|\.", typed or "")
            self.wrong(
                column,
                Words(N_("“%(typed)s” is not a phone number that we can call."), {"typed": typed}),
                Words(N_("The spreadsheet has cut the number: format the column as text and type it again."))
                if lost
                else Words(N_("A mobile number has 11 digits, such as 13812345678."))
                if mobile
                else Words(N_("Write it as 13812345678 or 021-62345678.")),
            )
            return None

    def choice(self, column: str, *, required: bool = False) -> Any:
        """What one of the words that may be written in this column means."""
        typed = self.text(column, 200, required=required)
        return None if typed is None else self._meant(column, typed)

    def says(self, column: str) -> Any:
        """What the word in this column means, or None; nothing is noted."""
        typed = folded(self.values.get(column, ""))
        return next((meaning for word, meaning in self.known[column].items() if folded(word) == typed), None)

    def choices(self, column: str) -> list[Any]:
        """What several of them mean, each once."""
        typed = [part.strip() for part in SEPARATORS.split(self.text(column, 4000) or "")]
        meant = [self._meant(column, self.sheet.mapping.meant(column, part)) for part in typed if part]
        return list(dict.fromkeys(each for each in meant if each is not None))

    def parts(self, column: str, most: int) -> list[str]:
        """Several short texts, each once, of at most `most` characters."""
        typed = [part.strip() for part in SEPARATORS.split(self.text(column, 4000) or "")]
        for part in typed:
            if len(part) > most:
                words = Words(
                    N_("At most %(most)s characters; these are %(typed)s."),
                    {"most": most, "typed": len(part)},
                )
                self.wrong(column, words, Words(N_("Please shorten it.")))
        return list(dict.fromkeys(part for part in typed if part))

    def number(self, column: str, least: int, most: int, *, times: int = 1) -> int | None:
        """A whole number within limits; with `times`, of so many parts of what is typed (hours → minutes)."""
        typed = self.text(column, 40)
        if typed is None:
            return None
        digits = unicodedata.normalize("NFKC", typed).replace(" ", "")
        pattern = r"[0-9]{1,9}(\.0+)?" if times == 1 else r"[0-9]{1,6}(\.[0-9]{1,4})?"
        if re.fullmatch(pattern, digits):
            value = round(float(digits) * times)
            if least <= value <= most:
                return value
        parts = {"least": least, "most": most // times}
        self.wrong(
            column,
            Words(N_("A number from %(least)s to %(most)s, please."), parts),
            Words(N_("Only the figure, without a unit.")),
        )
        return None

    def day(self, column: str, *, required: bool = False) -> date | None:
        """A day, written as 2026-12-01, 2026/12/1, 2026年12月1日, or as the mapping says."""
        typed = self.text(column, 40, required=required)
        if typed is None:
            return None
        day = self.sheet.mapping.day(typed.removesuffix(" 00:00"))
        if day is None:
            self._no_day(column)
        return day

    def moment(self, column: str, zone: tzinfo) -> datetime | None:
        """A day and a time of the town's clock (C12), written as 2026-12-01 14:00."""
        typed = self.text(column, 40)
        if typed is None:
            return None
        text = unicodedata.normalize("NFKC", typed).strip()
        found = re.fullmatch(r"(.+?)\s*T?\s*([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?", text)
        day = self.sheet.mapping.day(found[1]) if found else None
        if day is None or found is None:
            self.wrong(
                column,
                Words(N_("This is not a day with a time.")),
                Words(N_("Write it as 2026-11-26 14:00.")),
            )
            return None
        return datetime.combine(day, time(int(found[2]), int(found[3])), tzinfo=zone)

    def _no_day(self, column: str) -> None:
        self.wrong(
            column,
            Words(N_("This is not a day.")),
            Words(
                N_("Write it as 2026-11-26; or say in the mapping, under dates, how the list writes days.")
            ),
        )

    def _meant(self, column: str, typed: str) -> Any:
        choices = self.known[column]
        if typed in choices:
            return choices[typed]
        for word, meaning in choices.items():
            if folded(word) == folded(typed):
                return meaning
        known = list(choices)
        if len(known) > FEW:  # those that look most like it
            known = [word for word, *_score in process.extract(typed, known, limit=FEW)] + ["…"]
        self.wrong(
            column,
            Words(
                N_("“%(typed)s” is not known here; it may be: %(known)s"),
                {"typed": typed, "known": "、".join(known)},
            ),
            Words(ADD_TO_MAPPING, {"column": column, "typed": typed}),
        )
        return None


def doubled(cells: Cells, column: str, key: Any, lines: dict[Any, int]) -> None:
    """Note it when an earlier row of the list has the same key; `lines` keeps where each was first."""
    first = lines.setdefault(key, cells.row.line)
    if first != cells.row.line:
        cells.wrong(
            column,
            Words(N_("The same is in line %(line)s already."), {"line": first}),
            Words(N_("Remove one of the two rows.")),
        )
