"""The blueprint, what its views share, and how a file is sent."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, current_app
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from gridapp.core.features import Contributions
from gridapp.core.tables.writing import whole
from gridapp.web import answers
from gridapp.web.words import today

bp = Blueprint("sheets", __name__)
MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def parts() -> Contributions:
    """What the features contribute."""
    contributions: Contributions = current_app.extensions["gridapp"]
    return contributions


def a_file(name: str, file_format: str, chunks: Iterator[bytes]) -> Response:
    """A file to keep; nothing of it may stay anywhere on the way.

    It is whole before the answer begins: it is never cut, and a slow network holds no connection to the database.
    """
    content = whole(chunks)
    response = current_app.response_class(
        content if isinstance(content, bytes) else FileWrapper(content), content_type=MIMETYPES[file_format]
    )
    file_name = f"gridapp-{name}-{today():%Y-%m-%d}.{file_format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answers.no_store(response)
