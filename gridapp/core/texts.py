"""Text as it is kept: in composed form, with plain line ends, and without what cannot be written."""

from __future__ import annotations

import re
import unicodedata

# What is longer is left as it is, to be refused: composing characters takes quadratic time (D7).
LONGEST_TYPED = 5_000
NOT_WRITTEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def cleaned(text: str | None) -> str:
    """`text` in composed form with plain line ends and no white space around it."""
    return unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def folded(text: str) -> str:
    """`text` as two spellings of a heading or word are compared: full width, case and space around it do not count."""
    if len(text) > LONGEST_TYPED:
        return text
    return unicodedata.normalize("NFKC", text).strip().casefold()
