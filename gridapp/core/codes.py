"""Secret codes that people read off a slip of paper and type: ten digits, easy on any phone's keyboard."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

LENGTH = 10


def code_of(secret: str, *parts: object) -> str:
    """The code that belongs to `parts`; nobody who lacks `secret` can tell it. The same parts, the same code (C11)."""
    message = "\n".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:16]) % 10**LENGTH:0{LENGTH}d}"


def typed_code(typed: str | None) -> str | None:
    """The code that was typed, with spaces, hyphens or full-width digits in it; None for what is no code."""
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed or ""))
    return plain if re.fullmatch(rf"[0-9]{{{LENGTH}}}", plain) else None


def spoken_code(code: str) -> str:
    """As people read it out: 48210 97355."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"
