"""A photo of a wish, or of what was delivered, is taken away (C20)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core import journal, outbox
from gridapp.core.refusals import refuse_if
from gridapp.core.states import set_where
from gridapp.photos.models import Photo
from gridapp.photos.workflow import remove_photo
from gridapp.wishes.models import Claim, Wish
from gridapp.wishes.policies.photos import photo_refusals


def remove_from_wish(session: Session, photo: Photo, *, by: Actor, at: datetime) -> None:
    """What the wish says has changed with it, so its version grows (W2); the author is told."""
    wish = session.get_one(Wish, photo.thing_id)
    _remove(session, photo, wish, by=by, at=at)
    set_where(session, wish, version=Wish.version + 1)


def remove_from_claim(session: Session, photo: Photo, *, by: Actor, at: datetime) -> None:
    """The report stays; only the photo of the delivery is gone."""
    _remove(session, photo, session.get_one(Claim, photo.thing_id).wish, by=by, at=at)


def _remove(session: Session, photo: Photo, wish: Wish, *, by: Actor, at: datetime) -> None:
    refuse_if(photo_refusals(by, wish, photo))
    role = "author" if by.id == wish.author_id else "volunteer" if by.id == photo.by_id else "coordinator"
    remove_photo(session, photo, by_id=by.id, by_role=role, at=at)
    journal.record(session, wish, "photo_removed", at=at, by_id=by.id, by_role=role)
    told = {photo.by_id, wish.author_id} - {by.id}
    parts = {"title": wish.title}
    outbox.notify(session, "photo_removed", wish, to=told, at=at, parts=parts, event=photo)
