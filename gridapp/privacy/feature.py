"""What privacy contributes (C18): the looks at what is kept of a person."""

from __future__ import annotations

from gridapp.accounts.queries import same_person
from gridapp.core.access_log import Look
from gridapp.core.features import Feature, Merging, Personal
from gridapp.core.words import N_

FEATURE = Feature(
    name="privacy",
    merging=Merging(
        otherwise={
            "looks.about_id": "stays: the access log is never altered; read by `same_person` (C4)",
            "looks.by_id": "stays: the access log is never altered",
        }
    ),
    personal=(
        Personal(
            "looks",
            N_("Who opened my data"),
            "/me/looks",
            Look,
            lambda person_id: Look.about_id.in_(same_person(person_id)),
        ),
    ),
)
