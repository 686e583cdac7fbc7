"""The shape of what is typed about oneself."""

from __future__ import annotations

from wtforms import SelectField

from gridapp.web.forms import AtMost, Filled, Form, TextField, _l

OUTSIDE = "outside"


class CorrectForm(Form):
    """One's name and committee (Y4)."""

    name = TextField(_l("Name"), [Filled(_l("Please write your name.")), AtMost(40)])
    committee = SelectField(_l("Committee"), [Filled(_l("Please choose your committee."))])

    @property
    def committee_code(self) -> str | None:
        """The code, or None for somebody from outside the town (A1)."""
        return None if self.committee.data == OUTSIDE else self.committee.data
