"""What volunteers contribute (C18)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, same_person
from gridapp.core.features import (
    DeskQueue,
    Feature,
    Merging,
    Personal,
    PhotoOwner,
    Responsibility,
    Told,
)
from gridapp.core.masking import masked_name
from gridapp.core.words import N_
from gridapp.volunteers import demo, exporters, importers, loading, policies, queries, views, words, workflow
from gridapp.volunteers.models import (
    HourEntry,
    HoursStatement,
    Skill,
    Volunteer,
    VolunteerArea,
    VolunteerSkill,
    VolunteerState,
)
from gridapp.volunteers.policies.merging import MERGING_REFUSALS
from gridapp.volunteers.workflow import merging

SKILLS = (
    ("chat", "陪伴聊天", "Company and talk"),
    ("computer", "手机电脑", "Phones and computers"),
    ("cook", "做饭", "Cooking"),
    ("drive", "开车接送", "Driving"),
    ("errand", "跑腿代办", "Errands"),
    ("garden", "园艺", "Gardening"),
    ("haircut", "理发", "Hairdressing"),
    ("lift", "搬运重物", "Lifting and carrying"),
    ("nurse", "健康照护", "Health care"),
    ("repair", "家电维修", "Repairs at home"),
    ("sew", "缝补", "Sewing"),
    ("teach", "功课辅导", "Tutoring"),
    ("write", "书法写字", "Calligraphy and letters"),
)


def seed(session: Session) -> None:
    """The skills that a new town begins with; never changes what is there."""
    known = set(session.scalars(select(Skill.code)))
    session.add_all(Skill(code=code, name=name, name_en=en) for code, name, en in SKILLS if code not in known)


def negative_hours(session: Session) -> Iterable[str]:
    """No entry counts less than nothing after its corrections (V3)."""
    origin = func.coalesce(HourEntry.corrects_id, HourEntry.id)
    rows = session.execute(
        select(origin, func.sum(HourEntry.minutes)).group_by(origin).having(func.sum(HourEntry.minutes) < 0)
    )
    return [f"hours: entry {row[0]} counts {row[1]} minutes" for row in rows]


def merged_or_not(session: Session) -> Iterable[str]:
    """A volunteer is merged exactly when the account is part of another (V5)."""
    rows = session.scalars(
        select(Volunteer.id)
        .join(Person, Person.id == Volunteer.person_id)
        .where((Volunteer.state == VolunteerState.MERGED) != Person.merged_into_id.is_not(None))
    )
    return [f"volunteer {id_}: says otherwise than the account whether it is part of another" for id_ in rows]


def _as_volunteer(person_id: int) -> Select[int]:
    return select(Volunteer.id).where(Volunteer.person_id == person_id)


def _page_of_portrait(session: Session, actor: Actor, volunteer_id: int) -> str:
    own = session.get_one(Volunteer, volunteer_id).person_id == actor.id
    return "/me/profile" if own else f"/volunteers/{volunteer_id}"


FEATURE = Feature(
    name="volunteers",
    invariants={"hours": negative_hours, "merged": merged_or_not},
    merging=Merging(
        settle=merging.settle,
        obstacles=queries.merging_obstacles,
        refusals=MERGING_REFUSALS,
        told=(
            Told(
                N_("As a volunteer"),
                queries.state_of,
                {state: said[0] for state, said in words.STATES.items()},
            ),
            Told(N_("Reason"), queries.state_note_of, may_read=queries.is_read_by),
            Told(N_("Confirmed (min)"), queries.minutes_in_all),
        ),
        otherwise={
            "volunteers.person_id": "goes over where the other account has none; else it is merged, see `settle`",
            "hour_entries.person_id": "stays: statements that were printed must verify; read by `same_person` (V3)",
            "hour_entries.recorded_by_id": "stays: the ledger is never altered (V3)",
            "hour_entries.confirmed_by_id": "stays: the ledger is never altered (V3)",
            "hours_statements.person_id": "stays: it says what it said when it was made (V3)",
        },
    ),
    messages={
        "volunteer_applied": (
            N_("Somebody new wants to help in your area."),
            lambda id_: f"/volunteers/{id_}",
        ),
        "volunteer_approved": (
            N_("You are approved as a volunteer. You can take wishes on now."),
            lambda id_: "/wishes",
        ),
        "volunteer_declined": (
            N_("Your application as a volunteer was declined: %(reason)s"),
            lambda id_: "/me/profile",
        ),
        "volunteer_suspended": (
            N_("You cannot take wishes on for now: %(reason)s If you see it differently, please call us."),
            lambda id_: "/me/profile",
        ),
        "hours_corrected": (N_("Your hours were corrected: %(reason)s"), lambda id_: "/me/hours"),
    },
    personal=(
        Personal(
            "volunteer", N_("My help"), "/me/profile", Volunteer, lambda id_: Volunteer.person_id == id_
        ),
        Personal(
            "skills",
            N_("My skills"),
            "/me/profile",
            VolunteerSkill,
            lambda id_: VolunteerSkill.volunteer_id.in_(_as_volunteer(id_)),
        ),
        Personal(
            "areas",
            N_("Where I want to help"),
            "/me/profile",
            VolunteerArea,
            lambda id_: VolunteerArea.volunteer_id.in_(_as_volunteer(id_)),
        ),
        Personal(
            "hours",
            N_("My hours"),
            "/me/hours",
            HourEntry,
            lambda id_: HourEntry.person_id.in_(same_person(id_)),
        ),
        Personal(
            "statements",
            N_("Statements that I made"),
            "/me/hours",
            HoursStatement,
            lambda id_: HoursStatement.person_id.in_(same_person(id_)),
        ),
    ),
    importers={"volunteers": importers.VOLUNTEERS, "hours": importers.HOURS},
    exporters={"volunteers": exporters.VOLUNTEERS, "hours": exporters.HOURS},
    desk_queues=(
        DeskQueue(
            "volunteers",
            N_("New volunteers"),
            "users",
            "volunteers/_queue.html",
            queries.applied,
            views.queue,
        ),
    ),
    responsibilities=(
        Responsibility(N_("New volunteers"), queries.applied, queries.applied_names, masked_name),
    ),
    seed=seed,
    demo=demo.load,
    load=loading.load,
    sees_photo={"volunteers": policies.sees_portrait},
    photo_owners={"volunteers": PhotoOwner(_page_of_portrait, workflow.remove_portrait)},
    after_sign_up=workflow.apply_after_sign_up,
)
