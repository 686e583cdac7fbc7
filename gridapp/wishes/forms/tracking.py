"""What is typed off a slip."""

from __future__ import annotations

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from gridapp.core.codes import typed_code
from gridapp.web.forms import AtMost, Filled, Form, LongTextField, NumberField, TextField, _l


class TrackForm(Form):
    """Number and code of a slip (W13)."""

    ref = NumberField(
        _l("Number of the wish"), [Filled(_l("Please write the number from your slip, such as 61."))]
    )
    code = TextField(_l("Code"), [Filled(_l("Please write the ten digits of the code from your slip."))])

    def validate_code(self, field: TextField) -> None:
        """Ten digits, however they are grouped."""
        if typed_code(field.data) is None:
            raise ValidationError(_("A code has ten digits. Please compare it with your slip."))


class IncidentForm(Form):
    """What was not right; one tap without a word does as well (W19)."""

    text = LongTextField(_l("What happened?"), [AtMost(1000)])
