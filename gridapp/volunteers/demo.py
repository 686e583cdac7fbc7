"""The volunteers of the demo: …11 to …35 approved, …36 to …40 waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.demo import person_of
from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, actor_of
from gridapp.areas.models import Area
from gridapp.photos.demo import photos
from gridapp.photos.models import NONE
from gridapp.volunteers.models import Volunteer
from gridapp.volunteers.workflow import apply, approve, deciders, save_profile

WITH_A_PHOTO = {"15", "20", "27"}
BEFORE_APPROVAL = timedelta(days=2, hours=3)


WEEKDAY_MORNINGS = "1-morning 2-morning 3-morning 4-morning 5-morning"
WEEKEND = "6-morning 6-afternoon 6-evening 7-morning 7-afternoon 7-evening"
EVENINGS = "1-evening 2-evening 3-evening 4-evening 5-evening"


@dataclass(frozen=True)
class Profile:
    """What a volunteer of the demo can do, by the last two digits of the phone number."""

    digits: str
    skills: str
    languages: str = "zh wuu"
    max_live: int = 3
    cannot_do: str = ""
    free: str = ""
    areas: tuple[str, ...] = ()


APPROVED = (
    Profile("11", "chat cook", cannot_do="爬五楼以上比较吃力", free=f"{WEEKDAY_MORNINGS} {WEEKEND}"),
    Profile("12", "repair lift"),
    Profile("13", "computer errand", "zh en", free=WEEKEND),
    Profile("14", "teach write"),
    Profile("15", "repair lift drive", free=EVENINGS),
    Profile("16", "nurse chat", "zh wuu en", free=WEEKDAY_MORNINGS),
    Profile("17", "computer teach", "zh en"),
    Profile("18", "sew cook"),
    Profile("19", "drive lift", "zh"),
    Profile("20", "write teach chat"),
    Profile("21", "errand computer", "zh wuu en"),
    Profile("22", "garden chat", cannot_do="不能搬重物", free=WEEKDAY_MORNINGS),
    Profile("23", "haircut chat"),
    Profile("24", "repair drive", "zh"),
    Profile("25", "errand lift", "zh en", cannot_do="对猫毛过敏"),
    Profile("26", "teach write", max_live=2),
    Profile("27", "cook sew chat", areas=("grid-1",)),
    Profile("28", "computer errand", "zh en", max_live=5),
    Profile("29", "repair lift", "zh", max_live=2),
    Profile("30", "chat cook garden"),
    Profile("31", "teach computer", "zh wuu en", max_live=2),
    Profile("32", "errand drive", "zh", max_live=4),
    Profile("33", "nurse chat", cannot_do="夜班后的上午不方便"),
    Profile("34", "repair drive lift", "zh", areas=("grid-4",)),
    Profile("35", "computer teach errand", "zh en", max_live=2, areas=("grid-1", "grid-4")),
)
WAITING = (
    Profile("36", "chat sew", free=EVENINGS),
    Profile("37", "computer teach", "zh en"),
    Profile("38", "repair drive", "zh"),
    Profile("39", "write teach"),
    Profile("40", "errand", "zh en"),
)


def load(session: Session, at: datetime) -> None:
    """Let everybody apply when they signed up, and the coordinator of each approve two days later (V2)."""
    area_ids = {row.code: row.id for row in session.execute(select(Area.code, Area.id))}
    coordinators: dict[int, Actor] = {}
    for profile in (*APPROVED, *WAITING):
        person = person_of(session, profile.digits)
        volunteer = _apply(session, person, profile, [area_ids[code] for code in profile.areas])
        if profile in APPROVED:
            _approve(session, person, volunteer, coordinators, at=person.created_at + BEFORE_APPROVAL)
    session.flush()


def _apply(session: Session, person: Person, profile: Profile, area_ids: list[int]) -> Volunteer:
    at = person.created_at
    apply(session, person, area_ids=area_ids, at=at)
    return save_profile(
        session,
        person,
        skill_codes=profile.skills.split(),
        area_ids=area_ids,
        languages=profile.languages,
        cannot_do=profile.cannot_do,
        free_times=profile.free,
        max_live=profile.max_live,
        photos=photos("volunteer") if profile.digits in WITH_A_PHOTO else NONE,
        at=at + timedelta(minutes=4),
    )


def _approve(
    session: Session, person: Person, volunteer: Volunteer, coordinators: dict[int, Actor], *, at: datetime
) -> None:
    """Let whoever decides approve; `coordinators` remembers those met before."""
    decider = deciders(session, person, volunteer, at=at)[0]
    if decider not in coordinators:
        coordinators[decider] = actor_of(session, session.get_one(Person, decider), at=at)
    approve(session, volunteer, by=coordinators[decider], at=at)
