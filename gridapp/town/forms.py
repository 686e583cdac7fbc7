"""The shape of the town's setup."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, SelectField
from wtforms.validators import ValidationError

from gridapp.web.forms import (
    AtMost,
    Between,
    Filled,
    Form,
    LongTextField,
    NumberField,
    TextField,
    _l,
    choices,
)

CALLED = re.compile(r"\+?[0-9][0-9 -]{2,18}")
# Pictures of kinds, by their names in the icon package.
ICONS = {
    "package": _l("a parcel"),
    "footprints": _l("footprints"),
    "wrench": _l("a wrench"),
    "coffee": _l("a cup"),
    "graduation-cap": _l("a school cap"),
    "car": _l("a car"),
    "sparkles": _l("a star"),
    "book-open": _l("a book"),
    "stethoscope": _l("a stethoscope"),
    "scissors": _l("scissors"),
    "utensils": _l("a meal"),
    "shirt": _l("clothes"),
    "dog": _l("a pet"),
    "smartphone": _l("a phone"),
}


class TownForm(Form):
    """What the town is called, whom to call, its limits and its words of welcome (A7)."""

    name = TextField(_l("Name of the town"), [Filled(_l("Please write the name of the town.")), AtMost(40)])
    help_phone = TextField(
        _l("Phone for help"), [Filled(_l("Please write the number that people call.")), AtMost(20)]
    )
    help_hours = TextField(
        _l("When somebody answers"), [Filled(_l("Please write when somebody answers.")), AtMost(60)]
    )
    help_hours_en = TextField(_l("Hours of the help phone in English"), [AtMost(60)])
    welcome = LongTextField(_l("Words of welcome for visitors"), [AtMost(200)])
    welcome_en = LongTextField(_l("Words of welcome in English"), [AtMost(200)])
    cut_off_hours = NumberField(
        _l("Free cancellation until this many hours before a visit"),
        [Filled(_l("Please write a number of hours.")), Between(0, 168)],
    )
    rethink_hours = NumberField(
        _l("Free cancellation for this many hours after a new time"),
        [Filled(_l("Please write a number of hours.")), Between(0, 168)],
    )
    value_limit_yuan = NumberField(
        _l("What a thing may be worth at most, in yuan"),
        [Filled(_l("Please write an amount in yuan.")), Between(1, 100_000)],
    )

    def validate_help_phone(self, field: TextField) -> None:
        """What a phone can call, a hotline such as 12345 too: it stands on every page."""
        if not CALLED.fullmatch(field.data or ""):
            raise ValidationError(_("This is not a number that can be called, such as 021-00001234."))

    def facts(self) -> dict[str, Any]:
        """The columns of `Town`."""
        return {field.name: field.data for field in self}


class SkillForm(Form):
    """A skill, in both languages."""

    name = TextField(_l("Name in Chinese"), [Filled(_l("Please write the name in Chinese.")), AtMost(20)])
    name_en = TextField(_l("Name in English"), [Filled(_l("Please write the name in English.")), AtMost(40)])
    retired = BooleanField(_l("No longer offered"))

    def facts(self) -> dict[str, Any]:
        """The columns of `Skill` or `Category`."""
        return {field.short_name: field.data for field in self}


class CategoryForm(SkillForm):
    """A kind of wish: also its picture and its place in the list."""

    icon = SelectField(
        _l("Picture"),
        [Filled(_l("Please choose a picture."))],
        choices=choices(ICONS.items()),
    )
    rank = NumberField(
        _l("Place in the list"), [Filled(_l("Please write a number.")), Between(0, 999)], default=9
    )
