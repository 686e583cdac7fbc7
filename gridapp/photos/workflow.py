"""Every way in which photos change. Pictures were made before (`core.photos`); nothing is decoded in here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridapp.accounts.workflow import lock_person
from gridapp.core import journal
from gridapp.core.photos import Picture
from gridapp.core.refusals import Refused, refuse_if
from gridapp.core.states import move
from gridapp.photos.models import Choice, Photo, PhotoState
from gridapp.photos.policies import GONE, REMOVED_MEANWHILE, day_refusals, number_refusals
from gridapp.photos.queries import KEPT, pending_of, photos_of, sent_today

MOST_PENDING = 6


def change_photos(
    session: Session, thing: Any, choice: Choice, *, by_id: int, by_role: str, at: datetime, most: int
) -> bool:
    """Carry out what a form chose for `thing` (a model with an id), which has at most `most` photos.

    The caller has just written and so locked the thing; the database guards the places all the same (C1). Raises
    Refused for too many, or for a kept photo that is gone. Returns whether anything changed.
    """
    there = photos_of(session, thing.__tablename__, thing.id)
    going = [photo for photo in there if photo.id in choice.removed]
    staying = [photo for photo in there if photo not in going]
    refuse_if(number_refusals(most, there=len(staying), new=choice.adds))
    refuse_if(day_refusals(sent_today(session, by_id, at=at), choice.adds))
    kept = pending_of(session, by_id, choice.kept, at=at)
    if len(kept) < len(set(choice.kept)):
        raise Refused([GONE])
    for photo in going:
        remove_photo(session, photo, by_id=by_id, by_role=by_role, at=at)
    free = sorted(set(range(1, most + 1)) - {photo.place for photo in staying})
    fresh: list[Photo | Picture] = [*kept, *choice.pictures]
    for place, one in zip(free, fresh, strict=False):
        _add(session, thing, one, place, by_id=by_id, by_role=by_role, at=at)
    return bool(going or choice.adds)


def _add(
    session: Session,
    thing: Any,
    photo: Photo | Picture,
    place: int,
    *,
    by_id: int,
    by_role: str,
    at: datetime,
) -> None:
    """Show a kept photo or a new one at a place of `thing`, and write down who gave it."""
    who: dict[str, Any] = {"at": at, "by_id": by_id, "by_role": by_role}
    where: dict[str, Any] = {"thing": thing.__tablename__, "thing_id": thing.id, "place": place}
    if isinstance(photo, Photo):
        move(session, photo, PhotoState.SHOWN, step="added", **who, **where)
        return
    fresh = _photo(photo, PhotoState.SHOWN, by_id=by_id, at=at, **where)
    session.add(fresh)
    session.flush()
    journal.record(session, fresh, "added", to_state=PhotoState.SHOWN, **who)


def remove_photo(session: Session, photo: Photo, *, by_id: int, by_role: str, at: datetime) -> None:
    """Take a photo away: its bytes are erased, its row and its story stay (C2). The caller has asked who may."""
    if photo.state != PhotoState.SHOWN:
        raise Refused([REMOVED_MEANWHILE])
    move(
        session,
        photo,
        PhotoState.REMOVED,
        at=at,
        by_id=by_id,
        by_role=by_role,
        jpeg=None,
        thumbnail=None,
    )


def keep_pictures(
    session: Session, pictures: Sequence[Picture], thing: str, *, by_id: int, at: datetime
) -> list[int]:
    """Keep pictures that came with a refused form for their sender, half an hour and no more than a few; their ids."""
    lock_person(session, by_id)
    photos = [_photo(picture, PhotoState.PENDING, thing=thing, by_id=by_id, at=at) for picture in pictures]
    session.add_all(photos)
    session.flush()
    newest = session.scalars(
        select(Photo.id)
        .where(Photo.by_id == by_id, Photo.state == PhotoState.PENDING)
        .order_by(Photo.id.desc())
        .limit(MOST_PENDING)
    ).all()
    session.execute(
        delete(Photo).where(Photo.by_id == by_id, Photo.state == PhotoState.PENDING, Photo.id.not_in(newest))
    )
    forget_old(session, at)
    return [photo.id for photo in photos]


def forget_old(session: Session, at: datetime) -> bool:
    """Forget pending photos that nobody came back for by `at` (UTC); whether there were any."""
    gone = session.execute(delete(Photo).where(Photo.state == PhotoState.PENDING, Photo.at <= at - KEPT))
    return bool(getattr(gone, "rowcount", 0))


def _photo(picture: Picture, state: PhotoState, *, by_id: int, at: datetime, **where: Any) -> Photo:
    return Photo(
        state=state,
        width=picture.width,
        height=picture.height,
        sha256=picture.sha256,
        by_id=by_id,
        at=at,
        thumbnail=picture.thumbnail,
        jpeg=picture.jpeg,
        **where,
    )
