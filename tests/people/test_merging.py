"""A coordinator puts two accounts of one person together; hours, claims and old links survive (V5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select, text

from gridapp.accounts import exporters as people
from gridapp.accounts.models import Duty, Person, RoleKind, SignIn
from gridapp.accounts.queries import person_by_phone
from gridapp.core.access_log import Look, log_look
from gridapp.core.database import db, writing
from gridapp.core.features import Contributions
from gridapp.core.phones import spoken
from gridapp.core.refusals import Refused
from gridapp.organisations.models import Membership, MembershipState
from gridapp.people import queries
from gridapp.people.models import CodeState, Intermediary, RecoveryCode
from gridapp.people.workflow.merging import merge
from gridapp.people.workflow.recovering import make_code
from gridapp.safety import workflow as safety
from gridapp.safety.models import Parting, PartingState
from gridapp.volunteers import exporters
from gridapp.volunteers import workflow as volunteers
from gridapp.volunteers.models import HourEntry, Skill, Volunteer, VolunteerState
from gridapp.volunteers.queries import earned_minutes, ledger, minutes_of_day
from gridapp.wishes.models import Claim, ClaimState, Contact, Source, Wish, WishState
from tests.conftest import MONDAY_9
from tests.factories import (
    ADDRESS,
    ELSEWHERE,
    HOME,
    PASSWORD,
    actor,
    add_photos,
    area,
    claim,
    confirm,
    earn,
    give_role,
    invite,
    join,
    journal_of,
    keep_apart,
    make_admin,
    make_coordinator,
    make_organisation,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    told,
    volunteer_of,
)

AN_HOUR = timedelta(hours=1)


def contributions() -> Contributions:
    return current_app.extensions["gridapp"]


def put_together(gone: Person, stays: Person, *, by: Person | None = None, at: Any = MONDAY_9) -> list[Any]:
    """`by`, as a rule a coordinator of home, makes `gone` a part of `stays`."""
    session, acting = db.session(), actor(by or make_coordinator(), at)
    with writing(session):
        return merge(
            session,
            gone,
            stays,
            by=acting,
            reason="两个手机都带来了",
            at=at,
            mergings=contributions().mergings,
        )


def refused(gone: Person, stays: Person, by: Person | None = None) -> list[str]:
    """Why not."""
    with pytest.raises(Refused) as no:
        put_together(gone, stays, by=by)
    return [one.code for one in no.value.refusals]


def what_is_off() -> list[str]:
    """What `gridapp audit` would name."""
    db.session().rollback()
    return [
        line
        for feature in contributions().features
        for check in feature.invariants.values()
        for line in check(db.session())
    ]


def two_accounts(name: str = "兰", **more: Any) -> tuple[Person, Person]:
    """The account that goes, and the one that stays."""
    return make_volunteer(name, **more), make_volunteer(name, **more)


# -- the way there ---------------------------------------------------------------------------------------


def test_a_coordinator_looks_compares_and_puts_them_together(browse_both, session):  # V5, P10, C9, C14
    old, new = two_accounts()
    wish, jun = make_wish("修水管"), make_coordinator()
    held = claim(wish, old)
    earn(old, 40)
    browser = browse_both(by=jun).open(f"/volunteers/{volunteer_of(new).id}").follow("a[href$='#merger']")

    browser.submit(f"form[action='/people/{new.id}/merger']", other=old.phone)
    assert browser.path == f"/people/{new.id}/merger/{old.id}"
    assert "40" in browser.text(f"#account-{old.id}")
    assert old.phone.removeprefix("+86") not in browser.body  # C4
    assert held.person_id == old.id  # nothing has been changed yet

    browser.submit("#merger form", stays=str(new.id), reason="")
    assert browser.status == 422
    browser.submit("#merger form", stays=str(new.id), reason="两个手机都带来了")

    assert (browser.path, browser.status) == (f"/people/{new.id}", 200)
    assert browser.flashes
    session.rollback()
    assert (session.get_one(Person, old.id).merged_into_id, held.person_id) == (new.id, new.id)
    assert earned_minutes(session, new.id) == 40
    assert (steps_of(old)[-1], steps_of(new)[-1]) == ("became_part", "took_over")
    assert journal_of(new)[-1].note.text == "两个手机都带来了"
    assert told(new)[-1] == "accounts_merged"
    assert what_is_off() == []


def test_a_second_tap_changes_nothing_and_leads_to_the_one_that_stayed(browse_both):  # C11
    old, new = two_accounts()
    browser = browse_both(by=make_coordinator()).open(f"/people/{new.id}/merger/{old.id}")
    browser.submit("#merger form", stays=str(new.id), reason="同一个人")

    browser.again()

    assert browser.path == f"/people/{new.id}"
    assert told(new).count("accounts_merged") == 1


def test_a_number_of_elsewhere_and_one_of_nobody_are_answered_alike(browse):  # A5, V5
    lan, far, jun = make_volunteer("兰"), make_volunteer("兰", committee=ELSEWHERE), make_coordinator()
    browser, said = browse(by=jun).open(f"/people/{lan.id}"), []

    for number in (far.phone, "19911119999"):
        browser.submit(f"form[action='/people/{lan.id}/merger']", other=number)
        said.append((browser.status, browser.text(".error")))

    assert said[0] == said[1]
    assert said[0][0] == 422
    assert browse(by=jun).open(f"/people/{lan.id}/merger/{far.id}").status == 404


def test_accounts_reached_through_one_number_are_listed(browse, session):  # V5, A6
    lan = make_volunteer("兰")
    with writing(session):
        entered = [Person(name=n, committee_code=HOME, created_at=MONDAY_9) for n in ("阿婆", "爷叔")]
        session.add_all(entered)
        session.flush()
        session.add_all(
            Intermediary(
                person_id=one.id, name="女儿", phone="+8619900008888", entered_by_id=lan.id, at=MONDAY_9
            )
            for one in entered
        )
    browser = browse(by=make_coordinator()).open(f"/people/{lan.id}")

    browser.submit(f"form[action='/people/{lan.id}/merger']", other="19900008888")

    assert len(browser.select("#twins a")) == 2


def test_the_same_name_in_the_same_committee_is_pointed_out(browse):  # V5
    old, jun = make_volunteer("兰"), make_coordinator()
    new = make_volunteer("兰", state=VolunteerState.APPLIED)
    make_volunteer("军", state=VolunteerState.APPLIED)
    make_person("兰", committee=ELSEWHERE)

    desk = browse(by=jun).open("/desk")
    assert [one["href"] for one in desk.select("#queue-volunteers a[href*='/merger/']")] == [
        f"/people/{new.id}/merger/{old.id}"
    ]
    page = browse(by=jun).open(f"/people/{new.id}")
    assert [one["href"] for one in page.select("#twins a")] == [f"/people/{new.id}/merger/{old.id}"]


# -- what survives ---------------------------------------------------------------------------------------


def test_hours_of_both_count_and_paper_of_either_stays_valid(browse, session):  # V5, V3
    old, new = two_accounts()
    earn(old, 40)
    earn(new, 30)
    papers = []
    for one in (old, new):
        with writing(session):
            papers.append((volunteers.make_statement(session, one, at=MONDAY_9), one))
    earn(old, 20)
    before = [browse().open(f"/hours/{paper.ref}").text("main") for paper, _who in papers]

    put_together(old, new)

    assert [browse().open(f"/hours/{paper.ref}").text("main") for paper, _who in papers] == before
    assert earned_minutes(session, new.id) == 90
    assert {entry.person_id for entry in ledger(session, new.id)} == {old.id, new.id}
    with writing(session):
        both = volunteers.make_statement(session, new, at=MONDAY_9)
    assert (both.minutes, both.services) == (90, 3)
    assert browse().open(f"/hours/{both.ref}").status == 200
    mine = browse(by=new)
    assert [mine.open(f"/me/hours/{paper.ref}").status for paper, _who in papers] == [200, 200]
    assert minutes_of_day(session, new.id, MONDAY_9.date()) == 90  # a day of both has 24 hours
    assert [row[4] for row in exporters.hours(session, None)] == [40, 30, 20]
    assert {row[2] for row in exporters.hours(session, None)} == {spoken(new.phone)}


def test_hours_that_were_earned_before_can_still_be_corrected(session):  # V3, V5
    old, new = two_accounts()
    entry, jun = earn(old, 40), make_coordinator()
    put_together(old, new, by=jun)

    with writing(session):
        by = actor(jun)
        volunteers.correct(
            session, volunteer_of(new), entry.id, minutes=30, reason="记错了", by=by, at=MONDAY_9
        )

    assert earned_minutes(session, new.id) == 30


def test_claims_go_over_with_their_time_and_are_finished_with_the_account_that_stays(session):  # V5, C16
    old, new = two_accounts()
    lin = make_person("林")
    starts = MONDAY_9 + timedelta(days=2)
    visit = claim(make_wish("陪诊", author=lin, starts_at=starts, ends_at=starts + AN_HOUR), old)
    errand = claim(make_wish("买菜", author=lin), old)
    put_together(old, new)

    report(errand, 40)
    confirm(errand, lin)

    assert (visit.person_id, errand.state) == (new.id, ClaimState.CONFIRMED)
    assert session.scalars(select(Duty.person_id)).all() == [new.id]
    assert session.scalars(select(HourEntry.person_id)).all() == [new.id]
    assert what_is_off() == []


def test_what_was_taken_on_beyond_the_limit_and_at_the_same_time_is_kept_and_told(session):  # C13, V5, W4
    old, new = two_accounts(max_live=1)
    starts = MONDAY_9 + timedelta(days=2)
    for title, who in (("陪诊", old), ("剪头发", new)):
        claim(make_wish(title, starts_at=starts, ends_at=starts + AN_HOUR), who)

    (clash,) = put_together(old, new)

    assert set(clash.titles) == {"陪诊", "剪头发"}
    assert session.scalars(select(Claim.state)).all() == [ClaimState.HELD] * 2
    assert told(new)[-2:] == ["accounts_merged", "merged_clash"]


def test_wishes_messages_and_memberships_go_over(session):  # V5
    old, new = two_accounts()
    wish = make_wish(author=old)
    company, other = make_organisation(), make_organisation("另一家")
    mine, again = join(company, old), join(other, old)
    join(other, new)
    asked = invite(make_organisation("第三家"), old.phone)
    portrait = add_photos(volunteer_of(old), old)[0]
    put_together(old, new)

    assert wish.author_id == new.id
    assert "wish_published" in told(new)
    assert told(old) == []
    assert (mine.person_id, mine.state) == (new.id, MembershipState.JOINED)
    assert (again.person_id, again.state) == (old.id, MembershipState.LEFT)
    assert (asked.phone, asked.state) == (new.phone, MembershipState.INVITED)
    assert session.scalars(select(Membership.id).where(Membership.phone == old.phone)).all() == []
    assert (portrait.thing_id, portrait.by_id) == (volunteer_of(new).id, new.id)
    assert what_is_off() == []


def test_what_either_can_do_both_can(session):  # V1, V5
    old, new = two_accounts()
    skills = {one.code: one for one in session.scalars(select(Skill))}
    with writing(session):
        volunteer_of(old).skills = [skills["cook"], skills["sew"]]
        volunteer_of(old).languages, volunteer_of(new).languages = "zh wuu", "zh"
        volunteer_of(old).areas = [area("grid-4")]
        volunteer_of(new).skills = [skills["cook"]]
        volunteer_of(old).cannot_do = "爬楼"
    put_together(old, new)

    now = volunteer_of(new)
    assert {one.code for one in now.skills} == {"cook", "sew"}
    assert (now.languages, now.cannot_do, [one.code for one in now.areas]) == ("zh wuu", "爬楼", ["grid-4"])
    assert (volunteer_of(old).state, now.state) == (VolunteerState.MERGED, VolunteerState.APPROVED)


def test_a_profile_goes_over_to_an_account_that_had_none_with_its_state(session):  # V5, A9
    old, new = make_volunteer("兰"), make_person("兰", proven=False)
    profile = volunteer_of(old)

    put_together(old, new)

    assert (profile.person_id, profile.state) == (new.id, VolunteerState.APPROVED)
    assert new.phone_proven_at == MONDAY_9  # who put them together has met the person
    claim(make_wish(), new)


def test_not_this_person_again_holds_for_the_account_that_stays(session):  # V5, W19
    old, new = two_accounts()
    lin = make_person("林")
    done = claim(make_wish(author=lin), old)
    report(done)
    keep_apart(done, lin)

    put_together(old, new)

    with pytest.raises(Refused) as no:
        claim(make_wish("再来一次", author=lin), new)
    assert [one.code for one in no.value.refusals] == ["somebody_in_mind"]


def test_who_is_kept_from_somebody_is_kept_from_both_numbers(session):  # V5, W19
    old, new = make_person("林"), make_person("林")
    lan = make_volunteer("兰")
    done = claim(make_wish(author=old), lan)
    report(done)
    keep_apart(done, old)

    put_together(old, new)

    with pytest.raises(Refused):
        claim(make_wish("别的事", author=new), lan)


def entered_for(person: Person, title: str) -> Wish:
    """A wish that a coordinator entered by hand, for whoever has the person's number."""
    return make_wish(
        title,
        author=make_coordinator(),
        source=Source.OTHER,
        consent_how="in_person",
        contact=Contact("林", person.phone, ADDRESS),
    )


