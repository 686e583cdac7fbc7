"""Everything has a place: what the town is made of, for everybody (A1, A8)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gridapp.areas.models import Area, AreaCover, AreaKind, Road, Town
from gridapp.areas.queries import forget_kept
from gridapp.core.database import db, writing
from tests.factories import ELSEWHERE, HOME, area, make_wish


def test_a_visitor_sees_every_area_from_the_town_down(browse):  # A8
    browser = browse().open("/areas")

    assert [row["id"] for row in browser.select("main .row")] == ["area-town", "area-grid-4", "area-block-5"]
    assert "2" in browser.text("#area-block-5 .meta")


def test_an_area_names_its_committees_and_roads(browse):  # A1
    with writing(db.session()):
        block = area("block-5")
        db.session().add_all([Road(name="可乐路", block_id=block.id), Road(name=None, block_id=block.id)])

    browser = browse().open("/areas").follow("#area-block-5 .row-title a")

    assert browser.path == "/areas/block-5"
    page = browser.text("main")
    assert all(said in page for said in ("刘家宅一居委会", "福泉路居委会", "可乐路"))
    assert "程桥居委会" not in page
    assert "另有 1 条路，路名待补录" in page


def test_wishes_of_an_area_are_one_tap_away_and_of_that_area_alone(browse):  # W15, A1
    here, there = make_wish("这里"), make_wish("那里", committee_code=ELSEWHERE)

    browser = browse().open("/areas/block-5").follow("a[href='/wishes?area=block-5']")

    assert browser.select(f"#wish-{here.id}")
    assert not browser.select(f"#wish-{there.id}")


@pytest.mark.parametrize("code", ["nowhere", "BLOCK-5", "%00", "block-5%00", "%E5%85%B0", "a'--", "x" * 500])
def test_an_area_that_is_not_there_is_not_found(browse, code):  # C6, D7
    assert browse().open(f"/areas/{code}").status == 404


def test_a_committee_lies_in_at_most_one_grid(session):  # A1, C1
    with writing(session):
        second = Area(code="grid-9", kind=AreaKind.GRID, name="第九网格")
        session.add(second)
        session.flush()
        session.add(AreaCover(area_id=second.id, committee_code=HOME, kind=AreaKind.GRID))

    with pytest.raises(IntegrityError), writing(session):
        session.add(AreaCover(area_id=second.id, committee_code=ELSEWHERE, kind=AreaKind.GRID))


def test_a_committee_may_lie_in_a_block_and_a_grid(session):  # A1
    with writing(session):
        session.add(AreaCover(area_id=area("block-5").id, committee_code=ELSEWHERE, kind=AreaKind.BLOCK))

    kinds = session.scalars(select(AreaCover.kind).where(AreaCover.committee_code == ELSEWHERE))
    assert set(kinds) == {"town", "grid", "block"}


def test_there_is_one_town(session):  # A1
    with pytest.raises(IntegrityError), writing(session):
        session.add(Town(id=2, name="别的镇", help_phone="1", help_hours="-"))


def test_before_a_town_is_set_up_its_pages_open_all_the_same(browse, session):  # A7
    with writing(session):
        session.delete(session.get_one(Town, 1))
    forget_kept()

    assert browse().open("/").status == 200
    assert browse().open("/areas").status == 200


def test_every_page_says_whom_to_call(browse):  # P15
    for address in ("/", "/areas", "/wishes", "/sign-in", "/privacy", "/nothing-here"):
        page = browse().open(address)
        assert page.select("footer a[href='tel:02100000000']"), address
        assert "8:30–17:00" in page.text("footer")
