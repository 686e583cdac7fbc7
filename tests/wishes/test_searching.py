"""Looking for a wish by words, Chinese and others, and by the first letters of pinyin (W15, P19)."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from gridapp.core.database import db, writing
from gridapp.wishes import feature
from gridapp.wishes.models import Wish, WishState
from gridapp.wishes.workflow import entering
from tests.factories import MONDAY_9, actor, claim, make_person, make_volunteer, make_wish
from tests.wishes.test_listing import slips

NAUGHTY = (
    "'", '"', '""', "*", "%", "_", "\\", "(", ")", "a AND", "NOT", "OR OR", "NEAR(a b)", "words:x", "{words}:x",
    "^a", "a*", "-a", "a:*", "!", "a & b", "a <-> b", "'; DROP TABLE wishes; --", "\u202e医保", "💩", "医" * 500,
    "a " * 200, "\ud800", "é", "ﬁ", "Ｗｉｆｉ", "٣", "%s %(x)s :x ?", "𠀀", "㍿", "İ",
)  # fmt: skip


def found_by(browser, query):
    """The numbers of the wishes that the list shows for `query`, sent with the page's own form."""
    return slips(browser.open("/wishes").submit("#search", q=query))


@pytest.mark.parametrize(
    "query", ["医", "医保", "医保卡", "办医保", "ybk", "YBK", "bybk", "yb", "可乐路", "kll", "kll 医"]
)
def test_a_wish_is_found_by_any_of_its_words(browse_both, query):  # W15
    wish = make_wish("帮办医保卡", road="可乐路")
    make_wish("想要一盏台灯", text="晚上看书。", road="福泉路")

    assert found_by(browse_both(), query) == [wish.id]


def test_several_words_must_all_be_there_and_one_stands_in_one_piece(browse):  # W15
    both = make_wish("医保卡", text="也要修理椅子。")
    apart = make_wish("医生说要保重，买卡片")

    assert found_by(browse(), "修理 医保") == [both.id]
    assert found_by(browse(), "医") == [apart.id, both.id]
    assert found_by(browse(), "医保卡") == [both.id]


def test_latin_words_and_figures_are_found_from_their_beginning_in_any_case(browse):  # W15
    wish = make_wish("WiFi 密码忘了", text="要 100 元以内的路由器")

    for query in ("wif", "WIFI", "ｗｉｆｉ", "wifi密码", "100", "路由器"):
        assert found_by(browse(), query) == [wish.id]


def test_a_word_with_two_readings_is_found_by_the_right_one(browse):  # W15
    wish = make_wish("去重庆路买药")

    assert found_by(browse(), "cql") == [wish.id]


def test_only_open_wishes_are_found_and_at_once_no_longer(browse):  # W3
    make_wish("想下象棋", state=WishState.SUBMITTED)
    wish = make_wish("想下象棋")
    assert found_by(browse(), "象棋") == [wish.id]

    claim(wish, make_volunteer())

    assert found_by(browse(), "象棋") == []


def test_what_is_private_is_not_found(browse):  # C4, W3
    make_wish(author=make_person("欧阳修理"))

    assert found_by(browse(), "欧阳") == []
    assert found_by(browse(), "501") == []


def test_a_changed_wish_is_found_by_what_it_says_now(session, browse):  # W15
    lin = make_person("林")
    wish = make_wish("想下象棋", author=lin, state=WishState.SUBMITTED)
    contact = entering.Contact("林", lin.phone, "可乐路")

    with writing(session):
        entering.change_wish(
            session, wish, by=actor(lin), at=MONDAY_9, facts={"title": "想下围棋"}, contact=contact
        )

    assert ("围棋" in wish.words, "象棋" in wish.words, wish.initials) == (
        True,
        False,
        "xxw xwq wq q kll ll l",
    )


def test_filters_stay_while_one_searches_and_the_words_while_one_filters(browse_both):  # W15
    chess = make_wish("想下象棋", category_code="company")
    make_wish("想要一副象棋")
    browser = browse_both().open("/wishes?category=company")

    assert slips(browser.submit("#search", q="象棋")) == [chess.id]

    links = [str(link["href"]) for link in browser.select(".facets a")]
    assert "/wishes?category=company&q=%E8%B1%A1%E6%A3%8B&when=today" in links


@pytest.mark.parametrize("query", NAUGHTY)
def test_whatever_is_typed_the_page_answers_in_words(browse, query):  # D7
    make_wish("帮办医保卡")
    address = "/wishes?q=" + "".join(f"%{byte:02X}" for byte in query.encode("utf-8", "surrogatepass"))

    assert browse().open(address).status == 200


def test_signs_alone_find_nothing_and_blanks_are_no_search(browse):  # W15
    wish = make_wish()

    assert found_by(browse(), "！！") == []
    assert found_by(browse(), "   ") == [wish.id]


def test_who_finds_nothing_reads_what_to_do(browse_both):  # C14
    browser = browse_both().open("/wishes").submit("#search", q="恐龙")

    assert "恐龙" in browser.text(".empty")
    assert browser.select(".empty a[href='/wishes']")


def test_the_number_of_results_is_announced(browse_both):  # P17
    for _ in range(2):
        make_wish("想下象棋")

    browser = browse_both().open("/wishes").submit("#search", q="象棋")

    assert browser.one("#results [data-announce]")["data-announce"].startswith("2")


def test_the_audit_names_a_wish_that_cannot_be_found_by_its_words(session):  # C18
    wish = make_wish("想下象棋")
    assert list(feature.FEATURE.invariants["search"](session)) == []

    with writing(session):
        session.execute(update(Wish).where(Wish.id == wish.id).values(title="想下围棋"))

    assert [line.split(":")[0] for line in feature.FEATURE.invariants["search"](session)] == [
        f"wish {wish.id}"
    ]


def test_the_database_itself_keeps_the_index(session, engine_name):
    """A later migration that makes `wishes` anew would lose triggers and the index of an expression silently."""
    if engine_name == "sqlite":
        names = set(session.scalars(text("SELECT name FROM sqlite_master WHERE tbl_name = 'wishes'")))
        assert {"wish_search_insert", "wish_search_update", "wish_search_delete"} <= names
    else:
        names = set(session.scalars(text("SELECT indexname FROM pg_indexes WHERE tablename = 'wishes'")))
        assert {"ix_wishes_words", "ix_wishes_initials"} <= names
    assert {"ix_wishes_open", "ix_wishes_open_last_moment"} <= names
    assert db.engine.dialect.name.startswith(engine_name[:6])