def cannot_go(wish: Wish, who: Person) -> bool:
    with pytest.raises(Refused) as no:
        claim(wish, who)
    return [one.code for one in no.value.refusals] == ["somebody_in_mind"]


def test_who_is_kept_from_one_number_is_kept_from_every_number_of_the_person(session):  # V5, W19
    first, second, third = (make_person("林") for _n in range(3))
    before, after = make_volunteer("兰"), make_volunteer("军")
    wishes = {who.id: [entered_for(who, f"{who.id} {n}") for n in range(3)] for who in (first, second, third)}
    early = claim(wishes[first.id][0], before)
    report(early)
    keep_apart(early, early.wish.author)
    put_together(first, second)
    put_together(second, third, at=MONDAY_9 + AN_HOUR)

    # said before the chain, against its first number: holds for all
    assert all(cannot_go(wishes[who.id][1], before) for who in (first, second, third))

    # said after it, against the number in the middle: holds for all too, and is said once
    late = claim(wishes[second.id][0], after)
    report(late)
    parting = keep_apart(late, late.wish.author)
    assert all(cannot_go(wishes[who.id][1], after) for who in (first, second, third))
    again = session.scalars(select(Parting).where(Parting.person_id == after.id)).all()
    assert again == [parting]

    with writing(session):
        safety.lift(session, parting, by=actor(make_coordinator()), at=MONDAY_9)
    claim(wishes[third.id][1], after)
    assert what_is_off() == []


