"""What an import did, and what is wrong in which cell, for people (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridapp.core.words import N_, Words

LONGEST_QUOTE = 60
EMPTY = N_("(empty)")
REPORT_HEADINGS = (
    N_("Row"),
    N_("Cell"),
    N_("Column"),
    N_("What is there"),
    N_("What is wrong"),
    N_("What to do"),
)


@dataclass(frozen=True)
class RowError:
    """What is wrong in an imported file: line as an editor counts it, column by its heading (C8).

    `cell` is its name in a spreadsheet (C4), whose rows are not an editor's lines where a cell holds several;
    empty where the list has no such column. `typed` is what stands there.
    """

    line: int
    column: str
    words: Words
    advice: Words | None = None
    cell: str = ""
    typed: str = ""

    @property
    def quoted(self) -> str:
        """What stands in the cell, shortened."""
        return self.typed if len(self.typed) <= LONGEST_QUOTE else f"{self.typed[:LONGEST_QUOTE]}…"


@dataclass(frozen=True)
class ImportReport:
    """What an import did or, dry, would do.

    `same` rows are there already; of them `differs` say something else than at their first import and were left
    alone. `changed` is counted where a list may change what is there (areas). `left_out` rows were not wanted.
    """

    new: int
    same: int
    errors: Sequence[RowError] = ()
    changed: int = 0
    differs: int = 0
    left_out: int = 0


class BadFile(ValueError):
    """The file as a whole cannot be read; `words` say why, `advice` what to do."""

    def __init__(self, words: Words, advice: Words | None = None):
        super().__init__(words.text % words.parts)
        self.words, self.advice = words, advice
