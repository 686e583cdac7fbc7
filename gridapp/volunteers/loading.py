"""Made-up volunteers for `gridapp load`: every third of the people, with skills."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy import select

from gridapp.core.features import Load
from gridapp.volunteers.models import FREE_TIMES, Skill, Volunteer, VolunteerSkill, VolunteerState

STATES = {
    VolunteerState.APPROVED: 93,
    VolunteerState.APPLIED: 1,
    VolunteerState.PAUSED: 4,
    VolunteerState.SUSPENDED: 2,
}
ONE_IN = 3


def _free(dice: Random) -> str:
    """Most people say when they have time; some have three parts of a week, some ten."""
    parts = sorted(dice.sample(range(len(FREE_TIMES)), dice.choice((0, 3, 5, 10))))
    return " ".join(FREE_TIMES[part] for part in parts)


def load(to: Load) -> None:
    """Write the volunteers; those who are approved can be helpers of what is written later."""
    skills = list(to.session.scalars(select(Skill.code).order_by(Skill.code)))
    volunteers, skilled = [], []
    for person_id, _committee in to.people[::ONE_IN]:
        number = to.bulk.next_id(Volunteer)
        (state,) = to.dice.choices(list(STATES), list(STATES.values()))
        since = to.at - timedelta(days=to.dice.randrange(690))
        volunteers.append((number, person_id, state, since, "zh", "", _free(to.dice), 3))
        skilled += [(number, code) for code in to.dice.sample(skills, 2)]
        if state == VolunteerState.APPROVED:
            to.helpers.append(person_id)
    columns = ("id", "person_id", "state", "applied_at", "languages", "cannot_do", "free_times", "max_live")
    to.bulk.put(Volunteer, columns, volunteers)
    to.bulk.put(VolunteerSkill, ("volunteer_id", "skill_code"), skilled)