def test_what_was_said_of_both_numbers_is_lifted_at_once(session):  # V5, W19
    old, new, lan = make_person("林"), make_person("林"), make_volunteer("兰")
    partings = []
    for who in (old, new):
        done = claim(entered_for(who, "读报"), lan)
        report(done)
        partings.append(keep_apart(done, done.wish.author))
    put_together(old, new)

    with writing(session):
        safety.lift(session, partings[0], by=actor(make_coordinator()), at=MONDAY_9)

    assert {session.get_one(Parting, one.id).state for one in partings} == {PartingState.LIFTED}
    claim(entered_for(new, "读报"), lan)


def test_whom_an_account_helped_before_can_still_say_not_again(session):  # V5, W19
    old, new = two_accounts()
    wish = make_wish("搬书", places=2)
    held = claim(wish, old)
    claim(wish, new)
    report(held)
    confirm(held, wish.author)
    put_together(old, new)  # that help stays with the account that goes

    assert keep_apart(held, wish.author).person_id == new.id


def test_the_same_parting_twice_can_be_lifted_once(session):  # V5, W19
    old, new = two_accounts()
    lin = make_person("林")
    for who in (old, new):
        done = claim(make_wish(author=lin), who)
        report(done)
        keep_apart(done, lin)

    put_together(old, new)

    kept = session.scalars(select(Parting).where(Parting.state == PartingState.KEPT)).all()
    assert [one.person_id for one in kept] == [new.id]


