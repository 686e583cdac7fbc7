"""The forms that stand empty on a wish's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gridapp.wishes.forms import (
    AskForm,
    ConfirmForm,
    DeclineForm,
    GiveBackForm,
    NotYetForm,
    PublishForm,
    ReleaseForm,
    WithdrawForm,
)
from gridapp.wishes.forms.changing import WordingForm
from gridapp.wishes.forms.sharing import AbsenceForm
from gridapp.wishes.models import Claim, ClaimState, Wish
from gridapp.wishes.views.photos import done_form


def empty_forms(
    wish: Wish, claims: list[Claim], held: Claim | None, ours: list[Claim], may: Mapping[str, bool]
) -> dict[str, Any]:
    """Those that this reader finds on the page, and no others: a form takes its time to make."""
    forms: dict[str, Any] = {
        f"release-{claim.id}": ReleaseForm.empty(prefix=f"release-{claim.id}-")
        for claim in claims
        if claim.state == ClaimState.HELD
    }
    if may["may_check"]:
        forms["publish"] = PublishForm.empty()
        forms["decline"] = DeclineForm.empty(prefix="decline-")
        forms["ask"] = AskForm.empty(prefix="ask-")
    if may["may_withdraw"]:
        forms["withdraw"] = WithdrawForm.empty(prefix="withdraw-")
    if may["may_reword"]:
        forms["wording"] = WordingForm.empty(prefix="wording-", obj=wish)
    if held or ours:
        forms["give_back"] = GiveBackForm.empty(prefix="back-")
    if held:
        forms["absence"] = AbsenceForm.empty(prefix="absence-")
        forms["done"] = done_form(wish)
    return forms


def answer_forms(claims: list[Claim], *, by_phone: bool = False) -> dict[str, Any]:
    """The two answers to each claim that is reported done, empty; `by_phone`: by somebody who has called and asked."""
    forms = {
        f"{answer}-{claim.id}": form.empty(prefix=f"confirm-{claim.id}-")
        for answer, form in (("confirm", ConfirmForm), ("not-yet", NotYetForm))
        for claim in claims
        if claim.state == ClaimState.DONE
    }
    for name, form in forms.items():
        if by_phone and name.startswith("confirm-"):
            form.words.label.text = _("What they said, for the helper to read")
    return forms
