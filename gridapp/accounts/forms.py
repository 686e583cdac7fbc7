"""The shape of what is typed at sign-up and sign-in."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from gridapp.web.forms import Asked, AtMost, Filled, Form, PhoneField, TextField, _l, choices

OUTSIDE = "outside"
LEAST_PASSWORD, LONGEST_PASSWORD = 8, 200


def check_password(password: str, phone: str | None) -> None:
    """Eight characters or more, and not the number itself; raises ValidationError in words."""
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValidationError(str(_l("Use at least 8 characters.")))
    if phone and password in {phone, phone.removeprefix("+86")}:
        raise ValidationError(str(_l("Use something other than your phone number.")))


class SignUpForm(Form):
    """Sign-up on a phone: number, password, name, committee, consent (A6, Y1)."""

    purpose = RadioField(
        _l("What brings you here?"),
        [Asked()],
        choices=choices([("help", _l("I want to help as a volunteer")), ("wish", _l("I have a wish"))]),
        default="help",
    )
    phone = PhoneField(_l("Mobile phone"), [Filled(_l("Please write your mobile number."))], mobile=True)
    name = TextField(_l("Name"), [Filled(_l("Please write your name.")), AtMost(40)])
    password = PasswordField(_l("Password"), [Filled(_l("Please choose a password."))])
    committee = SelectField(_l("Committee"), [Filled(_l("Please choose your committee."))])
    areas = SelectMultipleField(
        _l("Areas to help in"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    adult = BooleanField(
        _l("I am 18 or older"),
        [Filled(_l("Accounts are for people of 18 and over. Please tick this if you are."))],
    )
    consent = BooleanField(
        _l("I agree that my name, phone and committee are kept for neighbourhood help"),
        [Filled(_l("Without your consent we may not keep your data. Please read it and tick."))],
    )

    def validate_password(self, field: PasswordField) -> None:
        """A password that can be taken."""
        check_password(field.data, self.phone.data)

    def validate_areas(self, field: SelectMultipleField) -> None:
        """Somebody from outside the town names areas (A1)."""
        if self.committee.data == OUTSIDE and self.purpose.data == "help" and not field.data:
            raise ValidationError(str(_l("You live outside the town: please choose where you want to help.")))

    @property
    def committee_code(self) -> str | None:
        """The code, or None for somebody from outside."""
        return None if self.committee.data == OUTSIDE else self.committee.data


class SignInForm(Form):
    """Sign-in."""

    phone = PhoneField(_l("Mobile phone"), [Filled(_l("Please write your mobile number."))], mobile=True)
    password = PasswordField(_l("Password"), [Filled(_l("Please write your password."))])


class PasswordForm(Form):
    """A new password, for somebody who knows the one until now."""

    old = PasswordField(_l("Current password"), [Filled(_l("Please write the password that you have now."))])
    password = PasswordField(_l("New password"), [Filled(_l("Please choose a password."))])

    own_phone: str | None = None

    def validate_password(self, field: PasswordField) -> None:
        """A password that can be taken."""
        check_password(field.data, self.own_phone)
