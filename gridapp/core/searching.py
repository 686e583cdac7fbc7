"""Search of public texts, in Chinese too, alike on both engines (W15).

A text becomes a row of tokens, made here in Python: of Han characters each with the one behind it, of anything else
the word. So one character is the beginning of a token, two are a token and more are a phrase; 医保卡 is
`医保 保卡 卡`. A second row holds the first letters of the pinyin by threes: `yba bak` … finds 医保卡 typed as `ybk`.

SQLite keeps the rows as text under FTS5, PostgreSQL as a tsvector with positions under GIN. Neither takes texts
apart by itself: the trigrams of both find nothing for two Han characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_IS_HAN = re.compile(rf"[{HAN}]")
_PLACED = re.compile(r"'([^']+)':([0-9,]+)")
_LETTERS = re.compile(r"[a-z]{2,20}")
LONGEST_QUERY, MOST_TERMS, LONGEST_TOKEN = 60, 6, 40
LAST_POSITION = 16_000  # of a tsvector


class Tokens(TypeDecorator[str]):
    """Tokens with a space between them; on PostgreSQL a tsvector that says where each stands."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A tsvector on PostgreSQL."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """With positions for PostgreSQL; tokens are letters and digits alone, so nothing needs quoting but the quotes."""
        if value is None or dialect.name != "postgresql":
            return value
        return as_tsvector(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The tokens in the order in which they were written."""
        if value is None or dialect.name != "postgresql":
            return value
        placed = [(int(n), token) for token, places in _PLACED.findall(value) for n in places.split(",")]
        return " ".join(token for _n, token in sorted(placed))


def as_tsvector(tokens: str) -> str:
    """The tokens as PostgreSQL reads a tsvector."""
    return " ".join(f"'{token}':{n}" for n, token in enumerate(tokens.split(" ")[:LAST_POSITION], 1) if token)


def tokens_of(*texts: str) -> str:
    """What the search keeps of texts."""
    return " ".join(token for text in texts for token in _tokens(text))


def initials_of(*texts: str) -> str:
    """The first letters of the pinyin of each run of Han characters, by threes: 医保卡 is `ybk bk k`."""
    runs = (run for text in texts for run in _RUN.findall(_plain(text)) if _IS_HAN.match(run))
    return " ".join(" ".join(_threes(_letters(run))) for run in runs)


@dataclass(frozen=True)
class Term:
    """One word of what somebody looks for; `letters` may be initials of pinyin."""

    tokens: tuple[str, ...]
    is_open: bool  # the last token is only a beginning
    letters: str = ""


def terms_of(query: str) -> list[Term]:
    """The words that somebody typed; empty where there is nothing to look for. Each must be found."""
    return [term for word in _plain(query[:LONGEST_QUERY]).split()[:MOST_TERMS] for term in _term(word)]


def _term(word: str) -> Iterator[Term]:
    tokens = tuple(_tokens(word, end=False))
    if tokens:
        last = tokens[-1]
        is_open = len(last) == 1 or not _IS_HAN.match(last)
        yield Term(tokens, is_open, word if _LETTERS.fullmatch(word) else "")


def for_fts5(terms: Iterable[Term]) -> str:
    """The terms in the language of SQLite's FTS5, over the columns `words` and `initials`."""
    return " AND ".join(
        f"({{words}} : {_fts5(t.tokens, t.is_open)}"
        + (f" OR {{initials}} : {_fts5(*_spelt(t))})" if t.letters else ")")
        for t in terms
    )


def found_by_tsquery(words: Any, initials: Any, terms: Iterable[Term]) -> list[ColumnElement[bool]]:
    """Conditions on two tsvectors, one for each term.

    What is looked for stands in the statement, not among its parameters: only so does the planner know how often
    it occurs, also when the statement has been prepared. Tokens are letters and digits, so nothing can end the text.
    """
    conditions = []
    for term in terms:
        found = words.bool_op("@@")(_tsquery(term.tokens, term.is_open))
        if term.letters:
            found = found | initials.bool_op("@@")(_tsquery(*_spelt(term)))
        conditions.append(found)
    return conditions


def _fts5(tokens: Iterable[str], is_open: bool) -> str:
    return " + ".join(f'"{token}"' for token in tokens) + (" *" if is_open else "")


def _tsquery(tokens: tuple[str, ...], is_open: bool) -> ColumnElement[Any]:
    phrase = " <-> ".join(f"''{token}''" for token in tokens) + (":*" if is_open else "")
    return literal_column(f"'{phrase}'::tsquery")


def _spelt(term: Term) -> tuple[tuple[str, ...], bool]:
    """The letters as `initials_of` keeps them."""
    letters = term.letters
    if len(letters) < 3:
        return (letters,), True
    return tuple(letters[n : n + 3] for n in range(len(letters) - 2)), False


def _tokens(text: str, *, end: bool = True) -> Iterator[str]:
    """Of Han characters pairs and the last of a run alone, of the rest words; without `end` as in the midst of a run."""
    runs = _RUN.findall(_plain(text))
    for number, run in enumerate(runs, 1):
        if not _IS_HAN.match(run):
            yield run[:LONGEST_TOKEN]
            continue
        yield from (run[n : n + 2] for n in range(len(run) - 1))
        if end or len(run) == 1 or number < len(runs):
            yield run[-1]


def _threes(letters: str) -> Iterator[str]:
    return (letters[n : n + 3] for n in range(len(letters)))


@lru_cache(maxsize=4096)
def _letters(run: str) -> str:
    from pypinyin import Style, lazy_pinyin  # 50 MB, for those who write alone

    def letters(part: str) -> str:
        return "".join(
            found[:1] for found in lazy_pinyin(part, style=Style.FIRST_LETTER, errors=lambda _: "0")
        )

    try:
        return letters(run)
    except IndexError:  # the package knows some rare characters without a sound
        return "".join(_letter(letters, character) for character in run)


def _letter(letters: Callable[[str], str], character: str) -> str:
    try:
        return letters(character)
    except IndexError:
        return "0"


def _plain(text: str) -> str:
    """Full-width and ligatures as their plain form, small letters, no accents that stand alone."""
    return unicodedata.normalize("NFKC", text).casefold()
