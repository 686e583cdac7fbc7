"""Made-up volunteers for `gridapp load`: every third of the people, with skills."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from gridapp.core.features import Load
from gridapp.core.journal import MADE_UP, JournalEntry, MadeUpStep, made_up
from gridapp.volunteers.models import FREE_TIMES, Skill, Volunteer, VolunteerSkill, VolunteerState

STATES = {
    VolunteerState.APPROVED: 93,
    VolunteerState.APPLIED: 1,
    VolunteerState.PAUSED: 4,
    VolunteerState.SUSPENDED: 2,
}
ONE_IN = 3


def _steps(state: VolunteerState, person_id: int, since: datetime) -> list[MadeUpStep]:
    """How somebody came to where they stand; nobody is there yet who could have decided, so they did it themselves."""
    steps: list[MadeUpStep] = [("applied", VolunteerState.APPLIED, person_id, "volunteer", since)]
    for later in (VolunteerState.APPROVED, state):
        if state not in (VolunteerState.APPLIED, steps[-1][1]):
            steps.append((later.value, later, person_id, "volunteer", since + timedelta(days=len(steps))))
    return steps


def _free(dice: Random) -> str:
    """Most people say when they have time; some have three parts of a week, some ten."""
    parts = sorted(dice.sample(range(len(FREE_TIMES)), dice.choice((0, 3, 5, 10))))
    return " ".join(FREE_TIMES[part] for part in parts)


def load(to: Load) -> None:
    """Write the volunteers; those who are approved can be helpers of what is written later."""
    skills = list(to.session.scalars(select(Skill.code).order_by(Skill.code)))
    volunteers, skilled = [], []
    journal: list[tuple[Any, ...]] = []
    for person_id, _committee in to.people[::ONE_IN]:
        number = to.bulk.next_id(Volunteer)
        (state,) = to.dice.choices(list(STATES), list(STATES.values()))
        since = to.at - timedelta(days=to.dice.randrange(690))
        volunteers.append((number, person_id, state, since, "zh", "", _free(to.dice), 3))
        journal += made_up("volunteers", number, _steps(state, person_id, since))
        skilled += [(number, code) for code in to.dice.sample(skills, 2)]
        if state == VolunteerState.APPROVED:
            to.helpers.append(person_id)
    columns = ("id", "person_id", "state", "applied_at", "languages", "cannot_do", "free_times", "max_live")
    to.bulk.put(Volunteer, columns, volunteers)
    to.bulk.put(JournalEntry, MADE_UP, journal)
    to.bulk.put(VolunteerSkill, ("volunteer_id", "skill_code"), skilled)
