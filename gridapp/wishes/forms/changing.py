"""The shape of what is changed in a public wish."""

from __future__ import annotations

from gridapp.web.forms import AtMost, Filled, Form, LongTextField, NumberField, Screened, TextField, _l


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
