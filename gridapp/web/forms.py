"""The base of every form, and fields that clean what was typed before anybody else sees it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError

from gridapp.core.phones import BadPhone, normalised, spoken
from gridapp.core.screening import private_things, said
from gridapp.core.texts import LONGEST_TYPED, NOT_WRITTEN, cleaned
from gridapp.web.words import in_town, say, town_zone

# What is longer is refused before it is folded: composing characters takes quadratic time (D7).
LONGEST_FIGURE = 40
FEW = 3


class Form(FlaskForm):
    """A form. CSRF is checked for the whole app (`CSRFProtect`), the hidden fields come from `hidden()`.

    `brought_back`: it is filled with what its reader had typed before the session was over (P11).
    """

    brought_back = False

    class Meta(FlaskForm.Meta):
        csrf = False

    @property
    def kept(self) -> bool:
        """Whether there is anything that was typed or chosen, and stays in the boxes of a refused form."""
        return any(field.data and field.data != field.default for field in self if not _is_password(field))

    @property
    def empties_password(self) -> bool:
        """Whether a password was typed, which a refused form does not send back."""
        return any(field.data for field in self if _is_password(field))

    @classmethod
    def empty(cls, *args: Any, **kwargs: Any) -> Any:
        """A fresh form that ignores what this request has sent; `web.kept_forms` may fill it."""
        form = cls(None, *args, **kwargs)
        g.setdefault("empty_forms", []).append(form)
        return form


def _is_password(field: Field) -> bool:
    return isinstance(field, PasswordField)


class Filled:
    """Required: white space alone does not count. `message` says what to do."""

    field_flags = {"required": True}  # noqa: RUF012 (what WTForms looks for)

    def __init__(self, message: Any):
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        """Stop with the message when nothing is there."""
        if (
            field.data is None
            or field.data is False
            or (isinstance(field.data, str) and not field.data.strip())
        ):
            raise StopValidation(str(self.message))


class Asked:
    """Not marked as optional: the form's own rule says when it is needed, or there is a default."""

    field_flags = {"required": True}  # noqa: RUF012 (what WTForms looks for)

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse nothing."""


class AtMost:
    """A limit of characters, said with the number that were typed."""

    def __init__(self, most: int):
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse longer text."""
        if field.data and len(field.data) > self.most:
            raise StopValidation(_too_long(self.most, field.data))


def _too_long(most: int, text: str) -> str:
    return str(_("At most %(most)s characters; these are %(typed)s.", most=most, typed=len(text)))


class Screened:
    """For text that becomes public: no phone, ID or house numbers (C19). Says what was found and what to do."""

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse with a sentence for each."""
        if found := private_things(field.data or ""):
            raise ValidationError(" ".join(say(said(one)) for one in found[:FEW]))


class Between:
    """A whole number within limits; empty is left to `Filled`."""

    def __init__(self, least: int, most: int):
        self.least, self.most = least, most
        self.field_flags = {"min": least, "max": most}

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse a number outside."""
        if field.data is not None and not self.least <= field.data <= self.most:
            raise ValidationError(
                _("A number from %(least)s to %(most)s, please.", least=self.least, most=self.most)
            )


class _Clean:
    flags: Any

    def process_formdata(self, values: Sequence[str]) -> None:
        typed = values[0] if values else ""
        self.data = cleaned(typed) if len(typed) <= LONGEST_TYPED else typed

    def pre_validate(self, form: Any) -> None:
        if len(self.data or "") > LONGEST_TYPED:
            raise StopValidation(_too_long(self.flags.maxlength or LONGEST_TYPED, self.data))
        if NOT_WRITTEN.search(self.data or ""):
            raise StopValidation(
                _("There are signs in this text that cannot be written. Please type it again.")
            )


class TextField(_Clean, StringField):
    """One line."""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Clean, and make one line of several."""
        super().process_formdata(values)
        if len(self.data) <= LONGEST_TYPED:
            self.data = " ".join(filter(None, (part.strip() for part in self.data.split("\n"))))


class LongTextField(_Clean, TextAreaField):
    """Several lines."""


class PhoneField(TextField):
    """A phone number; `data` becomes E.164, what was typed stays in the box (P12)."""

    def __init__(self, *args: Any, mobile: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.mobile = mobile
        self.typed: str | None = None

    def process_formdata(self, values: Sequence[str]) -> None:
        """Keep what was typed."""
        super().process_formdata(values)
        self.typed = self.data

    def pre_validate(self, form: Any) -> None:
        """Normalise, or say what a number looks like."""
        super().pre_validate(form)
        if not self.data:
            return
        try:
            self.data = normalised(self.data, mobile=self.mobile)
        except BadPhone:
            example = _("a mobile number of 11 digits, such as 138 1234 5678")
            raise StopValidation(
                _("This is not a phone number that we can call: please write %(example)s.", example=example)
            ) from None

    def _value(self) -> str:
        return self.typed if self.typed is not None else spoken(self.data)


class NumberField(IntegerField):
    """A whole number; an empty box is None, and it is `Filled` that asks for one."""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Take full-width digits too; leave a message in our own words for anything else."""
        typed = values[0] if values else ""
        text = unicodedata.normalize("NFKC", typed).strip() if len(typed) <= LONGEST_FIGURE else typed
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise ValueError(_("Please write a whole number, such as 40."))
        self.data = int(text)


class DayField(DateField):
    """A day in the town's calendar."""

    def process_formdata(self, values: Sequence[str]) -> None:
        """Take 2026-11-26 and leave a message in our own words for anything else."""
        if not values or not values[0].strip():
            self.data = None
            return
        try:
            self.data = datetime.strptime(values[0].strip(), "%Y-%m-%d").date()  # noqa: DTZ007 (a day, not a moment)
        except ValueError:
            self.data = None
            raise ValueError(_("This is not a day. Please write it as 2026-11-26.")) from None


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) pairs as what a list field offers."""
    return [SelectChoice(value, label) for value, label in pairs]


def as_time(text: str) -> time | None:
    """14:30 as a time, None for anything else."""
    if len(text) > LONGEST_FIGURE:
        return None
    match = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", unicodedata.normalize("NFKC", text).strip())
    return time(int(match[1]), int(match[2])) if match else None


class TimeField(TextField):
    """A time of day on the town's clock; `data` stays text, `time` is what it means."""

    @property
    def time(self) -> time | None:
        """The time, or None."""
        return as_time(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """Say how a time is written."""
        super().pre_validate(form)
        if self.data and self.time is None:
            raise StopValidation(_("This is not a time. Please write it as 14:30."))


def in_utc(day: Any, at: time) -> datetime:
    """A day and a time of the town as an aware moment."""
    return datetime.combine(day, at, tzinfo=town_zone())


__all__ = [
    "Asked",
    "AtMost",
    "Between",
    "DayField",
    "Filled",
    "Form",
    "LongTextField",
    "NumberField",
    "PhoneField",
    "Screened",
    "TextField",
    "TimeField",
    "_l",
    "choices",
    "cleaned",
    "in_town",
    "in_utc",
]
