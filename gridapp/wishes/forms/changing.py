"""The shape of what is changed in a public wish."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField

from gridapp.web.forms import (
    Asked,
    AtMost,
    Between,
    DayField,
    Filled,
    Form,
    LongTextField,
    NumberField,
    Screened,
    TextField,
    TimeField,
    _l,
    choices,
)
from gridapp.wishes.forms.times import Timed
from gridapp.wishes.models import MAX_PLACES
from gridapp.wishes.queries.times import Arrangement, Times


class WordingForm(Form):
    """Title and text in other words (W14), and the version that was read."""

    version = NumberField(_l("Version"))
    title = TextField(
        _l("What is the wish?"), [Filled(_l("Please say the wish in a few words.")), AtMost(40), Screened()]
    )
    text = LongTextField(
        _l("Tell a little more"),
        [Filled(_l("Please write a sentence or two: what is needed, and why.")), AtMost(4000), Screened()],
    )


class ArrangementForm(Timed, Form):
    """Time, place and places of a public wish (C13); the version that was read, the seal of what the check has shown
    (`queries.arranging.seal_of`), and whether one wants back from the check to the form."""

    when = RadioField(
        _l("When?"),
        [Asked()],
        choices=choices(
            [
                ("same", _l("as it is now")),
                ("window", _l("at a set time")),
                ("by", _l("by a certain day")),
                ("any", _l("any time")),
            ]
        ),
        default="same",
    )
    deadline = DayField(_l("By which day?"), [Asked()])
    day = DayField(_l("On which day?"), [Asked()])
    starts = TimeField(_l("From"), [Asked()])
    ends = TimeField(_l("To"), [Asked()])
    road = TextField(_l("Road"), [AtMost(40), Screened()])
    address = TextField(_l("Another exact address"), [AtMost(120)])
    places = NumberField(_l("How many helpers?"), [Asked(), Between(1, MAX_PLACES)])
    as_many_as_come = BooleanField(_l("No limit"))
    version = NumberField(_l("Version"))
    seen = HiddenField(default="")
    again = HiddenField(default="")

    def fill_from(self, wish: Any) -> ArrangementForm:
        """Show what the wish says now, but for the exact address (W7)."""
        self.fill_times_from(wish)
        self.when.data, self.road.data = "same", wish.road
        return self

    def arrangement(self, now: Times) -> Arrangement:
        """What was typed; `now` are the times as they are, for whoever leaves them."""
        times = now if self.when.data == "same" else self.times()
        return Arrangement(times, self.road.data or "", self.address.data or "", self.wanted())
