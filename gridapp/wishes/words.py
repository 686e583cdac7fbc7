"""How a wish's states, steps and roles are said (W13, C14); marked for translation."""

from __future__ import annotations

from typing import Any

from gridapp.core.journal import JournalEntry
from gridapp.core.words import N_, Words
from gridapp.web.languages import gettext
from gridapp.web.words import period, say
from gridapp.wishes.models import ClaimState, WishState
from gridapp.wishes.queries.times import Times, was_and_now

STATES: dict[str, tuple[str, str, str]] = {
    WishState.SUBMITTED: (N_("being checked"), "open-ring", "amber"),
    WishState.ASKED_BACK: (N_("question to you"), "open-ring", "amber"),
    WishState.OPEN: (N_("looking for helpers"), "open-ring", "blue"),
    WishState.FILLED: (N_("taken on"), "half", "amber"),
    WishState.DONE: (N_("done, to be confirmed"), "full", "amber"),
    WishState.CONFIRMED: (N_("came true"), "tick", "seal"),
    WishState.DECLINED: (N_("declined"), "cross", "plain"),
    WishState.WITHDRAWN: (N_("withdrawn"), "cross", "plain"),
    WishState.EXPIRED: (N_("over"), "cross", "plain"),
}
OVERDUE = STATES[WishState.EXPIRED]
NEXT_OVERDUE = N_("The time for this wish is over. The coordinator closes it.")
CLAIM_STATES: dict[str, tuple[str, str, str]] = {
    ClaimState.OFFERED: (N_("offered to you"), "open-ring", "amber"),
    ClaimState.HELD: (N_("taken on"), "half", "amber"),
    ClaimState.DONE: (N_("done, to be confirmed"), "full", "amber"),
    ClaimState.CONFIRMED: (N_("came true"), "tick", "seal"),
    ClaimState.REFUSED: (N_("refused"), "cross", "plain"),
    ClaimState.LAPSED: (N_("lapsed"), "cross", "plain"),
    ClaimState.WITHDRAWN: (N_("given back"), "cross", "plain"),
    ClaimState.CANNOT_COME: (N_("could not come"), "cross", "plain"),
    ClaimState.RELEASED: (N_("released"), "cross", "plain"),
    ClaimState.NO_SHOW: (N_("did not come"), "cross", "plain"),
    ClaimState.RETURNED: (N_("not finished yet"), "cross", "plain"),
}
HELD_BY_READER = (N_("you have taken it on"), "half", "amber")
STEPS: dict[str, str] = {
    "submitted": N_("The wish was entered."),
    "changed": N_("The wish was changed."),
    "consent_recorded": N_("Consent recorded."),
    "consent_dropped": N_("Another person was named; whether that one agrees is asked anew."),
    "asked_back": N_("The coordinator asked a question."),
    "answered": N_("The question was answered."),
    "published": N_("The wish was checked and published."),
    "declined": N_("The wish was declined."),
    "photo_removed": N_("A photo was taken away."),
    "withdrawn": N_("The wish was withdrawn."),
    "expired": N_("The time was over; nobody could be found."),
    "closed": N_("No more helpers are needed."),
    "kept_back": N_("The coordinator keeps the wish back for somebody."),
    "offered_again": N_("Everybody can take the wish on again."),
    "filled": N_("All helpers are found."),
    "reopened": N_("Helpers are wanted again."),
    "done": N_("All helpers have reported it done."),
    "confirmed": N_("The wish came true."),
    "reworded": N_("The coordinator changed title or text."),
    "retimed": N_("The time changed: it was %(was)s and is now %(now)s."),
    "resized": N_("How many helpers are wanted changed: before %(was)s, now %(now)s."),
    "relocated": N_("The place changed."),
    "erased": N_("Within seven days nobody recorded that the person agreed, so what was written was erased."),
    "slip_issued": N_("A slip with number and code was printed."),
    "slip_reissued": N_("A new slip was printed; the old code ended."),
}
# Steps of the wish that a step of its only claim tells already.
FOLLOWS = {"filled", "done", "confirmed"}
CLAIM_STEPS: dict[str, str] = {
    "held": N_("A volunteer took it on."),
    "named": N_("Another member goes."),
    "stepped_back": N_("The member who was to go cannot."),
    "withdrawn": N_("A volunteer gave it back."),
    "cannot_come": N_("A volunteer could not come."),
    "released": N_("A volunteer was released."),
    "done": N_("A volunteer reported it done."),
    "confirmed": N_("The help was confirmed."),
    "returned": N_("It is not finished yet."),
}
# Where an organisation promised, and a member goes.
ORGANISATION_STEPS: dict[str, str] = {
    "held": N_("An organisation took it on."),
    "withdrawn": N_("The organisation gave it back."),
}
ROLES: dict[str, str] = {
    "author": N_("the person who made the wish"),
    "coordinator": N_("coordinator"),
    "volunteer": N_("volunteer"),
    "representative": N_("representative of an organisation"),
    "town_admin": N_("town office"),
    "system": N_("by itself"),
    "beneficiary": N_("whom it is for"),
}
NEXT: dict[str, str] = {
    WishState.SUBMITTED: N_("Next: the coordinator of the committee checks the wish."),
    WishState.ASKED_BACK: N_("Next: whoever entered the wish answers the question."),
    WishState.OPEN: N_("Next: somebody takes the wish on."),
    WishState.FILLED: N_("Next: the helper gets in touch, helps, and reports it done."),
    WishState.DONE: N_("Next: whoever entered the wish, or the coordinator, confirms it."),
    WishState.CONFIRMED: N_("This wish came true. Thank you to everybody."),
    WishState.DECLINED: N_("This wish is closed."),
    WishState.WITHDRAWN: N_("This wish is closed."),
    WishState.EXPIRED: N_("This wish is closed. A new one can be entered at any time."),
}
# What stands over the reasons, where "not possible right now" would promise a later.
CANNOT_TAKE = N_("You cannot take this one on right now")
CANNOT: dict[str, str] = {
    "full": N_("Somebody is helping already"),
    "closed": N_("Somebody is helping already"),
    "over": N_("This one is over"),
    "consent_missing": N_("It cannot be published yet"),
    "over_before_public": N_("It cannot be published like this"),
}
# For the person whom the wish is for, who may do nothing about a question to its author.
TRACKED: dict[str, tuple[str, str, str]] = {
    WishState.ASKED_BACK: (N_("being checked"), "open-ring", "amber"),
    WishState.DECLINED: (N_("not possible"), "cross", "plain"),
}
TRACKED_NEXT: dict[str, str] = {
    WishState.FILLED: N_("Next: the helper gets in touch with you, comes, and reports it done."),
    WishState.DECLINED: N_(
        "This wish was not possible. Please call us; we tell you why, and what else there is."
    ),
}
CONSENTS: dict[str, str] = {
    "in_person": N_("asked in person"),
    "by_phone": N_("asked by phone"),
    "in_writing": N_("in writing"),
}


def step_of(entry: JournalEntry, of_organisation: bool = False) -> str:
    """A step of the wish or of a claim (`of_organisation`) in plain words, of a new time what it was and is (W13, C13)."""
    table = STEPS if entry.thing == "wishes" else CLAIM_STEPS
    if of_organisation:
        table = table | ORGANISATION_STEPS
    parts = was_and_now(entry.step, entry.reason or "") if entry.step in ("retimed", "resized") else {}
    return say(Words(table[entry.step], parts))


def when_of(wish: Any) -> str:
    """When help is wanted, as people say it; `wish` has starts_at, ends_at and deadline."""
    said = Times.of(wish).said
    return say(said) if isinstance(said, Words) else period(*said)


def places_of(wish: Any) -> str:
    """How many helpers are wanted still; `wish` has places and taken."""
    places, taken = wish.places, wish.taken
    if places is None:
        if taken:
            return gettext("as many as come; %(num)s so far", num=taken)
        return gettext("as many as come")
    if taken >= places:
        return gettext("helper found")
    if places == 1:
        return gettext("one helper")
    return gettext("%(free)s more helpers needed (of %(places)s)", free=places - taken, places=places)
