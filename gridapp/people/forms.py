"""The shape of what is typed about people and their roles."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta

from wtforms import BooleanField, PasswordField, RadioField, SelectField
from wtforms.validators import ValidationError

from gridapp.accounts.forms import check_password
from gridapp.accounts.models import RoleKind
from gridapp.people.models import Grant
from gridapp.web.forms import (
    Asked,
    AtMost,
    DayField,
    Filled,
    Form,
    LongTextField,
    PhoneField,
    TextField,
    _l,
    choices,
    in_utc,
)
from gridapp.web.words import today

OF_THE_TOWN = (RoleKind.TOWN_ADMIN, RoleKind.TRAINER)
NOBODY, ANOTHER = "", "another"
DAY_BEGINS = time(0, 0)


class SearchForm(Form):
    """Whom one looks for; sent by POST, so that it stands in no address."""

    q = TextField(
        _l("Name or whole mobile number"), [Filled(_l("Please write a name or a number.")), AtMost(40)]
    )


class GrantForm(Form):
    """A role for somebody (A2)."""

    kind = SelectField(_l("Role"), [Filled(_l("Please choose a role."))])
    area = SelectField(_l("Area"), [Asked()], default="")
    place = TextField(_l("Department, shop, station, organisation or class"), [AtMost(60)])
    post = TextField(_l("Name of the post"), [AtMost(60)])
    starts = DayField(_l("First day"))
    ends = DayField(_l("Last day"))

    def validate_area(self, field: SelectField) -> None:
        """A coordinator is one of an area."""
        if self.kind.data == RoleKind.COORDINATOR and not field.data:
            raise ValidationError(str(_l("Please choose the area that the person will coordinate.")))

    def validate_place(self, field: TextField) -> None:
        """Every other role has a place with a name."""
        if self.kind.data not in ("", None, RoleKind.COORDINATOR, *OF_THE_TOWN) and not field.data:
            raise ValidationError(
                str(_l("Please write where: which department, shop, station or organisation."))
            )

    def validate_starts(self, field: DayField) -> None:
        """Not in the past: what was done then was done without it."""
        if field.data and field.data < today():
            raise ValidationError(str(_l("Please choose today or a later day.")))

    def validate_ends(self, field: DayField) -> None:
        """Not before it begins."""
        if field.data and field.data < (self.starts.data or today()):
            raise ValidationError(str(_l("The last day must not be before the first.")))

    def grant(self, town_id: int | None, at: datetime) -> Grant:
        """What is asked for; a role of the whole town lies at `town_id`. The last day counts as a whole."""
        kind = RoleKind(self.kind.data)
        of_area = kind == RoleKind.COORDINATOR
        later = self.starts.data is not None and self.starts.data > today()
        return Grant(
            kind=kind,
            area_id=int(self.area.data) if of_area else town_id if kind in OF_THE_TOWN else None,
            place=None if of_area or kind in OF_THE_TOWN else self.place.data,
            post=self.post.data or None,
            starts_at=in_utc(self.starts.data, DAY_BEGINS) if later else at,
            ends_at=in_utc(self.ends.data + timedelta(days=1), DAY_BEGINS) if self.ends.data else None,
        )


class HandoverForm(Form):
    """How a role ends: who goes on, and what they should know (A3)."""

    successor = RadioField(_l("Who takes over?"), [Asked()], default=NOBODY)
    phone = PhoneField(_l("Mobile number of the successor"), [Asked()], mobile=True)
    note = LongTextField(_l("What the successor should know"), [AtMost(300)])

    def validate_phone(self, field: PhoneField) -> None:
        """Needed for somebody who is not in the list."""
        if self.successor.data == ANOTHER and not field.data:
            raise ValidationError(str(_l("Please write the mobile number of the successor.")))


class ClosingForm(Form):
    """Why an account is disabled."""

    reason = LongTextField(
        _l("Reason"),
        [Filled(_l("Please write the reason: it is kept, and the person can read it later.")), AtMost(300)],
    )


class PersonForm(Form):
    """Somebody without a phone of their own, and through whom they are reached (A6, C10)."""

    name = TextField(
        _l("Name of the person"), [Filled(_l("Please write the name of the person.")), AtMost(40)]
    )
    committee = SelectField(
        _l("Committee"), [Filled(_l("Please choose the committee where the person lives."))]
    )
    through_name = TextField(
        _l("Reached through (name)"),
        [Filled(_l("Please write who can be called for this person.")), AtMost(40)],
    )
    through_phone = PhoneField(_l("Phone of that person"), [Filled(_l("Please write the number to call."))])
    how = SelectField(
        _l("How did the person agree?"), [Filled(_l("Please ask the person, and choose how you asked."))]
    )
    adult = BooleanField(
        _l("The person is 18 or older"), [Filled(_l("Please make sure that the person is 18 or older."))]
    )


class CodeForm(Form):
    """A code on paper; with a number, the account gets that one (A9)."""

    new_phone = PhoneField(_l("New mobile number"), mobile=True)


class TwinForm(Form):
    """Which other account is the same person's (V5)."""

    other = PhoneField(
        _l("Number of the other account"),
        [Filled(_l("Please write the number of the person's other account."))],
    )


NO_NUMBER_CHOSEN = _l("Please choose the number with which the person goes on.")


class MergerForm(Form):
    """Which of two accounts stays, and how one knows (V5)."""

    stays = RadioField(_l("Which account stays?"), [Filled(NO_NUMBER_CHOSEN)], validate_choice=False)
    reason = LongTextField(
        _l("How do you know that both accounts belong to one person?"),
        [Filled(_l("Please say how you know. We keep it, and the person can read it.")), AtMost(300)],
    )

    def validate_stays(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(str(NO_NUMBER_CHOSEN))


class RecoveryForm(Form):
    """What stands on the slip, and a new password (A9, P12)."""

    phone = PhoneField(_l("Mobile phone"), [Filled(_l("Please write your mobile number."))], mobile=True)
    code = TextField(
        _l("Code on the paper"), [Filled(_l("Please write the code that is printed on the paper."))]
    )
    password = PasswordField(_l("New password"), [Filled(_l("Please choose a password."))])

    def validate_code(self, field: TextField) -> None:
        """Eight digits, however they are typed or pasted."""
        field.data = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", field.data))
        if not re.fullmatch(r"[0-9]{8}", field.data):
            raise ValidationError(str(_l("The code has 8 digits.")))

    def validate_password(self, field: PasswordField) -> None:
        """A password that can be taken."""
        check_password(field.data, self.phone.data)


__all__ = [
    "ANOTHER",
    "NOBODY",
    "ClosingForm",
    "CodeForm",
    "GrantForm",
    "HandoverForm",
    "MergerForm",
    "PersonForm",
    "RecoveryForm",
    "SearchForm",
    "TwinForm",
    "choices",
]