def test_nobody_takes_on_a_wish_that_leads_to_their_other_number(session):  # V5, W4
    old, new = make_person("兰"), make_volunteer("兰")
    wish = make_wish(author=old)
    put_together(old, new)
    with writing(session):
        wish.author_id = make_person("另一位").id  # entered by another, for the old number

    with pytest.raises(Refused) as no:
        claim(wish, new)

    assert [one.code for one in no.value.refusals] == ["own_wish"]


def test_the_person_sees_everything_of_both_and_who_looked(browse, session):  # V5, Y4, C4
    old, new = two_accounts()
    jun = make_coordinator()
    with writing(session):
        log_look(session, old, "phone", about_id=old.id, by_id=jun.id, by_role="coordinator", at=MONDAY_9)
    earn(old, 40)
    put_together(old, new, by=jun)

    mine = browse(by=new)
    assert len(mine.open("/me/looks").select("main .row")) == 1
    assert old.phone.removeprefix("+86")[-4:] in mine.open("/me/data").text("main")
    everything = mine.submit("form[action='/me/data/copy']", button="as=file").body
    assert old.phone in everything
    assert session.scalars(select(Look.about_id)).all() == [old.id]  # the log itself is never altered


def test_a_break_does_not_end_by_it(session):  # V5, V1
    def away(days: int | None) -> Person:
        person = make_volunteer("兰", state=VolunteerState.PAUSED)
        with writing(session):
            volunteer_of(person).paused_until = MONDAY_9.date() + timedelta(days=days) if days else None
        return person

    for goes, stays, then in (
        (away(9), make_volunteer("兰"), (VolunteerState.PAUSED, 9)),
        (away(9), away(5), (VolunteerState.PAUSED, 9)),
        (away(5), away(9), (VolunteerState.PAUSED, 9)),
        (away(None), away(9), (VolunteerState.PAUSED, None)),
        (away(-1), make_volunteer("兰"), (VolunteerState.APPROVED, None)),
    ):
        put_together(goes, stays)
        now = volunteer_of(stays)
        day = MONDAY_9.date() + timedelta(days=then[1]) if then[1] else None
        assert (now.state, now.paused_until) == (then[0], day)
    assert what_is_off() == []


