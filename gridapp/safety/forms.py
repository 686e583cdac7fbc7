"""The shape of what is typed about incidents."""

from __future__ import annotations

from gridapp.web.forms import AtMost, Filled, Form, LongTextField, _l


class AccountForm(Form):
    """What happened."""

    text = LongTextField(
        _l("What happened?"), [Filled(_l("Please write in a few words what happened.")), AtMost(1000)]
    )


class HandlingForm(Form):
    """What was done about it."""

    note = LongTextField(
        _l("What was done?"), [Filled(_l("Please write what you have done about it.")), AtMost(1000)]
    )
