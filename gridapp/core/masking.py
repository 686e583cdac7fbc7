"""What strangers see of a person (C4)."""

from __future__ import annotations

import re

NATIONAL_DIGITS = 11


def masked_phone(phone: str | None) -> str:
    """138****1234 for an E.164 number; empty for none."""
    if not phone:
        return ""
    digits = phone.removeprefix("+86").lstrip("+")
    if len(digits) < 8:
        return "****"
    return f"{digits[:3]}****{digits[-4:]}"


def masked_name(name: str | None) -> str:
    """王** : the first character alone, whatever the length."""
    if not name:
        return ""
    return f"{name.strip()[:1]}**"


def road_of(address: str) -> str:
    """The road alone of an address: what stands before the first digit of a house number."""
    return re.split(r"[0-9０-９一二三四五六七八九十]+\s*[弄号室幢栋]", address, maxsplit=1)[0].strip()[:40]
