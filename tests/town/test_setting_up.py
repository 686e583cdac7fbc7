"""The town office sets the town up without code; every change is journaled (A7)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.areas.models import Town
from gridapp.core.journal import JournalEntry
from gridapp.volunteers.models import Skill
from gridapp.wishes.models import Category
from tests.factories import make_admin, make_coordinator, make_person, make_volunteer, make_wish, volunteer_of

FACTS = {
    "name": "示例镇",
    "help_phone": "021-00004321",
    "help_hours": "每天 8:00–20:00",
    "help_hours_en": "every day 8:00–20:00",
    "welcome": "欢迎来到示例镇。",
    "welcome_en": "Welcome.",
    "cut_off_hours": "24",
    "rethink_hours": "36",
    "value_limit_yuan": "200",
}


@pytest.fixture(autouse=True)
def lists_as_before(session):
    """Categories and skills outlive a test, so what this one did to them is undone."""
    kept = {
        model: [dict(row._mapping) for row in session.execute(select(model.__table__))]
        for model in (Category, Skill)
    }
    yield
    session.rollback()
    for model, rows in kept.items():
        known = {row["code"]: row for row in rows}
        for one in session.scalars(select(model)).all():
            if one.code not in known:
                session.delete(one)
            else:
                for name, value in known[one.code].items():
                    setattr(one, name, value)
    session.commit()


def test_the_town_office_changes_what_everybody_reads(browse_both, session):
    browser = browse_both(by=make_admin()).open("/town").submit("form[action='/town']", **FACTS)

    assert "已保存" in browser.text("#flashes")
    visitor = browse_both().open("/")
    assert "021-00004321" in visitor.text(".foot")
    assert "每天 8:00–20:00" in visitor.text(".foot")
    assert "欢迎来到示例镇。" in visitor.text("main")
    assert "every day" in visitor.open("/?lang=en").text(".foot")
    assert session.get_one(Town, 1).cut_off_hours == 24


def test_each_change_is_journaled_with_what_was_and_what_is_and_can_be_read(browse, session):  # A7, C2
    admin = make_admin()
    browse(by=admin).open("/town").submit("form[action='/town']", **FACTS)

    entry = session.scalars(select(JournalEntry).where(JournalEntry.thing == "towns")).one()
    assert (entry.step, entry.by_id) == ("town_changed", admin.id)
    assert "cut_off_hours: 12 → 24" in entry.note.text
    assert "cut_off_hours: 12 → 24" in browse(by=admin).open("/town").text("main")


def test_saving_what_is_there_already_changes_nothing(browse, session):  # C11
    admin = make_admin()
    browse(by=admin).open("/town").submit("form[action='/town']", **FACTS)
    browse(by=admin).open("/town").submit("form[action='/town']", **FACTS)

    assert len(session.scalars(select(JournalEntry).where(JournalEntry.thing == "towns")).all()) == 1


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"help_phone": "不知道"}, {"cut_off_hours": "-1"}, {"value_limit_yuan": "很多"}]
)
def test_what_makes_no_sense_is_refused_and_kept(browse_both, session, wrong):  # P7
    browser = browse_both(by=make_admin()).open("/town").submit("form[action='/town']", **{**FACTS, **wrong})

    assert browser.status == 422
    assert browser.select(".error-summary a")
    assert "欢迎来到示例镇。" in browser.body
    assert session.scalars(select(JournalEntry).where(JournalEntry.thing == "towns")).all() == []


def test_a_kind_that_is_added_can_be_chosen(browse_both):
    browse_both(by=make_admin()).open("/town/categories").submit(
        "form[action='/town/categories']",
        another_name="读报",
        another_name_en="Reading aloud",
        another_icon="book-open",
        another_rank="3",
    )

    form = browse_both(by=make_person("军")).open("/wishes/new")

    assert "读报" in form.text("#category")


def test_a_kind_no_longer_offered_stays_on_its_wishes_and_cannot_be_chosen_anew(browse_both):
    jun = make_person("军")
    wish = make_wish("想要一盏台灯", author=jun, state="submitted", category_code="item")
    browse_both(by=make_admin()).open("/town/categories").submit(
        "form[action='/town/categories/item']", **{"item-retired": "y"}
    )

    assert "物品" not in browse_both(by=make_person("林")).open("/wishes/new").text("#category")
    assert "物品" in browse_both(by=jun).open(wish.url).text("main")
    assert "物品" in browse_both(by=jun).open(f"{wish.url}/edit").text("#category")


def test_a_skill_no_longer_offered_stays_with_whoever_has_it(browse, session):
    lan = make_volunteer("兰")
    volunteer = volunteer_of(lan)
    volunteer.skills = [session.get_one(Skill, "chat")]
    session.commit()
    browse(by=make_admin()).open("/town/skills").submit(
        "form[action='/town/skills/chat']", **{"chat-retired": "y"}
    )

    browse(by=lan).open("/me/profile").submit("form[action='/me/profile']", max_live="4")

    assert [skill.code for skill in volunteer_of(lan).skills] == ["chat"]
    assert "陪伴聊天" not in browse(by=make_volunteer("军")).open("/me/profile").text("#skills")


def test_a_name_that_gives_no_code_of_its_own_gets_one(browse, session):
    admin = make_admin()
    for name in ("读报", "写信"):
        browse(by=admin).open("/town/skills").submit(
            "form[action='/town/skills']", another_name=name, another_name_en="!!!"
        )

    assert len(set(session.scalars(select(Skill.code).where(Skill.name.in_(["读报", "写信"]))))) == 2


@pytest.mark.parametrize("address", ["/town", "/town/skills", "/town/categories"])
def test_for_anybody_but_the_town_office_there_is_no_such_page(browse, address):  # C6
    for person in (make_coordinator(), make_person("军")):
        assert browse(by=person).open(address).status == 404
    assert browse(by=make_admin()).open("/town/others").status == 404
