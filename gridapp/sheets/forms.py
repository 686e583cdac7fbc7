"""The shape of an upload."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import SelectField

from gridapp.web.forms import AtMost, Filled, Form, TextField, _l

LONGEST_SHEET = 31  # as spreadsheets allow


class ImportForm(Form):
    """A list, of which kind it is, and, where it is another office's, what its columns and words mean."""

    kind = SelectField(_l("What is in the list?"), [Filled(_l("Please choose what is in the list."))])
    file = FileField(
        _l("The list"),
        [Filled(_l("Please choose the file."))],
        render_kw={"accept": ".csv,.xlsx,.txt"},
    )
    mapping = FileField(_l("Mapping file"), render_kw={"accept": ".toml"})
    sheet = TextField(_l("Sheet of the workbook"), [AtMost(LONGEST_SHEET)])
