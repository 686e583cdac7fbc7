"""What organisations contribute (C18)."""

from __future__ import annotations

from sqlalchemy import or_

from gridapp.accounts.queries import numbers_of
from gridapp.core.features import DeskQueue, Feature, Merging, Personal
from gridapp.core.words import N_
from gridapp.organisations import demo, queries, views, workflow
from gridapp.organisations.models import Membership, Organisation
from gridapp.organisations.workflow import merging


def _page(organisation_id: int) -> str:
    return f"/organisations/{organisation_id}"


def _own(_id: int) -> str:
    return "/me/organisation"


FEATURE = Feature(
    name="organisations",
    merging=Merging(
        moves=(Organisation.applied_by_id,),
        otherwise={
            "memberships.person_id": "goes over; nobody belongs to one organisation twice, see `settle`"
        },
        settle=merging.settle,
    ),
    messages={
        "organisation_applied": (N_("%(name)s wants to help and is waiting for your check."), _page),
        "organisation_approved": (
            N_("%(name)s is approved. You can invite members and take wishes on for it now."),
            _page,
        ),
        "organisation_declined": (N_("%(name)s was declined: %(reason)s"), _own),
        "organisation_suspended": (
            N_(
                "%(name)s cannot take wishes on for now: %(reason)s If you see it differently, please call us."
            ),
            _page,
        ),
        "organisation_invites": (N_("%(name)s asks you to join. You decide."), _own),
        "member_joined": (N_("%(who)s has joined %(name)s."), _page),
        "member_refused": (N_("Somebody whom you invited does not want to join %(name)s."), _page),
        "member_left": (N_("%(who)s has left %(name)s."), _page),
        "member_removed": (N_("You no longer belong to %(name)s."), _own),
        "representative_changed": (N_("%(who)s speaks for %(name)s from now on."), _page),
    },
    desk_queues=(
        DeskQueue(
            "organisations",
            N_("New organisations"),
            "building-2",
            "organisations/_queue.html",
            queries.applied,
            views.queue,
        ),
    ),
    personal=(
        Personal(
            "organisations",
            N_("Organisations that I entered"),
            "/me/organisation",
            Organisation,
            lambda id_: Organisation.applied_by_id == id_,
        ),
        Personal(
            "memberships",
            N_("Where I am a member, or was asked"),
            "/me/organisation",
            Membership,
            lambda id_: or_(
                Membership.person_id == id_,
                Membership.phone.in_(numbers_of(id_)),
            ),
        ),
    ),
    tidy=workflow.forget_old_invitations,
    demo=demo.load,
)
