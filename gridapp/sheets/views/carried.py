"""A checked list on its way to be confirmed: it travels in the form, sealed, and nothing of it stays with us (C8).

The seal is for whoever uploaded it, for half an hour. The rows are checked again when it comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from gridapp.core.clock import now
from gridapp.core.tables.reading import Limits, Row, Table
from gridapp.core.tables.reports import BadFile
from gridapp.core.words import N_, Words

LASTING = timedelta(minutes=30)
MOST = 900_000  # of a form's million
BROWSER = Limits(MOST, 30 * 1024 * 1024, 1000)
# A name that `web.kept_forms` never keeps: the rows are personal data of many.
FIELD = "list-secret"


@dataclass(frozen=True)
class Carried:
    """A list as it was read, of which kind it is, and the text of its mapping."""

    kind: str
    name: str
    table: Table
    mapping: str | None = None


def seal(carried: Carried, person_id: int) -> str:
    """The list as a text for the form of this person. Raises BadFile when it is too large to travel."""
    content = {
        "for": person_id,
        "until": int((now() + LASTING).timestamp()),
        "kind": carried.kind,
        "name": carried.name,
        "rows": [list(row) for row in carried.table.rows],
        "workbook": carried.table.is_workbook,
        "mapping": carried.mapping,
    }
    sealed = str(_signer().dumps(content))
    if len(sealed) > MOST:
        raise BadFile(
            Words(N_("The list is too large for the browser.")),
            Words(N_("Split it, or bring it in with the command line.")),
        )
    return sealed


def unseal(sealed: str, person_id: int) -> Carried | None:
    """The list; None when it is another's, too old, or not sealed by us."""
    try:
        content = _signer().loads(sealed)
    except BadSignature:
        return None
    if content["for"] != person_id or content["until"] < now().timestamp():
        return None
    rows = [Row(*row) for row in content["rows"]]
    return Carried(content["kind"], content["name"], Table(rows, content["workbook"]), content["mapping"])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="a list on its way")