def test_an_invitation_to_the_old_number_is_answered_by_the_account_that_stays(browse, session):  # V5, W20
    old, new = two_accounts()
    put_together(old, new)
    company = make_organisation()
    asked = invite(company, old.phone)
    with pytest.raises(Refused) as no:
        invite(company, new.phone)  # the same person is asked already
    assert [one.code for one in no.value.refusals] == ["invited_already"]
    assert told(new)[-1] == "organisation_invites"

    mine = browse(by=new).open("/me/organisation")
    mine.submit(f"form[action='/memberships/{asked.id}/acceptance']")

    session.rollback()
    assert (asked.state, asked.person_id, asked.phone) == (MembershipState.JOINED, new.id, None)


def test_ones_own_words_stay_in_ones_story(browse, session):  # V5, W13
    old, new = two_accounts()
    wish = make_wish(places=2)
    held = claim(wish, old)
    report(held)
    put_together(old, new)
    assert "送到了" in browse(by=new).open(wish.url).body


def test_the_old_number_of_the_same_person_has_words_of_its_own(session):  # V5, A9
    old, new = two_accounts()
    jun = make_coordinator()
    put_together(old, new, by=jun)

    with pytest.raises(Refused) as no, writing(session):
        make_code(session, new, code_hash="x", new_phone=old.phone, by=actor(jun), at=MONDAY_9)

    assert [one.code for one in no.value.refusals] == ["own_old_number"]


# -- old links, numbers and devices ------------------------------------------------------------------------


def test_old_links_lead_to_the_account_that_stayed_for_whoever_may_see_it(browse, browse_both):  # V5, A5
    old, new = two_accounts()
    jun, far = make_coordinator(), make_coordinator("grid-4")
    was, now = volunteer_of(old).id, volunteer_of(new).id
    put_together(old, new, by=jun)

    assert browse(by=jun).open(f"/volunteers/{was}").path == f"/volunteers/{now}"
    assert browse(by=jun).open(f"/people/{old.id}").path == f"/people/{new.id}"
    for path in (f"/volunteers/{was}", f"/people/{old.id}", f"/people/{new.id}/merger/{old.id}"):
        assert browse(by=far).open(path).status == 404
    found = browse(by=jun).open("/people").submit("form[role=search]", q=old.phone)
    assert [one["href"] for one in found.select("main .row a")] == [f"/people/{new.id}"]


