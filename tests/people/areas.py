"""Areas that only these tests need."""

from __future__ import annotations

from gridapp.areas.models import Area, AreaCover, AreaKind
from gridapp.areas.queries import forget_kept
from gridapp.core.database import db, writing


def make_committee_area(code: str, name: str = "part") -> Area:
    """An area of one committee."""
    with writing(db.session()):
        area = Area(code=name, kind=AreaKind.COMMITTEE, name=f"居委会 {code[-3:]}")
        db.session().add(area)
        db.session().flush()
        db.session().add(AreaCover(area_id=area.id, committee_code=code, kind=AreaKind.COMMITTEE))
    forget_kept()
    return area
