"""Changing a wish that is public already (W14)."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.web import access
from gridapp.wishes.forms.changing import WordingForm
from gridapp.wishes.views.reading import answer, bp, load_wish, show
from gridapp.wishes.workflow import changing


@bp.post("/wishes/<id:wish_id>/wording")
@access.signed_in
def reword(wish_id: int) -> Response:
    """Put title and text in other words; holders and author are told."""
    wish, form = load_wish(wish_id), WordingForm(prefix="wording-")
    if not form.validate():
        return show(wish, forms={"wording": form}, status=422)
    outcome = attempt(
        lambda by, at: changing.reword_wish(
            db.session(),
            wish,
            title=form.title.data,
            text=form.text.data,
            version=form.version.data or 0,
            by=by,
            at=at,
        )
    )
    return answer(wish, outcome, _("Changed. Whoever holds the wish has been told."), forms={"wording": form})
