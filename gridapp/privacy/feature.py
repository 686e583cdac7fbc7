"""What privacy contributes (C18): the looks at what is kept of a person."""

from __future__ import annotations

from gridapp.core.access_log import Look
from gridapp.core.features import Feature, Personal
from gridapp.core.words import N_

FEATURE = Feature(
    name="privacy",
    personal=(
        Personal(
            "looks",
            N_("Who looked at my data"),
            "/me/looks",
            Look,
            lambda person_id: Look.about_id == person_id,
        ),
    ),
)
