"""What came with a form that is refused is kept for whoever sent it, so that it need not be chosen again (P13)."""

from __future__ import annotations

from flask_login import current_user

from gridapp.core.clock import now
from gridapp.core.database import db, writing
from gridapp.photos import queries, workflow
from gridapp.photos.forms import PhotosField


def keep(field: PhotosField) -> None:
    """Keep the new pictures of `field` for half an hour, and set `field.kept` to all that are kept of it."""
    session, at, person_id = db.session(), now(), int(current_user.id)
    if field.data:
        with writing(session):
            field.kept_ids += workflow.keep_pictures(session, field.data, field.thing, by_id=person_id, at=at)
        field.data = []
    field.kept = queries.pending_of(session, person_id, field.kept_ids, at=at)
    field.kept_ids = [photo.id for photo in field.kept]
