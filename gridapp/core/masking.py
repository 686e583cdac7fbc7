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


def first_name(name: str | None) -> str:
    """The name without the family name (W13, W19): 小明 of 王小明, 军 of 李军, Anna of Anna Maria Berg."""
    plain = re.sub(r"[（(].*?[)）]", "", name or "").strip()
    if _CALLED_SO.search(plain):
        return plain
    if not _HAN_NAME.fullmatch(plain):
        return re.split(r"[\s·・]+", plain)[0] if plain else ""
    family = 2 if len(plain) > 2 and _TWO_SIGNS.match(plain) else 1
    return plain[family:] or plain


# Called so at the door as well: 李爷叔, 周老师, 小沈.
_CALLED_SO = re.compile(
    "(阿姨|爷叔|老师|师傅|医生|护士|妈妈|姆妈|阿婆|阿公|老伯|伯伯|大姐|先生|女士|小姐)$|^[小老阿][\u3400-\u9fff]$"
)
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{1,5}")
_TWO_SIGNS = re.compile("欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|令狐|公孙|慕容|司徒|端木|东方|南宫|宇文|长孙")


def road_of(address: str) -> str:
    """The road alone of an address: what stands before the first digit of a house number."""
    return re.split(r"[0-9０-９一二三四五六七八九十]+\s*[弄号室幢栋]", address, maxsplit=1)[0].strip()[:40]
