"""What safety contributes (C18)."""

from __future__ import annotations

from gridapp.accounts.queries import same_person
from gridapp.core.features import DeskQueue, Feature, Merging, Personal
from gridapp.core.words import N_
from gridapp.safety import queries, views
from gridapp.safety.models import Incident, Parting
from gridapp.safety.workflow import merging


def _page(incident_id: int) -> str:
    return f"/incidents/{incident_id}"


FEATURE = Feature(
    name="safety",
    merging=Merging(
        moves=(Incident.reported_by_id, Incident.about_id, Parting.person_id, Parting.author_id),
        otherwise={
            "incidents.handled_by_id": "stays: who handled it",
            "partings.asked_by_id": "stays: who asked for it; read by `same_person`",
        },
        settle=merging.settle,
    ),
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
            lambda id_: Parting.asked_by_id.in_(same_person(id_)),
        ),
    ),
)
