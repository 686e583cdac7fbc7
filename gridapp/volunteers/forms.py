"""The shape of what is typed about volunteers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from gridapp.photos.forms import PhotosField
from gridapp.volunteers.models import FREE_TIMES
from gridapp.web.forms import AtMost, Between, DayField, Filled, Form, LongTextField, NumberField, _l, choices
from gridapp.web.words import today

LANGUAGES = (("zh", _l("Mandarin")), ("wuu", _l("Shanghainese")), ("en", _l("English")))
LONGEST_BREAK = timedelta(days=366)


class Boxes(SelectMultipleField):
    """Several of a list, as tick boxes that a thumb can hit."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What is sent twice is ticked once."""
        super().process_formdata(valuelist)
        self.data: list[Any] = list(dict.fromkeys(self.data))


class WeekField(Boxes):
    """Parts of a week: for each day a row of tick boxes, its mornings, afternoons and evenings."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(label, choices=choices((code, code) for code in FREE_TIMES), **kwargs)

    def rows(self) -> list[tuple[int, list[Any]]]:
        """The ISO weekday and the boxes of each row."""
        boxes = list(self)
        return [(day, boxes[3 * day - 3 : 3 * day]) for day in range(1, 8)]


class ProfileForm(Form):
    """What a volunteer can and wants to do; nothing that matching does not use (V1)."""

    skills = Boxes(_l("What I can do"))
    languages = Boxes(_l("Languages"), choices=choices(LANGUAGES))
    areas = Boxes(_l("Areas to help in, besides my own"), coerce=int)
    free_times = WeekField(_l("When I usually have time"))
    max_live = NumberField(
        _l("Wishes at the same time, at most"),
        [Filled(_l("Please write a number from 1 to 20.")), Between(1, 20)],
        default=3,
    )
    cannot_do = LongTextField(_l("What I cannot do"), [AtMost(200)])
    photo = PhotosField(_l("A photo of me"), most=1, thing="volunteers")

    lives_outside = False

    def validate_areas(self, field: Boxes) -> None:
        """Somebody from outside the town names areas (A1)."""
        if self.lives_outside and not field.data:
            raise ValidationError(str(_l("You live outside the town: please choose where you want to help.")))


REASON = _l("Reason")
NO_REASON = _l("Please write the reason: the person will read it.")


class ReasonForm(Form):
    """A reason that the person concerned reads."""

    reason = LongTextField(REASON, [Filled(NO_REASON), AtMost(300)])


class PauseForm(Form):
    """A break."""

    until = DayField(_l("I am back on"), [Filled(_l("Please choose the day on which you are back."))])

    def validate_until(self, field: DayField) -> None:
        """A day to come, within a year."""
        if field.data is None or not today() < field.data <= today() + LONGEST_BREAK:
            raise ValidationError(str(_l("Please choose a day from tomorrow on, within a year.")))


class CorrectionForm(Form):
    """What an entry of the ledger should count; it stands on one page with `ReasonForm`."""

    entry = SelectField(_l("Entry"), [Filled(_l("Please choose an entry."))])
    minutes = NumberField(
        _l("Minutes it should count"), [Filled(_l("Please write the minutes.")), Between(0, 1440)]
    )
    reason = LongTextField(REASON, [Filled(NO_REASON), AtMost(200)], id="correction-reason")
