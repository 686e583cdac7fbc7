"""Photos are served, and taken away, under the right of the thing that they belong to (C20)."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridapp.accounts.acting import actor_now, attempt
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.features import Contributions
from gridapp.photos import queries
from gridapp.photos.models import Photo, PhotoState
from gridapp.web import access, answers

bp = Blueprint("photos", __name__)
PUBLIC_FOR_S = 600  # what was taken away is seen no longer than this by whoever has seen it before


@bp.get("/photos/<id:photo_id>")
@access.public
def photo(photo_id: int) -> Response:
    """The photo in full."""
    return _served(photo_id, thumbnail=False)


@bp.get("/photos/<id:photo_id>/thumbnail")
@access.public
def thumbnail(photo_id: int) -> Response:
    """The photo as lists show it."""
    return _served(photo_id, thumbnail=True)


@bp.post("/photos/<id:photo_id>/removal")
@access.signed_in
def remove(photo_id: int) -> Response:
    """Take it away; the owner's feature says who may."""
    found, session = queries.photo_by_id(db.session(), photo_id), db.session()
    if found is None or found.thing_id is None or not _is_seen(found):
        abort(404)
    owner = _contributions().photo_owners[found.thing]
    page = owner.page(session, actor_now(), found.thing_id)
    outcome = attempt(
        lambda by, at: owner.remove(session, found, by=by, at=at), address=lambda _nothing: page
    )
    if outcome.refused:
        raise outcome.refused
    return answers.go(page, _("The photo has been taken away."))


def _served(photo_id: int, *, thumbnail: bool) -> Response:
    session = db.session()
    found = queries.photo_by_id(session, photo_id)
    if found is None or found.state == PhotoState.REMOVED:
        abort(404)
    is_public = _is_public(found)
    if not is_public and not _is_seen(found):
        abort(404)
    content = queries.bytes_of(session, found, thumbnail=thumbnail)
    if content is None:
        abort(404)
    response = Response(content, mimetype="image/jpeg")
    if not is_public:
        return answers.no_store(response)
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_FOR_S}"
    response.set_etag(f"{found.sha256[:32]}{'-small' if thumbnail else ''}")
    return response.make_conditional(request)


def _is_public(photo: Photo) -> bool:
    if photo.thing_id is None:
        return False
    return _contributions().sees_photo(db.session(), None, photo.thing, photo.thing_id, now())


def _is_seen(photo: Photo) -> bool:
    """Whether the reader is in the world of the photo's thing, or has just sent it with a form."""
    actor, at = actor_now(), now()
    if photo.thing_id is None:
        return actor is not None and queries.is_kept_for(photo, actor.id, at=at)
    return _contributions().sees_photo(db.session(), actor, photo.thing, photo.thing_id, at)


def _contributions() -> Contributions:
    found: Contributions = current_app.extensions["gridapp"]
    return found
