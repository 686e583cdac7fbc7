"""A coordinator takes out the lists of the own area: masked, logged, and nothing of elsewhere (A5, C4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Role
from gridapp.accounts.workflow import end_role
from gridapp.core.access_log import Look
from gridapp.core.database import writing
from gridapp.core.exports import Export
from gridapp.core.tables.reading import read_table
from tests.conftest import MONDAY_9
from tests.factories import (
    BENEFICIARY_PHONE,
    ELSEWHERE,
    HOME,
    earn,
    how_many,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    steps_of,
)

KINDS = ("areas", "people", "volunteers", "hours", "wishes")


def take(browser, kind, file_format="csv"):
    """The file behind a button of the page."""
    browser.open("/desk/export")
    form = browser.one(f"form[action='/desk/export/{kind}']")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    return browser.client.post(form["action"], data={**fields, "format": file_format})


def rows(answer):
    """Its rows without the headings."""
    return [row.cells for row in read_table(answer.data).rows[1:]]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_wishes_of_the_own_area_go_out_masked_and_logged(browse, session, file_format):  # A5, C4, C8
    chief = make_coordinator()
    make_wish("=想要一盏台灯", author=make_person("何老伯"))
    make_wish("别处的愿望", committee_code=ELSEWHERE)

    answer = take(browse(by=chief), "wishes", file_format)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].endswith(f'-wishes-2026-11-23.{file_format}"')
    ((_number, title, *rest),) = rows(answer)
    assert title == "'=想要一盏台灯"
    assert (rest[11], rest[13]) == ("何**", "可乐路")
    assert "****" in rest[12]
    log = session.scalars(select(Export)).one()
    assert (log.kind, log.format, log.personal, log.by_id) == ("wishes", file_format, False, chief.id)
    assert steps_of(log) == ["exported"]
    assert how_many(Look) == 0


@pytest.mark.parametrize("kind", ["people", "volunteers", "hours", "wishes"])
def test_a_curious_coordinator_gets_nothing_of_elsewhere(browse, kind):  # A5, D2
    chief = make_coordinator()
    far = make_volunteer("远处的人", committee=ELSEWHERE)
    near = make_volunteer("近处的人", committee=HOME)
    earn(near)
    make_wish("远处", committee_code=ELSEWHERE)
    make_wish("近处", author=near)

    said = take(browse(by=chief), kind).data.decode("utf-8-sig")

    assert "远" not in said
    assert "近" in said
    for person in (near, far):
        assert person.phone.removeprefix("+86") not in said.replace(" ", "")
    assert BENEFICIARY_PHONE.removeprefix("+86") not in said.replace(" ", "")


def test_the_same_form_twice_is_one_entry_and_the_same_file(browse):  # C11
    browser = browse(by=make_coordinator()).open("/desk/export")
    form = browser.one("form[action='/desk/export/people']")
    fields = {field["name"]: field["value"] for field in form.select("input")}

    first, second = (browser.client.post(form["action"], data=fields) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.data == second.data
    assert how_many(Export) == 1


def test_whose_role_has_ended_takes_nothing_out(browse, session):  # A2
    chief = make_coordinator()
    browser = browse(by=chief).open("/desk/export")
    form = browser.one("form[action='/desk/export/people']")
    with writing(session):
        role = session.scalars(select(Role).where(Role.person_id == chief.id)).one()
        end_role(session, role, at=MONDAY_9, by_id=None)

    answer = browser.client.post(form["action"], data={f["name"]: f["value"] for f in form.select("input")})

    assert answer.status_code == 404
    assert how_many(Export) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_out_to_whoever_coordinates(browse, kind):
    chief = make_coordinator()
    earn(make_volunteer("示例兰"))

    assert rows(take(browse(by=chief), kind))


def test_a_resident_finds_no_such_page(browse_both):  # C6
    browser = browse_both(by=make_person())

    assert browser.open("/desk/export").status == 404
    assert browser.post("/desk/export/wishes", format="csv").status == 404
    assert browse_both(by=make_coordinator()).post("/desk/export/cats", format="csv").status == 404
