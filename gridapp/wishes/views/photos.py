"""What a wish's page needs for its photos."""

from __future__ import annotations

from gridapp.accounts.queries import Actor
from gridapp.wishes.forms import DoneForm
from gridapp.wishes.models import Claim, Wish
from gridapp.wishes.policies.photos import delivery_refusals, photo_refusals


def done_form(wish: Wish, *, sent: bool = False) -> DoneForm:
    """The form by which a claim is reported done; of a thing it wants a photo (W11)."""
    form: DoneForm = DoneForm() if sent else DoneForm.empty()
    return form.wants_a_photo() if delivery_refusals(wish, 0) else form


def photos_that_can_go(actor: Actor | None, wish: Wish, claims: list[Claim]) -> set[int]:
    """The ids of those photos, of the wish and of what was delivered, that this reader may take away."""
    if actor is None:
        return set()
    photos = [*wish.photos, *(photo for claim in claims for photo in claim.photos)]
    return {photo.id for photo in photos if not photo_refusals(actor, wish, photo)}
