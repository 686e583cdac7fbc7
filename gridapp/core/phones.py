"""Phone numbers: one number is one account, whatever way it is typed (P12)."""

from __future__ import annotations

import unicodedata

import phonenumbers

HOME_REGION = "CN"
LONGEST_TYPED = 60  # folding what is far longer costs quadratic time (D7)
MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


class BadPhone(ValueError):
    """Not a phone number that anybody could be reached under."""


def normalised(typed: str, *, mobile: bool = False) -> str:
    """The number in E.164 (`+8613812345678`), or raise BadPhone.

    Takes +86, spaces, hyphens and full-width digits; a number without a country is Chinese.
    With `mobile` only a number that can receive a text message is taken.
    """
    if len(typed) > LONGEST_TYPED:
        raise BadPhone(typed[:LONGEST_TYPED])
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", typed).strip(), HOME_REGION)
    except phonenumbers.NumberParseException as wrong:
        raise BadPhone(typed) from wrong
    if not phonenumbers.is_valid_number(number):
        raise BadPhone(typed)
    if mobile and phonenumbers.number_type(number) not in MOBILE:
        raise BadPhone(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken(phone: str | None) -> str:
    """The number as people write it: `199 0000 0001`; empty for none."""
    if not phone:
        return ""
    digits = phone.removeprefix("+86")
    if phone.startswith("+86") and len(digits) == 11:
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return digits
