"""What must not stand in a public text, however it is typed, and what may (C19)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridapp.core.screening import Private, private_things, said

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
ZERO, ONE = str.maketrans("0", "〇"), str.maketrans("1", "幺")
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
AROUND = st.sampled_from(["", "请打", "电话：", "（", "我的号码是 ", "找王师傅，", "微信同号 "])
BEHIND = st.sampled_from(["", "。", "，谢谢", "）", " 王阿姨", "（晚上打）"])


def kinds(text):
    return [finding.kind for finding in private_things(text)]


@given(AROUND, MOBILE, BEHIND, st.sampled_from([None, FULL_WIDTH, CHINESE, CHINESE | ZERO, CHINESE | ONE]))
def test_a_mobile_number_is_found_in_whatever_digits(before, digits, after, typed_in):
    number = digits.translate(typed_in) if typed_in else digits

    found = private_things(before + number + after)

    assert [(finding.kind, finding.words) for finding in found] == [(Private.PHONE, number)]


@given(
    MOBILE,
    st.lists(st.sampled_from(["", "", " ", "-", "　", "·", " - ", "\u200b", "，"]), min_size=10, max_size=10),
)
def test_a_mobile_number_is_found_with_whatever_between_its_digits(digits, gaps):
    typed = digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=True))

    assert kinds(f"电话{typed}。") == [Private.PHONE]


@pytest.mark.parametrize(
    "number",
    [
        "+86 138 1234 5678",
        "0086-13812345678",
        "021-52190000",
        "(021) 5219 0000",
        "0512-6688 0000",
        "62190000",
        "6219 0000",
    ],
)
def test_a_number_with_its_country_and_one_of_a_house_are_found(number):
    assert kinds(f"打{number}找我") == [Private.PHONE]


@given(
    st.from_regex(r"[1-6][0-9]{5}", fullmatch=True),
    st.dates(min_value=date(1920, 1, 1), max_value=date(2020, 12, 31)),
    st.from_regex(r"[0-9]{3}[0-9Xx]", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
)
def test_an_id_number_of_18_digits_is_found_in_one_and_in_parts(place, birthday, rest, gap):
    typed = gap.join([place, f"{birthday:%Y%m%d}", rest])

    found = private_things(f"身份证{typed}，请代办")

    assert [(finding.kind, finding.words) for finding in found] == [(Private.ID_NUMBER, typed)]


@given(st.from_regex(r"[1-9][0-9]{14}", fullmatch=True))
def test_an_old_id_number_of_15_digits_is_found(digits):
    assert kinds(f"身份证 {digits}") == [Private.ID_NUMBER]


@pytest.mark.parametrize(
    "number", ["6222021234567890123", "６２２２０２１２３４５６７８９０１２３", "SF1234567890123"]
)
def test_a_long_number_of_a_card_or_a_parcel_is_found(number):
    assert kinds(f"号码 {number}") == [Private.ID_NUMBER]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("住在可乐路123弄5号601室，按门铃", "123弄5号601室"),
        ("可乐路１２３弄５号６０１室", "１２３弄５号６０１室"),
        ("可乐路一二三弄四号五〇一室", "一二三弄四号五〇一室"),
        ("123弄 5号 601室", "123弄 5号 601室"),
        ("新泾路120号", "120号"),
        ("仙霞西路 88 号", "88 号"),
        ("福泉路十二号", "十二号"),
        ("新泾六村12号", "12号"),
        ("到3号楼来", "3号楼"),
        ("三号楼", "三号楼"),
        ("第三幢门口", "第三幢"),
        ("12栋", "12栋"),
        ("2单元501", "2单元501"),
        ("送到601室", "601室"),
        ("五零一室", "五零一室"),
        ("5号601，谢谢", "5号601"),
        ("我家在123-5-601", "123-5-601"),
        ("三弄四号", "三弄四号"),
    ],
)
def test_a_house_number_is_found(text, found):
    assert [(one.kind, one.words) for one in private_things(text)] == [(Private.HOUSE_NUMBER, found)]


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月26日（周四）下午2点到4点",
        "2026-11-26 14:00-16:00",
        "26日14：00到16：30，大概2小时",
        "11-26-2026",
        "13、15、17、19、21、23 日都可以",
        "2026.11.26 09.30 到 2026.11.27 10.30",
        "12月5号下午，或者6号上午",
        "小区5号开会，我想去",
        "走路5号去不了，6号可以",
        "坐2号线到淞虹路2号口",
        "食堂打7.8折，一份15.5元",
        "3位老人，最大的93岁",
        "我住5楼，没有电梯",
        "五楼的阿婆腿脚不好",
        "这一栋楼没有电梯",
        "一弄就坏",
        "一室一厅，2室1厅都一样",
        "预算3000-5000元",
        "50000000元",
        "第三单元的英语，单词不会",
        "想学一二三四五六七八九十怎么写",
        "血压130/85，脉搏72",
        "80后、90后都可以",
        "打12345或者110也没用",
        "鞋子38码，要2双",
        "1234567890",
        "医保卡、社保卡各1张",
        "桌子长120-宽60-高75厘米",
        "老王一三五在家，二四六不在",
        "",
    ],
)
def test_a_year_a_time_a_price_a_line_and_a_floor_may_stay(text):
    assert private_things(text) == []


@given(st.text(max_size=300))
def test_what_is_found_stands_in_the_text(text):
    assert all(finding.words in text for finding in private_things(text))


@given(st.text(alphabet=st.characters(exclude_categories=("Nd", "Nl", "No")), max_size=200))
def test_a_text_without_any_figure_is_never_refused(text):
    plain = re.sub(r"[〇零○一二三四五六七八九十百两幺壹贰叁肆伍陆柒捌玖]", "", text)

    assert private_things(plain) == []


def test_what_is_said_names_the_words_that_were_found():
    words = said(private_things("打 138 1234 5678")[0])

    assert words.parts == {"found": "138 1234 5678"}
    assert "%(found)s" in words.text


def test_several_things_are_named_in_their_order():
    assert kinds("3号楼的阿婆，电话13812345678") == [Private.HOUSE_NUMBER, Private.PHONE]
