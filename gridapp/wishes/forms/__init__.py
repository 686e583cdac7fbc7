"""The shape of what is typed about wishes and claims."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from gridapp.photos.forms import PhotosField
from gridapp.web.forms import (
    Asked,
    AtMost,
    Between,
    DayField,
    Filled,
    Form,
    LongTextField,
    NumberField,
    PhoneField,
    Screened,
    TextField,
    TimeField,
    _l,
    choices,
)
from gridapp.wishes.forms.times import Timed
from gridapp.wishes.models import (
    ITEM,
    MAX_PLACES,
    MOST_DELIVERY_PHOTOS,
    MOST_PHOTOS,
    Contact,
    Source,
    Wish,
)

CONSENT_HOWS = [
    ("in_person", _l("asked in person")),
    ("by_phone", _l("asked by phone")),
    ("in_writing", _l("in writing")),
]


class WishForm(Timed, Form):
    """A wish (W1). Name and phone of somebody with an account are not asked again (P11)."""

    title = TextField(
        _l("What is the wish?"), [Filled(_l("Please say the wish in a few words.")), AtMost(40), Screened()]
    )
    text = LongTextField(
        _l("Tell a little more"),
        [Filled(_l("Please write a sentence or two: what is needed, and why.")), AtMost(4000), Screened()],
    )
    reply = LongTextField(_l("Your answer"), [AtMost(300)])
    photos = PhotosField(_l("Photos"), most=MOST_PHOTOS, thing="wishes")
    category = SelectField(_l("Kind"), [Filled(_l("Please choose what kind of wish it is."))])
    committee = SelectField(
        _l("Committee"), [Filled(_l("Please choose the committee where help is needed."))]
    )
    road = TextField(_l("Road"), [AtMost(40), Screened()])
    skill = SelectField(_l("Skill wanted"), default="")
    places = NumberField(_l("How many helpers?"), [Asked(), Between(1, MAX_PLACES)], default=1)
    as_many_as_come = BooleanField(_l("No limit"))
    when = RadioField(
        _l("When?"),
        [Asked()],
        choices=choices(
            [("any", _l("any time")), ("by", _l("by a certain day")), ("window", _l("at a set time"))]
        ),
        default="any",
    )
    deadline = DayField(_l("By which day?"), [Asked()])
    day = DayField(_l("On which day?"), [Asked()])
    starts = TimeField(_l("From"), [Asked()])
    ends = TimeField(_l("To"), [Asked()])
    minutes = NumberField(_l("About how many minutes?"), [Between(1, 1440)])
    value = NumberField(_l("Worth about (yuan)"), [Between(0, 100_000)])
    source = RadioField(
        _l("For whom?"),
        [Asked()],
        choices=choices(
            [(Source.SELF.value, _l("for myself")), (Source.OTHER.value, _l("for somebody else"))]
        ),
        default=Source.SELF.value,
    )
    beneficiary_name = TextField(_l("Name of the person"), [Asked(), AtMost(40)])
    beneficiary_phone = PhoneField(_l("Phone of the person"), [Asked()])
    through = TextField(_l("Whose number is it, if not the person's?"), [AtMost(40)])
    consent = SelectField(_l("Did the person agree?"), [Asked()], default="")
    address = TextField(
        _l("Exact address"), [Filled(_l("Please write where the helper should come to.")), AtMost(120)]
    )

    anyway = HiddenField(default="")  # "yes": entered although it may be there already (W2)

    value_limit = 300
    own_phone: str | None = None
    by_staff = False  # staff check wishes, so it has to be somebody else's number that they enter (W2)

    def validate_value(self, field: NumberField) -> None:
        """Items have a limit that the town sets (W1)."""
        if self.category.data == ITEM and field.data and field.data > self.value_limit:
            raise ValidationError(
                _(
                    "A micro-wish is worth at most %(most)s yuan. For more, please call us.",
                    most=self.value_limit,
                )
            )

    def validate_beneficiary_name(self, field: TextField) -> None:
        """Needed for somebody else."""
        if self.is_for_other and not field.data:
            raise ValidationError(_("Please write the name of the person who needs the help."))

    def validate_beneficiary_phone(self, field: PhoneField) -> None:
        """Needed for somebody else."""
        if self.is_for_other and not field.data:
            raise ValidationError(_("Please write a number under which the person can be reached."))
        reached_through_me = self.through.data and not self.by_staff
        if self.is_for_other and field.data == self.own_phone and not reached_through_me:
            raise ValidationError(
                _("This is your own number. Write the person's, or choose “for myself” if it is for you.")
            )

    @property
    def is_for_other(self) -> bool:
        """Whether the wish is for somebody else."""
        return bool(self.source.data != Source.SELF.value)

    def facts(self) -> dict[str, Any]:
        """The columns of `Wish` that the form fills; moments in UTC."""
        times = self.times()
        return {
            "title": self.title.data,
            "text": self.text.data,
            "category_code": self.category.data,
            "committee_code": self.committee.data,
            "road": self.road.data or "",
            "skill_code": self.skill.data or None,
            "places": self.wanted(),
            "deadline": times.deadline,
            "starts_at": times.starts_at,
            "ends_at": times.ends_at,
            "minutes": self.minutes.data,
            "value_yuan": self.value.data if self.category.data == ITEM else None,
        }

    def contact(self, own_name: str, own_phone: str | None) -> Contact:
        """For whom: the author with the given name and phone, or the person typed."""
        if self.is_for_other:
            return Contact(
                self.beneficiary_name.data,
                self.beneficiary_phone.data,
                self.address.data,
                self.through.data or "",
            )
        return Contact(own_name, own_phone or "", self.address.data)

    def fill_from(self, wish: Wish, contact: Any) -> None:
        """Show what a wish says now; only for its author while it can be edited (W7)."""
        self.title.data, self.text.data, self.road.data = wish.title, wish.text, wish.road
        self.category.data, self.committee.data = wish.category_code, wish.committee_code
        self.skill.data = wish.skill_code or ""
        self.minutes.data, self.value.data, self.source.data = wish.minutes, wish.value_yuan, wish.source
        self.beneficiary_name.data, self.beneficiary_phone.data = contact.name, contact.phone
        self.address.data, self.through.data = contact.address, contact.through or ""
        # consent is not filled in: it would pass to whoever is named next (Y2)
        self.fill_times_from(wish)


class PublishForm(Form):
    """Publishing; how the beneficiary agreed, where that is not recorded yet (Y2), and what was read (W2)."""

    version = NumberField(_l("Version"), [Filled(_l("Please load the page again, then publish."))])

    consent = SelectField(
        _l("How did the person agree?"),
        [Asked()],
        choices=choices([("", _l("Please choose")), *CONSENT_HOWS]),
        default="",
    )


class AskForm(Form):
    """A question to whoever entered the wish."""

    why = LongTextField(
        _l("What do you want to ask?"), [Filled(_l("Please write your question.")), AtMost(300)]
    )


class DeclineForm(Form):
    """Why a wish is declined; whoever entered it reads it."""

    why = LongTextField(
        _l("Why is it declined?"),
        [Filled(_l("Please write the reason: whoever entered the wish reads it.")), AtMost(300)],
    )


class WithdrawForm(Form):
    """Why a wish is taken back; whoever had taken it on reads it."""

    why = LongTextField(
        _l("Why is it withdrawn?"),
        [Filled(_l("Please write a sentence: whoever has taken it on reads it.")), AtMost(300)],
    )


class ReleaseForm(Form):
    """Why a helper is released; the helper reads it."""

    why = LongTextField(
        _l("Why is the helper released?"),
        [Filled(_l("Please write the reason: the helper reads it.")), AtMost(300)],
    )


class GiveBackForm(Form):
    """Giving a claim back; a word is welcome, not asked for."""

    why = LongTextField(_l("A word about why"), [AtMost(300)])


class DoneForm(Form):
    """A sentence and the minutes (W11)."""

    report = LongTextField(
        _l("What did you do?"),
        [Filled(_l("Please write one sentence about what you did.")), AtMost(300), Screened()],
    )
    minutes = NumberField(
        _l("How many minutes did it take?"),
        [Filled(_l("Please write the minutes, such as 40.")), Between(1, 1440)],
    )
    photo = PhotosField(_l("Photo"), most=MOST_DELIVERY_PHOTOS, thing="claims")

    def wants_a_photo(self) -> DoneForm:
        """Ask for it: a thing was to be delivered."""
        self.photo.needed = _("Please add a photo of the thing where it was delivered, without any face.")
        self.photo.flags.required = True
        return self


class ConfirmForm(Form):
    """Satisfied, with a line of thanks (W11); each answer is a button of its own, so none is given by accident."""

    satisfied = HiddenField(default="yes")
    words = LongTextField(_l("A line of thanks"), [AtMost(300), Screened()])  # may become public (C19, W16)

    def validate_satisfied(self, field: HiddenField) -> None:
        """Nothing is confirmed by a form that does not say so."""
        if field.data != "yes":
            raise ValidationError(_("Please say whether the wish came true."))


class NotYetForm(Form):
    """Not satisfied, with the reason (W11); it stands on one page with `ConfirmForm` and has its prefix."""

    satisfied = HiddenField(default="no")
    words = LongTextField(
        _l("What is missing?"),
        [Filled(_l("Please write what is missing: the helper reads it.")), AtMost(300)],
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in (self.satisfied, self.words):
            field.id = f"not-yet-{field.id}"
            field.label.field_id = field.id
