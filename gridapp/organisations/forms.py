"""The shape of what is typed about organisations."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.validators import ValidationError

from gridapp.organisations.models import OrganisationKind
from gridapp.web.forms import (
    Asked,
    AtMost,
    Filled,
    Form,
    LongTextField,
    PhoneField,
    Screened,
    TextField,
    _l,
)


class EntryForm(Form):
    """An organisation that wants to help. Its name becomes public with the wishes that it takes on."""

    name = TextField(
        _l("Name of the organisation"),
        [Filled(_l("Please write the name as it stands on the door.")), AtMost(60), Screened()],
    )
    kind = RadioField(_l("What kind of organisation is it?"), [Asked()], validate_choice=False)
    committee = SelectField(
        _l("Committee"), [Filled(_l("Please choose the committee where the organisation has its place."))]
    )

    def validate_kind(self, field: RadioField) -> None:
        """One of the kinds; in words of our own when none is chosen."""
        if field.data not in set(OrganisationKind):
            raise ValidationError(str(_l("Please choose what kind of organisation it is.")))


class InvitationForm(Form):
    """The number of somebody who is asked to join."""

    phone = PhoneField(
        _l("Phone number of the member"), [Filled(_l("Please write the phone number."))], mobile=True
    )


class ReasonForm(Form):
    """A reason that the representative reads."""

    reason = LongTextField(
        _l("Reason"), [Filled(_l("Please write the reason: the representative reads it.")), AtMost(300)]
    )
