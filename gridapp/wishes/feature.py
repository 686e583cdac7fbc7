"""What wishes contribute (C18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Duty
from gridapp.accounts.queries import Actor
from gridapp.core.features import (
    DeskQueue,
    Feature,
    Merging,
    Personal,
    PhotoOwner,
    Responsibility,
    Told,
)
from gridapp.core.words import N_
from gridapp.volunteers.models import HourEntry
from gridapp.wishes import demo, exporters, importers, loading, queries, views
from gridapp.wishes.models import (
    PLACE_TAKEN,
    UNFINISHED,
    Beneficiary,
    Category,
    Claim,
    ClaimState,
    Source,
    Wish,
    WishSlip,
    WishState,
    searchable,
)
from gridapp.wishes.policies import photos as photo_rights
from gridapp.wishes.policies.merging import MERGING_REFUSALS
from gridapp.wishes.queries import arranging, deciding, rules
from gridapp.wishes.workflow import claiming, merging, photos, sharing, tidying

CATEGORIES = (
    ("item", "物品", "Things", "package"),
    ("errand", "跑腿", "Errands", "footprints"),
    ("repair", "修理", "Repairs", "wrench"),
    ("company", "陪伴", "Company", "coffee"),
    ("lesson", "学习", "Lessons", "graduation-cap"),
    ("transport", "接送", "Lifts", "car"),
    ("other", "其他", "Other", "sparkles"),
)


def seed(session: Session) -> None:
    """The categories that a new town begins with; never changes what is there."""
    known = set(session.scalars(select(Category.code)))
    session.add_all(
        Category(code=code, name=name, name_en=name_en, icon=icon, rank=rank)
        for rank, (code, name, name_en, icon) in enumerate(CATEGORIES)
        if code not in known
    )


def miscounted_places(session: Session) -> Iterable[str]:
    """`taken` equals the claims that take a place, and no wish is over-held (W5)."""
    counted = (
        select(Claim.wish_id, func.count().label("claims"))
        .where(Claim.state.in_(PLACE_TAKEN))
        .group_by(Claim.wish_id)
        .subquery()
    )
    rows = session.execute(
        select(Wish.id, Wish.taken, func.coalesce(counted.c.claims, 0))
        .outerjoin(counted, counted.c.wish_id == Wish.id)
        .where(Wish.taken != func.coalesce(counted.c.claims, 0))
    )
    return [f"wish {row[0]}: says {row[1]} places taken, but {row[2]} claims take one" for row in rows]


def lost_hours(session: Session) -> Iterable[str]:
    """Every confirmed claim has its entry of hours, with the minutes reported (V3)."""
    rows = session.execute(
        select(Claim.id, Claim.minutes, HourEntry.minutes)
        .outerjoin(HourEntry, and_(HourEntry.thing == "claims", HourEntry.thing_id == Claim.id))
        .where(
            Claim.state == ClaimState.CONFIRMED,
            func.coalesce(HourEntry.minutes, -1) != Claim.minutes,
        )
    )
    return [f"claim {row[0]}: {row[1]} minutes were confirmed, the ledger has {row[2]}" for row in rows]


def wrong_duties(session: Session) -> Iterable[str]:
    """Whoever is to go to a wish with a window has one duty at its times, and nobody else has one for it (C16)."""
    ours = and_(Duty.thing == Claim.__tablename__, Duty.thing_id == Claim.id, Duty.cancelled_at.is_(None))
    expected = and_(Claim.going, Claim.state.in_(UNFINISHED), Wish.starts_at.is_not(None))
    right = and_(
        Duty.person_id == Claim.person_id,
        Duty.starts_at == Wish.starts_at,
        Duty.ends_at == Wish.ends_at,
    )
    waiting = select(Claim.id).join(Wish).outerjoin(Duty, ours).where(expected)
    missing = session.scalars(waiting.where(or_(Duty.id.is_(None), not_(right))))
    kept = session.scalars(select(Claim.id).join(Wish).join(Duty, ours).where(not_(expected)))
    return [
        *(f"claim {claim_id}: whoever goes has no duty at the wish's time" for claim_id in missing),
        *(f"claim {claim_id}: a duty is kept that nobody has" for claim_id in kept),
    ]


def lost_words(session: Session) -> Iterable[str]:
    """Every open wish is found by the words that it has now (W15)."""
    columns = (Wish.id, Wish.title, Wish.text, Wish.road, Wish.words, Wish.initials)
    rows = session.execute(
        select(*columns).where(Wish.state == WishState.OPEN).execution_options(yield_per=1000)
    )
    for row in rows:
        right = searchable(row.title, row.text, row.road)
        if any(set(kept.split()) != set((getattr(row, name) or "").split()) for name, kept in right.items()):
            yield f"wish {row.id}: the search keeps other words than the wish has"
    yield from queries.listing.index_errors(session)


def disabled(session: Session, by: Actor, person_id: int, at: datetime) -> None:
    """Whose account is disabled comes no more: own claims are free again, organisations name another (A3)."""
    claiming.release_claims_of(session, by, person_id, at)
    sharing.go_no_more(session, by, person_id, at)


def _page(wish_id: int) -> str:
    return f"/wishes/{wish_id}"


def _page_of_claim(session: Session, _actor: object, claim_id: int) -> str:
    return session.get_one(Claim, claim_id).wish.url


FEATURE = Feature(
    name="wishes",
    personal=(
        Personal(
            "wishes",
            N_("Wishes I entered"),
            "/me/wishes",
            Wish,
            lambda id_: Wish.author_id == id_,
            frozenset({"words", "initials"}),
        ),
        Personal(
            "contacts",
            N_("Addresses in my own wishes"),
            "/me/wishes",
            Beneficiary,
            # Of a wish for somebody else these are that person's, who alone may have them (W7).
            lambda id_: Beneficiary.wish_id.in_(
                select(Wish.id).where(Wish.author_id == id_, Wish.source == Source.SELF)
            ),
        ),
        Personal("claims", N_("Wishes I took on"), "/me", Claim, lambda id_: Claim.person_id == id_),
    ),
    merging=Merging(
        moves=(Wish.author_id, WishSlip.issued_by_id),
        otherwise={
            "claims.person_id": "goes over; nobody has two places of one wish, see `settle`",
            "wishes.consent_by_id": "stays: who recorded the consent",
        },
        obstacles=queries.merging.obstacles,
        duties_within=queries.merging.duties_within,
        refusals=MERGING_REFUSALS,
        settle=merging.settle,
        told=(
            Told(N_("Wishes in hand"), queries.merging.in_hand),
            Told(N_("Wishes entered"), queries.merging.entered),
        ),
    ),
    invariants={
        "merged": queries.merging.of_merged,
        "places": miscounted_places,
        "hours": lost_hours,
        "search": lost_words,
        "time": wrong_duties,
    },
    messages={
        "wish_submitted": (N_("“%(title)s” is new and waiting for your check."), _page),
        "wish_moved": (
            N_("“%(title)s” is for another committee now; others check it."),
            lambda _wish_id: "/desk",
        ),
        "wish_answered": (N_("Your question about “%(title)s” is answered; please check it again."), _page),
        "wish_published": (
            N_("Your wish “%(title)s” is published. We tell you when somebody takes it on."),
            _page,
        ),
        "wish_declined": (N_("Your wish “%(title)s” was declined: %(reason)s"), _page),
        "wish_asked_back": (N_("A question about your wish “%(title)s”: %(question)s"), _page),
        "wish_withdrawn": (N_("“%(title)s” was withdrawn: %(reason)s"), _page),
        "wish_expired": (
            N_("For “%(title)s” nobody could be found. You can enter it anew, or call us."),
            _page,
        ),
        "wish_erased": (
            N_(
                "“%(title)s” is for somebody else, and nobody recorded within seven days that the person agreed. What "
                "you wrote is erased. Please ask the person, and enter it anew."
            ),
            _page,
        ),
        "wish_reworded": (
            N_("The coordinator changed the words of “%(title)s”. Please read it again."),
            _page,
        ),
        "wish_changed": (N_("“%(title)s” was changed: %(changes)s."), _page),
        "wish_clashes": (
            N_(
                "New time for “%(title)s”: %(when)s. It clashes with “%(other)s”, %(other_when)s. Please give one of the "
                "two back, or call us. Until %(until)s giving this one back does not count as late."
            ),
            _page,
        ),
        "wish_claimed": (N_("Somebody has taken on “%(title)s”."), _page),
        "helper_comes": (
            N_("%(who)s will come about “%(title)s” and says at the door: %(word)s. Help is always free."),
            _page,
        ),
        "you_are_to_go": (
            N_("%(name)s asks you to go to “%(title)s”. If you cannot, please say so there."),
            _page,
        ),
        "claim_goes_to_another": (
            N_("You need not go to “%(title)s” any more; somebody else of %(name)s goes."),
            _page,
        ),
        "member_cannot_go": (
            N_("Your member cannot go to “%(title)s”: %(reason)s Please name somebody else."),
            _page,
        ),
        "claim_withdrawn": (N_("A volunteer gave “%(title)s” back: %(reason)s"), _page),
        "helper_released": (N_("A coordinator has released the helper of “%(title)s”: %(reason)s"), _page),
        "helper_cannot_come": (N_("Urgent: the volunteer cannot come for “%(title)s”: %(reason)s"), _page),
        "claim_released": (
            N_("The volunteer of “%(title)s” can no longer help here; the wish is open again."),
            _page,
        ),
        "claim_done": (N_("“%(title)s” was reported done. Did it come true? Please confirm."), _page),
        "claim_confirmed": (N_("“%(title)s” came true and is confirmed. Thank you!"), _page),
        "photo_removed": (N_("A photo of “%(title)s” was taken away."), _page),
        "claim_returned": (N_("“%(title)s” is not finished yet: %(reason)s"), _page),
    },
    importers={"wishes": importers.WISHES},
    exporters={"wishes": exporters.WISHES},
    desk_queues=(
        DeskQueue(
            "clashing",
            N_("Helpers busy at the new time"),
            "calendar-clock",
            "wishes/_queue_clashing.html",
            arranging.clashing,
            views.queue_clashing,
        ),
        DeskQueue(
            "to-check",
            N_("Wishes to check"),
            "clipboard-check",
            "wishes/_queue_to_check.html",
            deciding.to_check,
            views.queue_to_check,
        ),
        DeskQueue(
            "to-confirm",
            N_("To confirm"),
            "check",
            "wishes/_queue_to_confirm.html",
            deciding.to_confirm,
            views.queue_to_confirm,
        ),
    ),
    responsibilities=(
        Responsibility(N_("Wishes to check"), deciding.to_check, deciding.titles_to_check),
        Responsibility(N_("To confirm"), deciding.to_confirm, deciding.titles_to_confirm),
    ),
    seed=seed,
    guards=frozenset(
        {
            "ck_wishes_not_over_held",
            "ck_wishes_consent_before_public",
            "ck_wishes_nobody_helped_what_expired",
        }
    ),
    held_within=rules.held_within,
    tidy=tidying.erase_unagreed,
    demo=demo.load,
    load=loading.load,
    sees_person=queries.sees_person,
    when_disabled=disabled,
    after_leaving=sharing.leave,
    sees_photo={
        "wishes": photo_rights.sees_photos_of_wish,
        "claims": photo_rights.sees_photos_of_claim,
        "volunteers": photo_rights.sees_portrait,
    },
    photo_owners={
        "wishes": PhotoOwner(lambda _session, _actor, id_: _page(id_), photos.remove_from_wish),
        "claims": PhotoOwner(_page_of_claim, photos.remove_from_claim),
    },
)
