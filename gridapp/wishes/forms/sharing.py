"""The shape of what a representative and a named member type (W20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms import SelectField

from gridapp.web.forms import AtMost, Filled, Form, LongTextField, _l, choices
from gridapp.wishes.queries.sharing import Team


class GoerForm(Form):
    """Who goes: a membership's id, which also says for which organisation."""

    member = SelectField(_l("Who goes?"), [Filled(_l("Please choose who goes."))])

    def offer(self, teams: Sequence[Team], nobody: str, but: Iterable[int] = ()) -> GoerForm:
        """Fill in whom one can choose, without the people `but`; several organisations are told apart by name."""
        left_out = set(but)
        several = len(teams) > 1
        self.member.choices = choices(
            [("", nobody)]
            + [
                (str(membership_id), f"{name} · {team.organisation.name}" if several else name)
                for team in teams
                for membership_id, person_id, name in team.members
                if person_id not in left_out
            ]
        )
        return self


class AbsenceForm(Form):
    """Why the member cannot go; may be left out."""

    why = LongTextField(_l("Why? (the representative reads it)"), [AtMost(300)])
