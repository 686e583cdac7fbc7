"""What safety contributes (C18)."""

from __future__ import annotations

from gridapp.core.features import DeskQueue, Feature, Personal
from gridapp.core.words import N_
from gridapp.safety import queries, views
from gridapp.safety.models import Incident, Parting


def _page(incident_id: int) -> str:
    return f"/incidents/{incident_id}"


FEATURE = Feature(
    name="safety",
    messages={
        "incident_reported": (
            N_("Urgent: something happened with “%(title)s”. Please look at it at once."),
            _page,
        ),
        "incident_handled": (N_("What you reported about “%(title)s” has been handled."), _page),
    },
    desk_queues=(
        DeskQueue(
            "incidents",
            N_("Incidents"),
            "siren",
            "safety/_queue.html",
            queries.waiting,
            views.queue,
            urgent=True,
        ),
    ),
    personal=(
        Personal(
            "incidents",
            N_("Incidents that I reported"),
            None,
            Incident,
            lambda id_: Incident.reported_by_id == id_,
            frozenset({"about_id", "handled_by_id"}),
        ),
        Personal(
            "partings",
            N_("Whom I do not want to come again"),
            None,
            Parting,
            lambda id_: Parting.asked_by_id == id_,
        ),
    ),
)