def test_lists_leave_the_other_account_out(browse):  # V5
    old, new = two_accounts()
    jun = make_coordinator()
    was = volunteer_of(old).id
    put_together(old, new, by=jun)

    assert f"volunteer-{was}" not in browse(by=jun).open("/volunteers").body
    assert f"person-{old.id}" not in browse(by=jun).open("/people").body
    assert browse(by=jun).open("/volunteers?state=merged").select("main .row")  # no such filter: everybody
    assert old.id not in {row[0] for row in people.rows(db.session(), None)}
    assert was not in {row[0] for row in exporters.volunteers(db.session(), None)}


def test_the_other_account_is_signed_out_at_once_and_signs_in_no_more(browse_both, session):  # D4, D5, V5
    old, new = two_accounts()
    there = browse_both(by=old).open("/me")
    put_together(old, new)

    assert there.open("/me").path.startswith("/sign-in")
    assert session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None))).all() == []
    said = []
    for number, password in (
        (old.phone, PASSWORD),
        (new.phone, "a-wrong-password"),
        ("19912121212", PASSWORD),
    ):
        browser = browse_both().open("/sign-in")
        browser.submit("form[action='/sign-in']", phone=number, password=password)
        said.append((browser.status, browser.text(".error")))
    assert len(set(said)) == 1
    assert said[0][0] == 422
    up = browse_both().open("/sign-up")
    up.submit(
        "form[action^='/sign-up']",
        purpose="wish",
        phone=old.phone,
        name="兰",
        password=PASSWORD,
        committee=HOME,
        adult="y",
        consent="y",
    )
    assert up.status == 409  # as for any number that is known: sign in, or a new start (A9)


def test_a_code_for_the_other_account_is_worth_nothing(session):  # A9, V5
    old, new = two_accounts()
    jun = make_coordinator()
    with writing(session):
        make_code(session, old, code_hash="x", new_phone=None, by=actor(jun), at=MONDAY_9)

    put_together(old, new, by=jun)

    assert session.scalars(select(RecoveryCode.state)).all() == [CodeState.REPLACED]
    assert queries.live_code(session, old.phone, at=MONDAY_9) is None


def test_the_old_number_still_says_whose_it_is_in_lists(session):  # V5, C8
    old, new = two_accounts()
    put_together(old, new)

    assert person_by_phone(session, old.phone).id == new.id
    assert person_by_phone(session, new.phone).id == new.id


def test_what_was_merged_into_the_other_goes_on_with_it_and_never_is_a_chain(session):  # V5
    first, old = two_accounts()
    new, jun = make_volunteer("兰"), make_coordinator()
    earn(first, 40)
    put_together(first, old, by=jun)

    put_together(old, new, by=jun, at=MONDAY_9 + AN_HOUR)

    assert {session.get_one(Person, one.id).merged_into_id for one in (first, old)} == {new.id}
    assert earned_minutes(session, new.id) == 40
    assert what_is_off() == []


# -- what is refused ---------------------------------------------------------------------------------------


def test_whose_accounts_nobody_puts_together(session):  # V5, C3
    old, new = two_accounts()
    jun, admin = make_coordinator(), make_admin()
    far = make_volunteer("兰", committee=ELSEWHERE)
    closed = make_volunteer("兰")
    with writing(session):
        session.get_one(Person, closed.id).disabled_at = MONDAY_9

    assert refused(old, old, jun) == ["same_account"]
    assert refused(old, jun, jun) == refused(jun, old, jun) == ["own_case"]
    assert refused(old, far, jun) == refused(far, old, jun) == ["not_in_charge"]
    assert refused(old, closed, jun) == refused(closed, old, jun) == ["disabled"]
    put_together(old, far, by=admin)
    assert refused(old, new, jun) == ["changed_meanwhile"]  # part of another account already


