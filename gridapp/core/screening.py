"""Free text that becomes public is screened (C19): phone numbers, ID numbers and house numbers are pointed out.

A person writes a number with spaces, in full-width or in Chinese digits; a year, a time, a price, a metro line
or a floor is none of them. What cannot be told apart is left alone: the coordinator reads every wish (W2).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from gridapp.core.words import N_, Words


class Private(StrEnum):
    """What must not stand in a public text."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    HOUSE_NUMBER = "house_number"


@dataclass(frozen=True)
class Finding:
    """One such thing: what it is, and the words as they were typed."""

    kind: Private
    words: str


ADVICE = {
    Private.PHONE: N_(
        "Everybody can read this, and “%(found)s” looks like a phone number. Please leave it out: "
        "whoever helps is shown the number by us."
    ),
    Private.ID_NUMBER: N_(
        "Everybody can read this, and “%(found)s” looks like the number of an ID or a card. "
        "Please leave it out: nobody needs it for a wish."
    ),
    Private.HOUSE_NUMBER: N_(
        "Everybody can read this, and “%(found)s” looks like a house number. Please write the road alone: "
        "the exact address has a box of its own, which only whoever helps can see."
    ),
}

_CHINESE = "〇零一二三四五六七八九十百两"
_DIGITS = dict(zip("〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "000123456789" + "1123456789", strict=True))
_GAP = r"[\s\-_.·•,，、。/*()~—–|转]{0,6}"
_NUMBER = rf"(?:[0-9]{{1,5}}|[{_CHINESE}]{{1,7}})"
_ROAD = r"(?:(?<![走问带上引让赶逛修])路|(?<![上逛])街|大道|巷|胡同|支弄|弄)"
_ESTATE = r"(?:村|坊|苑|小区|花园|公寓|新城|大楼|大厦)"
_BIRTHDAY = r"{gap}(?:1{gap}9|2{gap}0){gap}\d{gap}\d{gap}[01]{gap}\d{gap}[0-3]{gap}\d"

# In digits: every digit of any script is an ASCII one.
_IN_DIGITS = (
    (
        Private.ID_NUMBER,
        re.compile(
            rf"(?<!\d)[1-9](?:{_GAP}\d){{5}}{_BIRTHDAY.format(gap=_GAP)}(?:{_GAP}\d){{3}}{_GAP}[\dXx](?!\d)"
        ),
    ),
    (Private.PHONE, re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")),
    (
        Private.PHONE,
        re.compile(rf"(?<!\d)(?:86{_GAP})?0[1-9]\d{{1,2}}{_GAP}[2-8]\d{{2,3}}{_GAP}\d{{4}}(?!\d)"),
    ),
    (Private.PHONE, re.compile(r"(?<![\d.])[3-8]\d{3} ?\d{4}(?![\d.]|\s*[元块万年])")),
    (Private.ID_NUMBER, re.compile(r"\d{11,}[Xx]?")),
)
# As written: a single Chinese numeral is as often a word (一栋楼, 一弄就坏) as a number.
_AS_WRITTEN = (
    re.compile(
        rf"[0-9]{{1,5}}\s*支?弄|[{_CHINESE}]{{2,7}}\s*支?弄|[{_CHINESE}]\s*支?弄(?=\s*{_NUMBER}\s*号)"
    ),
    re.compile(rf"{_ROAD}\s*({_NUMBER}\s*号)(?![线码口])"),
    re.compile(
        rf"{_ESTATE}\s*({_NUMBER}\s*号)(?![线码口前后来去到上下早中晚开起至之和或]|\s*[0-9]{{1,2}}\s*[:：点])"
    ),
    re.compile(rf"{_NUMBER}\s*号\s*(?:楼|房|院)"),
    re.compile(r"[0-9]{1,3}\s*号\s*(?:[1-9]|[1-3][0-9])(?:0[1-9]|1[0-9])(?![0-9]|\s*[:：点时分元个块人年])"),
    re.compile(rf"(?:[0-9]{{1,3}}|第[{_CHINESE}]+|[三四五六七八九十][{_CHINESE}]*)\s*[栋幢](?!别)"),
    re.compile(rf"{_NUMBER}\s*单元\s*(?:[0-9]{{2,4}}|[{_CHINESE}]{{3,4}})"),
    re.compile(rf"(?:[0-9]{{2,4}}|[{_CHINESE}]{{3,4}})\s*[A-Za-z]?\s*室"),
    re.compile(
        r"(?<![0-9-])[0-9]{1,4}\s*-\s*[0-9]{1,3}\s*-\s*(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{3,4}(?![0-9-])"
    ),
)


def private_things(text: str) -> list[Finding]:
    """What in `text` must not become public, in the order in which it stands there; empty for nothing. C19."""
    plain, digits, places = _folded(text)
    spans: list[tuple[int, int, Private]] = []
    for kind, pattern in _IN_DIGITS:
        _collect(spans, pattern, digits, kind)
    for pattern in _AS_WRITTEN:
        _collect(spans, pattern, plain, Private.HOUSE_NUMBER)
    found = [
        Finding(kind, text[places[a] : places[b - 1] + 1].strip()) for a, b, kind in _joined(spans, plain)
    ]
    return list(dict.fromkeys(found))


def said(finding: Finding) -> Words:
    """What is wrong, with the words found, and how to say it instead."""
    return Words(ADVICE[finding.kind], {"found": finding.words})


def _collect(
    spans: list[tuple[int, int, Private]], pattern: re.Pattern[str], text: str, kind: Private
) -> None:
    """Add what `pattern` finds, unless something found before covers part of it and is of another kind."""
    for match in pattern.finditer(text):
        start, end = match.span(match.lastindex or 0)
        if not any(a < end and start < b and one != kind for a, b, one in spans):
            spans.append((start, end, kind))


def _joined(spans: list[tuple[int, int, Private]], text: str) -> list[tuple[int, int, Private]]:
    """In order; of one kind and side by side or one over the other, they are one: 123弄5号601室."""
    joined: list[tuple[int, int, Private]] = []
    for start, end, kind in sorted(spans):
        if joined and joined[-1][2] == kind and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), kind)
        else:
            joined.append((start, end, kind))
    return joined


def _folded(text: str) -> tuple[str, str, list[int]]:
    """`text` in plain characters, the same with every digit as an ASCII one, and where each stood in `text`."""
    plain, digits, places = [], [], []
    for place, character in enumerate(text):
        for one in _plain(character):
            plain.append(one)
            digits.append(_digit(one))
            places.append(place)
    return "".join(plain), "".join(digits), places


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Full width becomes plain; what is not seen (a zero-width space) is nothing."""
    if unicodedata.category(character) == "Cf":
        return ""
    folded = unicodedata.normalize("NFKC", character)
    return "".join(_ascii_digit(one) for one in folded)


def _ascii_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _digit(character: str) -> str:
    return _DIGITS.get(character, character)
