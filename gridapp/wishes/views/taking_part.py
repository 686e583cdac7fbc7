"""What a wish's page shows of organisations that take part, and of who comes to the door (W6, W19, W20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gridapp.accounts.queries import Actor
from gridapp.core.database import db
from gridapp.wishes import queries
from gridapp.wishes.forms.sharing import GoerForm
from gridapp.wishes.models import PLACE_TAKEN, Claim, ClaimState, Wish
from gridapp.wishes.policies import is_concerned
from gridapp.wishes.policies.door import keeping_back_refusals, parting_refusals, reporting_refusals
from gridapp.wishes.policies.sharing import sharing_refusals
from gridapp.wishes.queries.arranging import Clash, claims_and_clashes
from gridapp.wishes.queries.door import expected
from gridapp.wishes.queries.sharing import Team, claims_shown, teams
from gridapp.wishes.views.people import known_to


def rows_shown(actor: Actor | None, wish: Wish) -> tuple[Sequence[Any], list[Clash] | None]:
    """The claims that this reader may know of: all for author and coordinator, with what clashes with a new time;
    else one's own and organisations'."""
    session = db.session()
    if actor is not None and is_concerned(actor, wish):
        rows, clashes = claims_and_clashes(session, wish)
        return known_to(actor, rows), clashes
    if actor is None and not wish.taken:
        return [], None
    return claims_shown(session, wish, actor.id if actor else None), None


def taking_part(actor: Actor | None, wish: Wish, rows: Sequence[Any], *, at: datetime) -> dict[str, Any]:
    """Names of organisations for everybody; who comes, for those concerned; what one's own organisation can do."""
    concerned = is_concerned(actor, wish)
    claims = [row[0] for row in rows]
    return {
        "partners": [row.organisation for row in rows if row.organisation and row[0].state in PLACE_TAKEN],
        "expected": expected(rows) if concerned else [],
        "helpers_gone_by": _latest_helpers(actor, rows) if concerned else [],
        "may_report": actor is not None and not reporting_refusals(actor, wish, claims, at=at),
        "may_keep_back": actor is not None and not keeping_back_refusals(actor, wish, kept=True),
        "may_offer_again": actor is not None and not keeping_back_refusals(actor, wish, kept=False),
        **_of_organisations(actor, wish, claims, at),
    }


def goer_forms(ours: Sequence[Claim], able: Sequence[Team], own: Sequence[Team]) -> dict[str, GoerForm]:
    """Empty forms: who goes for a share that can be taken, and who goes instead for each that is held."""
    forms: dict[str, GoerForm] = {}
    if able:
        forms["share"] = GoerForm.empty(prefix="share-").offer(able, _("Please choose"))
    for claim in ours:
        team = [one for one in own if one.organisation.id == claim.organisation_id]
        now_going = [claim.person_id] if claim.going else []
        forms[f"goer-{claim.id}"] = GoerForm.empty(prefix=f"goer-{claim.id}-").offer(
            team, _("Please choose"), but=now_going
        )
    return forms


def _of_organisations(
    actor: Actor | None, wish: Wish, claims: Sequence[Claim], at: datetime
) -> dict[str, Any]:
    if actor is None or not actor.represents or not queries.is_public(wish):
        return {"ours": [], "able": [], "unable": [], "own_teams": []}
    own = teams(db.session(), actor.represents)
    refused = {
        team.organisation.id: sharing_refusals(actor, team.organisation, team.live, claims, wish, at=at)
        for team in own
    }
    ours = [
        claim
        for claim in claims
        if claim.organisation_id in actor.represents and claim.state in (ClaimState.HELD, ClaimState.DONE)
    ]
    able = [team for team in own if not refused[team.organisation.id]]
    reasons = [] if able or ours or not own else refused[own[0].organisation.id]
    return {"ours": ours, "able": able, "unable": reasons, "own_teams": own}


def _latest_helpers(actor: Actor | None, rows: Sequence[Any]) -> list[Any]:
    """The latest claim of everybody who may be kept away from now on (W19)."""
    latest = {row[0].person_id: row for row in rows}
    return [
        row
        for row in latest.values()
        if actor is not None and not row.apart and not parting_refusals(actor, row[0])
    ]
