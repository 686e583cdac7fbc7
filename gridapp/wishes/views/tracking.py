"""How a wish stands, for whoever holds its slip: number and code instead of an account (W13, W11).

The slip's code is in the address that its QR code holds, and nowhere else: that page only fills the form in. Typed, it
opens the wish for this browser; the cookie holds number and slip, not the code. Nothing personal is shown here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import request, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt_unsigned, client_address, count_tries
from gridapp.accounts.workflow import TooManyTries, give_tries_back, secret_fits
from gridapp.core.clock import now
from gridapp.core.codes import typed_code
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.safety.queries import open_incident_of
from gridapp.web import access, answers
from gridapp.web.errors import error_page
from gridapp.web.words import in_town, reasons
from gridapp.wishes import queries
from gridapp.wishes.forms import ConfirmForm, NotYetForm
from gridapp.wishes.forms.tracking import IncidentForm, TrackForm
from gridapp.wishes.models import PLACE_TAKEN, Claim, Wish
from gridapp.wishes.policies import MOVED_ON
from gridapp.wishes.policies.slips import SLIP_ENDED, SlipHolder
from gridapp.wishes.queries.slips import slip_of, wish_of_slip
from gridapp.wishes.views.empty_forms import answer_forms
from gridapp.wishes.views.reading import bp
from gridapp.wishes.views.telling import story_of
from gridapp.wishes.workflow import door, finishing, slips

OPEN_FOR = timedelta(hours=2)
MOST_FOR_A_WISH, MOST_FROM_AN_ADDRESS = (30, timedelta(hours=1)), (20, timedelta(minutes=5))


@bp.get("/track")
@access.public
def track() -> Response:
    """The wish whose slip is open in this browser, else the form for number and code."""
    wish = _open_wish()
    return _show_form(TrackForm.empty()) if wish is None else _show_wish(wish)


@bp.get("/track/<id:ref>/<code>")
@access.public
def scanned(ref: int, code: str) -> Response:
    """What the QR code leads to: the form, filled in. Looks nothing up, so it tells nothing and counts no try."""
    form = TrackForm.empty()
    form.ref.data, form.code.data = ref, typed_code(code) or ""
    return _show_form(form, is_scanned=True)


@bp.post("/track")
@access.public
def open_slip() -> Response:
    """Open a wish by number and code. Unknown number and wrong code sound and last the same; tries count first (D5)."""
    form = TrackForm()
    if not form.validate():
        return _show_form(form, status=422)
    limits = {
        f"track:{form.ref.data}": MOST_FOR_A_WISH,
        f"track-from:{client_address()}": MOST_FROM_AN_ADDRESS,
    }
    try:
        tries = count_tries(limits)
    except TooManyTries as stopped:
        return _too_often(stopped)
    slip = slip_of(db.session(), form.ref.data or 0)
    if not secret_fits(slip.code_hash if slip else None, typed_code(form.code.data) or "") or slip is None:
        form.code.errors = [_("The number or the code is not right. Please compare both with your slip.")]
        return _show_form(form, status=422)
    return _opened(slip.wish_id, slip.number, tries)


def _opened(wish_id: int, number: int, tries: Sequence[int]) -> Response:
    outcome = attempt_unsigned(lambda at: _note_opening(wish_id, number, tries, at))
    if outcome.refused:
        return _ended()
    session["slip"] = [wish_id, number, (now() + OPEN_FOR).timestamp()]
    return answers.go("/track")


@bp.post("/track/confirmation")
@access.public
def answer_by_slip() -> Response:
    """The beneficiary's word: it came true, with a line of thanks; or not yet, and why (W11)."""
    wish = _open_wish()
    if wish is None:
        return _ended()
    claims = [row[0] for row in queries.claims_on(db.session(), wish)]
    claim = next((one for one in claims if f"confirm-{one.id}-satisfied" in request.form), None)
    if claim is None:
        return _show_wish(wish, refused=Refused([MOVED_ON]))
    form = _answer_to(claim)
    if not form.validate():
        name = "not-yet" if isinstance(form, NotYetForm) else "confirm"
        return _show_wish(wish, forms={f"{name}-{claim.id}": form}, status=422)
    outcome = attempt_unsigned(lambda at: _say(claim, form, at))
    fresh = _open_wish()
    if outcome.refused or fresh is None:
        return _ended() if fresh is None else _show_wish(fresh, refused=outcome.refused)
    answers.tell(_thanks(form))
    return _show_wish(fresh) if answers.wants_fragment() else answers.go("/track")