def test_roles_are_handed_over_first_and_who_has_one_is_the_town_offices(session):  # V5, A3, A4
    old, new = two_accounts()
    jun, admin = make_coordinator(), make_admin()
    give_role(old, RoleKind.TRAINER, "town")

    assert refused(old, new, jun) == ["has_roles"]
    assert refused(new, old, jun) == ["town_office_alone"]
    put_together(new, old, by=admin)


def test_the_account_with_a_number_stays(session):  # V5, A6
    old, new = make_person("林"), make_person("林")
    with writing(session):
        session.get_one(Person, new.id).phone = None

    assert refused(old, new) == ["nobody_signs_in"]
    put_together(new, old)


@pytest.mark.parametrize(
    ("goes", "stays", "why"),
    [
        (VolunteerState.SUSPENDED, VolunteerState.APPROVED, ["suspension_would_end"]),
        (VolunteerState.SUSPENDED, VolunteerState.APPLIED, ["suspension_would_end"]),
        (VolunteerState.SUSPENDED, VolunteerState.SUSPENDED, []),
        (VolunteerState.APPROVED, VolunteerState.SUSPENDED, []),
        (VolunteerState.APPROVED, VolunteerState.DECLINED, ["approval_would_end"]),
        (VolunteerState.APPROVED, VolunteerState.APPLIED, ["approval_would_end"]),
        (VolunteerState.DECLINED, VolunteerState.APPROVED, []),
        (VolunteerState.APPLIED, VolunteerState.APPROVED, []),
        (VolunteerState.APPROVED, VolunteerState.PAUSED, []),
    ],
)
def test_no_suspension_ends_by_it_and_who_stays_keeps_the_state(session, goes, stays, why):  # V5, V2
    old, new = make_volunteer("兰", state=goes), make_volunteer("兰", state=stays)

    if why:
        assert refused(old, new) == why
    else:
        put_together(old, new)
        assert volunteer_of(new).state == stays


def test_nobody_gets_two_places_of_a_wish_or_helps_with_an_own_one(session):  # V5, W4
    old, new = two_accounts()
    wish = make_wish("搬书", places=2)
    held = claim(wish, old)
    claim(wish, new)
    assert refused(old, new) == ["both_hold"]

    report(held)
    confirm(held, wish.author)
    put_together(old, new)  # what came true stays where it was given; nobody has two places
    assert held.person_id == old.id

    author, helper = make_person("林"), make_volunteer("林")
    claim(make_wish("读信", author=author), helper)
    assert refused(author, helper) == refused(helper, author) == ["own_wish"]
    assert what_is_off() == []


def test_nobody_goes_where_the_other_account_is_not_to_go(session):  # V5, W19
    old, new = two_accounts()
    lin = make_person("林")
    done = claim(make_wish(author=lin), old)
    report(done)
    keep_apart(done, lin)
    claim(make_wish("别的事", author=lin), new)

    assert refused(old, new) == refused(new, old) == ["kept_apart"]


def test_the_check_says_what_is_in_the_way_and_offers_no_button(browse_both):  # C3, V5
    old, new = two_accounts()
    wish = make_wish("搬书", places=2)
    for who in (old, new):
        claim(wish, who)

    page = browse_both(by=make_coordinator()).open(f"/people/{new.id}/merger/{old.id}")

    assert page.select("#merger .reasons a[href='" + wish.url + "']")
    assert page.select("#merger form") == []
    sent = page.post(f"/people/{new.id}/merger/{old.id}", stays=str(new.id), reason="同一个人")
    assert sent.status == 409
    assert wish.taken == 2


def test_where_only_one_can_stay_it_alone_is_offered_and_the_other_way_is_refused(browse_both):  # C3, V5
    applied, approved = make_volunteer("兰", state=VolunteerState.APPLIED), make_volunteer("兰")
    page = browse_both(by=make_coordinator()).open(f"/people/{applied.id}/merger/{approved.id}")

    offered = [one["value"] for one in page.select("input[name=stays]")]
    assert offered == [one["value"] for one in page.select("input[checked]")] == [str(approved.id)]
    sent = page.post(page.path, stays=str(applied.id), reason="同一个人")
    assert sent.status == 409
    assert page.post(f"/people/{applied.id}/merger/{approved.id}", stays="7000", reason="同").status == 422


