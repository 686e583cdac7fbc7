"""Who sees the photos of a wish, of what was delivered and of who comes; who takes them away (C20, W11, W19)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import INVALID, Refusal
from gridapp.core.words import N_
from gridapp.photos.models import Photo
from gridapp.wishes import queries
from gridapp.wishes.models import ITEM, Claim, Wish
from gridapp.wishes.policies import NOT_YOURS, is_concerned, may_see
from gridapp.wishes.queries.photos import comes_to

NO_PHOTO = Refusal(
    "no_photo",
    INVALID,
    N_("A photo of the thing where it was delivered is needed."),
    N_("Take one without any face on it, and choose it here."),
)


def may_see_claim(actor: Actor | None, claim: Claim) -> bool:
    """Whether the claim, what was reported and its photo are for the actor: its holder, who speaks for its
    organisation (W20), or one concerned."""
    if actor is None:
        return False
    own = claim.person_id == actor.id or claim.organisation_id in actor.represents
    return own or is_concerned(actor, claim.wish)


def sees_photos_of_wish(session: Session, actor: Actor | None, wish_id: int, at: datetime) -> bool:
    """Whoever sees the wish sees its photos (C20)."""
    wish = queries.wish_by_id(session, wish_id)
    return wish is not None and may_see(session, actor, wish)


def sees_photos_of_claim(session: Session, actor: Actor | None, claim_id: int, at: datetime) -> bool:
    """What was delivered is shown to those concerned alone (W11)."""
    claim = queries.claim_by_id(session, claim_id) if actor is not None else None
    return claim is not None and may_see_claim(actor, claim)


def sees_portrait(session: Session, actor: Actor | None, volunteer_id: int, at: datetime) -> bool:
    """Whoever entered a wish sees who comes, as long as the volunteer has it in hand (W19)."""
    return actor is not None and comes_to(session, actor.id, volunteer_id)


def photo_refusals(actor: Actor, wish: Wish, photo: Photo) -> list[Refusal]:
    """Why the actor may not take a photo of the wish, or of its delivery, away: sender, author, coordinator may."""
    return [] if photo.by_id == actor.id or is_concerned(actor, wish) else [NOT_YOURS]


def delivery_refusals(wish: Wish, photos: int) -> list[Refusal]:
    """Why something cannot be reported done with so many photos: things need one. W11."""
    return [NO_PHOTO] if wish.category_code == ITEM and not photos else []
