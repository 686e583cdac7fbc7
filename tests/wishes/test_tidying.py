"""A wish for somebody who has not agreed erases itself after seven days (Y2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import String, cast, select

from gridapp.accounts.workflow import hash_password
from gridapp.core.database import Base, writing
from gridapp.core.journal import broken_chains
from gridapp.wishes.models import Beneficiary, Contact, Source, Wish, WishSlip, WishState
from gridapp.wishes.workflow.checking import ask_back, publish_wish
from gridapp.wishes.workflow.entering import record_consent
from gridapp.wishes.workflow.slips import issue_slip
from gridapp.wishes.workflow.tidying import AT_ONCE, erase_unagreed
from tests.factories import (
    MONDAY_9,
    actor,
    journal_of,
    make_coordinator,
    make_person,
    make_wish,
    steps_of,
    told,
)

WEEK = timedelta(days=7)
CANARIES = ("金丝雀阿婆", "+8619900007777", "金丝雀弄", "金丝雀的女儿", "金丝雀说的话", "金丝雀问题")
HERS = Contact("金丝雀阿婆", "+8619900007777", "金丝雀弄1号", "金丝雀的女儿")


def make_draft(author=None, **facts):
    """A wish for somebody who has not agreed yet, entered on Monday at nine."""
    known = {"source": Source.OTHER, "state": WishState.SUBMITTED, "at": MONDAY_9, "text": "金丝雀说的话"}
    return make_wish(author=author, contact=HERS, **known | facts)


def tidy(session, at=MONDAY_9 + WEEK):
    with writing(session):
        return erase_unagreed(session, at)


def everything_in(session):
    """Every text in every table."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(*(cast(column, String) for column in table.columns))):
            found += [value for value in row if value]
    return "\n".join(found)


def test_after_seven_days_nothing_is_left_of_the_person_and_the_author_is_told(session):
    lin, her = make_person("林"), make_coordinator()
    wish = make_draft(lin)
    with writing(session):
        ask_back(session, wish, by=actor(her), question="金丝雀问题？", at=MONDAY_9)
        issue_slip(session, wish, code_hash=hash_password("4821097355"), by=actor(lin), at=MONDAY_9)
    assert all(one in everything_in(session) for one in CANARIES)

    tidy(session)

    left = everything_in(session)
    assert [one for one in CANARIES if one in left] == []
    assert session.scalars(select(WishSlip)).all() == []
    assert (wish.state, wish.erased_at) == (WishState.WITHDRAWN, MONDAY_9 + WEEK)
    assert told(lin)[-1] == "wish_erased"


def test_the_journals_skeleton_stays_and_its_chain_holds(session):  # C2
    wish = make_draft()
    with writing(session):
        ask_back(session, wish, by=actor(make_coordinator()), question="金丝雀问题？", at=MONDAY_9)

    tidy(session)

    assert steps_of(wish) == ["submitted", "asked_back", "erased"]
    last = journal_of(wish)[-1]
    assert (last.by_id, last.by_role, last.reason) == (None, "system", "no_consent")
    assert list(broken_chains(session)) == []


def test_a_moment_before_seven_days_nothing_happens(session):
    wish = make_draft()

    tidy(session, MONDAY_9 + WEEK - timedelta(seconds=1))

    assert (wish.state, wish.text) == (WishState.SUBMITTED, "金丝雀说的话")


@pytest.mark.parametrize("kind", ["for oneself", "agreed", "public"])
def test_what_is_agreed_to_or_for_oneself_stays(session, kind):
    facts = {"for oneself": {"source": Source.SELF}}.get(kind, {})
    wish, her = make_draft(**facts), make_coordinator()
    with writing(session):
        if kind == "agreed":
            record_consent(session, wish, by=actor(her), how="in_person", at=MONDAY_9)
        if kind == "public":
            publish_wish(session, wish, by=actor(her), at=MONDAY_9, consent_how="in_person")

    tidy(session)

    assert (wish.text, wish.erased_at) == ("金丝雀说的话", None)
    assert session.get(Beneficiary, wish.id) is not None


def test_twice_is_once_and_many_go_in_turns(session):  # Y3, C11
    lin = make_person("林")
    for _number in range(AT_ONCE + 1):
        make_draft(lin)

    assert (tidy(session), tidy(session), tidy(session)) == (True, False, False)
    assert told(lin).count("wish_erased") == AT_ONCE + 1
    assert set(session.scalars(select(Wish.state))) == {WishState.WITHDRAWN}


def test_the_coordinator_reads_why_there_is_no_name_any_more(browse_both, session):  # C6
    her, wish = make_coordinator(), make_draft()
    tidy(session)
    browser = browse_both(by=her).open(wish.url)

    assert not browser.select("form[action$='/beneficiary']")
    browser.post(f"{wish.url}/beneficiary")

    assert browser.status == 409
    assert browser.select(".reasons")