# -- what belongs to another area ----------------------------------------------------------------------------


def test_an_account_of_another_area_is_not_compared(browse, session):  # A5, C4, V5
    lan, far = make_volunteer("兰"), make_volunteer("兰", committee=ELSEWHERE)
    jun, admin = make_coordinator(), make_admin()
    give_role(far, RoleKind.COORDINATOR, "block-5")  # so that the page of the person is open to jun
    earn(far, 187)
    with writing(session):
        volunteer_of(far).state, volunteer_of(far).state_note = VolunteerState.SUSPENDED, "上门时吵过架"
    claim(make_wish("修水管", places=2), lan)

    page = browse(by=jun).open(f"/people/{lan.id}/merger/{far.id}")
    assert page.status == 200
    assert (page.select(".side-by-side"), page.select("#merger form")) == ([], [])
    assert len(page.select("#merger .reasons")) == 1
    for secret in ("上门时吵过架", "187", "修水管"):
        assert secret not in page.text("#merger")
    office = browse(by=admin).open(f"/people/{lan.id}/merger/{far.id}").text("#merger")
    assert "187" in office  # who looks after both compares them


def test_why_somebody_is_suspended_is_read_by_who_reads_the_volunteers_page(browse, session):  # A5, C4, V2
    old, new = two_accounts()
    jun, admin = make_coordinator(), make_admin()
    with writing(session):
        volunteer_of(old).state_note = "上门时吵过架"
    for reader, path in ((jun, f"/volunteers/{volunteer_of(old).id}"), (admin, None)):
        page = browse(by=reader).open(f"/people/{new.id}/merger/{old.id}")
        reads = browse(by=reader).open(path or f"/volunteers/{volunteer_of(old).id}").status == 200
        assert ("上门时吵过架" in page.body) == reads


def test_a_wish_of_another_area_that_is_in_the_way_is_not_named(browse, session):  # A5, C4, V5
    old, new = two_accounts(areas=("grid-4",))
    jun, admin = make_coordinator(), make_admin()
    make_coordinator("grid-4")
    for title in ("搬书", "搬柜子"):
        wish = make_wish(title, places=2, committee_code=ELSEWHERE)
        for who in (old, new):
            claim(wish, who)

    assert refused(old, new, jun) == refused(new, old, jun) == ["elsewhere"]
    page = browse(by=jun).open(f"/people/{new.id}/merger/{old.id}")
    assert "搬" not in page.text("#merger")
    assert page.select("#merger .reasons a[href^='/wishes/']") == []
    assert refused(old, new, admin) == ["in_an_area"]


def test_what_overlaps_in_another_area_is_something_else(browse_both, session):  # A5, C4, C13
    old, new = two_accounts(areas=("grid-4",))
    starts = MONDAY_9 + timedelta(days=2)
    for title, who, where in (("陪诊", old, HOME), ("剪头发", new, ELSEWHERE)):
        claim(make_wish(title, starts_at=starts, ends_at=starts + AN_HOUR, committee_code=where), who)
    browser = browse_both(by=make_coordinator()).open(f"/people/{new.id}/merger/{old.id}")
    assert "陪诊" in browser.text("#merger .note-wait")
    assert "剪头发" not in browser.body

    browser.submit("#merger form", stays=str(new.id), reason="同一个人")

    assert "陪诊" in str(browser.flashes)
    assert "剪头发" not in str(browser.flashes)
    session.rollback()
    assert told(new)[-1] == "merged_clash"  # the person themselves reads both


def test_the_audit_names_what_an_account_that_is_part_of_another_still_has(session):  # C2, V5
    old, new = two_accounts()
    held = claim(make_wish(), old)
    put_together(old, new)
    assert what_is_off() == []

    with writing(session):
        session.execute(text("UPDATE claims SET person_id = :id"), {"id": old.id})
        session.execute(
            text("UPDATE volunteers SET state = 'approved' WHERE person_id = :id"), {"id": old.id}
        )

    assert len(what_is_off()) == 2
    assert session.get_one(Wish, held.wish_id).state == WishState.FILLED
    assert session.get_one(Volunteer, volunteer_of(old).id).id
