"""What photos contribute (C18)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.core.features import Feature, Merging, Personal
from gridapp.core.words import N_
from gridapp.photos import workflow
from gridapp.photos.models import Photo, PhotoState


def altered_photos(session: Session) -> Iterable[str]:
    """The bytes of every photo that is shown are those that were stored (C20)."""
    rows = session.execute(
        select(Photo.id, Photo.sha256, Photo.jpeg)
        .where(Photo.state == PhotoState.SHOWN)
        .execution_options(yield_per=20)
    )
    for id_, sha256, jpeg in rows:
        if hashlib.sha256(jpeg or b"").hexdigest() != sha256:
            yield f"photo {id_}: its bytes are not those that were stored"


FEATURE = Feature(
    name="photos",
    merging=Merging(moves=(Photo.by_id,)),
    personal=(
        Personal(
            "photos",
            N_("Photos I sent"),
            None,
            Photo,
            lambda id_: Photo.by_id == id_,
            without=frozenset({"jpeg", "thumbnail", "sha256"}),
        ),
    ),
    invariants={"photos": altered_photos},
    tidy=workflow.forget_old,
)
