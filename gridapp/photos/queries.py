"""Reads of photos; bytes only where they are served."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from gridapp.photos.models import Photo, PhotoState

KEPT = timedelta(minutes=30)
A_DAY = timedelta(days=1)


def photo_by_id(session: Session, photo_id: int) -> Photo | None:
    """The photo without its bytes, in whatever state."""
    return session.scalars(
        select(Photo).where(Photo.id == photo_id).execution_options(populate_existing=True)
    ).one_or_none()


def bytes_of(session: Session, photo: Photo, *, thumbnail: bool) -> bytes | None:
    """What is served; None when it was removed a moment ago."""
    return session.scalar(select(Photo.thumbnail if thumbnail else Photo.jpeg).where(Photo.id == photo.id))


def photos_of(session: Session, thing: str, thing_id: int) -> Sequence[Photo]:
    """The photos that are shown of one thing, in their order."""
    return session.scalars(select(Photo).where(shown_of(thing, thing_id)).order_by(Photo.place)).all()


def shown_of(thing: str, thing_id: Any) -> ColumnElement[bool]:
    """The condition for photos shown of a thing; `thing_id` may be a column of another table."""
    return and_(Photo.thing == thing, Photo.thing_id == thing_id, Photo.state == PhotoState.SHOWN)


def first_photo_of(thing: str, thing_id: Any) -> ScalarSelect[int | None]:
    """The id of the first photo shown of each row whose id is the column `thing_id`."""
    first = select(func.min(Photo.id)).where(shown_of(thing, thing_id))
    return first.correlate(thing_id.class_).scalar_subquery()


def pending_of(session: Session, person_id: int, ids: Collection[int], *, at: datetime) -> Sequence[Photo]:
    """Those of `ids` that are still kept for the person at `at` (UTC)."""
    if not ids:
        return []
    return session.scalars(
        select(Photo)
        .where(
            Photo.id.in_(ids),
            Photo.by_id == person_id,
            Photo.state == PhotoState.PENDING,
            Photo.at > at - KEPT,
        )
        .order_by(Photo.id)
    ).all()


def is_kept_for(photo: Photo, person_id: int, *, at: datetime) -> bool:
    """Whether a pending photo is this person's, and not too old."""
    return photo.state == PhotoState.PENDING and photo.by_id == person_id and photo.at > at - KEPT


def sent_today(session: Session, person_id: int, *, at: datetime) -> int:
    """How many photos the person has given to anything within a day."""
    statement = select(func.count()).select_from(Photo)
    return (
        session.scalar(
            statement.where(
                Photo.by_id == person_id, Photo.at > at - A_DAY, Photo.state != PhotoState.PENDING
            )
        )
        or 0
    )