@bp.post("/track/incident")
@access.public
def report_by_slip() -> Response:
    """Tell the coordinator and the town office at once that something was not right (W19)."""
    wish, form = _open_wish(), IncidentForm(prefix="incident-")
    if wish is None:
        return _ended()
    if not form.validate():
        return _show_wish(wish, incident_form=form, status=422)
    outcome = attempt_unsigned(lambda at: _report(form, at))
    fresh = _open_wish()
    if outcome.refused or fresh is None:
        return _ended() if fresh is None else _show_wish(fresh, refused=outcome.refused)
    answers.tell(_("The coordinator and the town office have been told. They will call you."))
    return _show_wish(fresh) if answers.wants_fragment() else answers.go("/track")


@bp.post("/track/closure")
@access.public
def close_slip() -> Response:
    """Forget the slip in this browser, such as one that others use too."""
    if session.pop("slip", None) is None:
        return _ended()
    return answers.go("/", _("Closed. Nobody sees your wish on this device now."), "info")


def _answer_to(claim: Claim) -> ConfirmForm | NotYetForm:
    prefix = f"confirm-{claim.id}-"
    return (NotYetForm if request.form.get(f"{prefix}satisfied") == "no" else ConfirmForm)(prefix=prefix)


def _note_opening(wish_id: int, number: int, tries: Sequence[int], at: datetime) -> None:
    give_tries_back(db.session(), tries)
    slips.open_slip(db.session(), wish_id, number, at=at)


def _say(claim: Claim, form: ConfirmForm | NotYetForm, at: datetime) -> None:
    """Inside the transaction the slip is examined again: a newer one may have been printed a moment ago."""
    (wish, holder), said = _holder(), form.words.data or ""
    if isinstance(form, NotYetForm):
        finishing.send_back(db.session(), claim, by=holder, reason=said, at=at)
    else:
        day = in_town(wish.starts_at or claim.reported_at or at).date()
        finishing.confirm(db.session(), claim, by=holder, thanks=said, at=at, day=day)


def _report(form: IncidentForm, at: datetime) -> None:
    wish, holder = _holder()
    door.report_by_slip(db.session(), wish, by=holder, text=form.text.data or "", at=at)


def _holder() -> tuple[Wish, SlipHolder]:
    """The open wish and who holds its slip. Raises Refused where it is good no more."""
    wish = _open_wish()
    if wish is None or wish.slip is None:
        raise Refused([SLIP_ENDED])
    signed_in = current_user.id if current_user.is_authenticated else None
    return wish, SlipHolder(wish.id, wish.slip.issued_by_id, signed_in)


def _thanks(form: ConfirmForm | NotYetForm) -> str:
    if isinstance(form, NotYetForm):
        return _("Written down. The helper and the coordinator read what is missing.")
    return _("Written down: your wish came true. Thank you for telling us!")


def _open_wish() -> Wish | None:
    """The wish of the slip that is open in this browser; None for none, a newer slip, or after two hours."""
    kept = session.get("slip")
    if not kept or kept[2] <= now().timestamp():
        return None
    return wish_of_slip(db.session(), kept[0], kept[1])


def _show_wish(
    wish: Wish,
    *,
    status: int = 200,
    refused: Refused | None = None,
    forms: dict[str, ConfirmForm | NotYetForm] | None = None,
    incident_form: IncidentForm | None = None,
) -> Response:
    rows = queries.claims_on(db.session(), wish)
    claims = [row[0] for row in rows]
    response = answers.page_or_fragment(
        "wishes/track.html",
        "wishes/_track.html",
        status=refused.status if refused else status,
        wish=wish,
        helpers=[(row[0], row.name) for row in rows if row[0].state in PLACE_TAKEN],
        story=story_of(wish, claims, may_read=lambda _whose: False),
        forms={**answer_forms(claims), **(forms or {})},
        incident_form=incident_form or IncidentForm.empty(prefix="incident-"),
        may_report=bool(claims),
        reported=open_incident_of(db.session(), wish, None) if claims else None,
        refused=refused.refusals if refused else [],
    )
    return answers.no_store(response)


def _show_form(form: TrackForm, *, status: int = 200, is_scanned: bool = False) -> Response:
    response = answers.page_or_fragment(
        "wishes/track_form.html",
        "wishes/_track_form.html",
        status=status,
        form=form,
        title=_("Open your slip") if is_scanned else _("Check my wish"),
        is_scanned=is_scanned,
    )
    return answers.no_store(response)


def _ended() -> Response:
    said = reasons([SLIP_ENDED])[0]
    return error_page(SLIP_ENDED.status, said["text"], said["advice"], [(said["link"][1], said["link"][0])])


def _too_often(stopped: TooManyTries) -> Response:
    response = error_page(
        429,
        _("That was tried too often."),
        _("Please wait an hour, or call us; we tell you how your wish stands."),
    )
    response.headers["Retry-After"] = str(int(stopped.window.total_seconds()))
    return response
