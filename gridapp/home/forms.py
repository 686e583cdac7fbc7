"""A form with a field of every kind, for `/design`."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from gridapp.web.forms import (
    Asked,
    DayField,
    Filled,
    Form,
    LongTextField,
    NumberField,
    PhoneField,
    TextField,
    _l,
    choices,
)

WORDS = choices([("a", _l("everywhere")), ("b", _l("all")), ("c", _l("any time"))])


class SampleForm(Form):
    """Every kind of field; those that are required complain when nothing is typed."""

    line = TextField(_l("Name"), [Filled(_l("Please write your name."))])
    text = LongTextField(_l("Languages"))
    phone = PhoneField(_l("Mobile phone"), [Filled(_l("Please write your mobile number."))], mobile=True)
    secret = PasswordField(_l("Password"), [Filled(_l("Please choose a password."))])
    day = DayField(_l("Date"))
    number = NumberField(_l("Minutes"))
    one = SelectField(
        _l("Committee"),
        [Filled(_l("Please choose your committee."))],
        choices=[*choices([("", _l("Please choose"))]), *WORDS],
    )
    either = RadioField(_l("When"), [Asked()], choices=WORDS, default="a")
    several = SelectMultipleField(
        _l("Areas to help in"),
        choices=WORDS,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    tick = BooleanField(
        _l("I am 18 or older"),
        [Filled(_l("Accounts are for people of 18 and over. Please tick this if you are."))],
    )
