"""The shape of what is typed about organisations."""

from __future__ import annotations

from wtforms import RadioField, SelectField

from gridapp.organisations.models import OrganisationKind
from gridapp.organisations.words import KINDS
from gridapp.web.forms import AtMost, Filled, Form, LongTextField, PhoneField, Screened, TextField, _l, choices
from gridapp.web.words import say


class EntryForm(Form):
    """An organisation that wants to help. Its name becomes public with the wishes that it takes on."""

    name = TextField(
        _l("Name of the organisation"),
        [Filled(_l("Please write the name as it stands on the door.")), AtMost(60), Screened()],
    )
    kind = RadioField(
        _l("What kind of organisation is it?"), [Filled(_l("Please choose what kind of organisation it is."))]
    )
    committee = SelectField(
        _l("Committee"), [Filled(_l("Please choose the committee where the organisation has its place."))]
    )

    def offer(self, committees: object) -> EntryForm:
        """Fill in what can be chosen; `committees` are (code, name) pairs."""
        self.kind.choices = choices((kind.value, say(KINDS[kind])) for kind in OrganisationKind)
        self.committee.choices = choices(committees)  # type: ignore[arg-type]
        return self


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
