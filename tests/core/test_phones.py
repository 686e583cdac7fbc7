"""One number is one account, whatever way it is typed (P12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridapp.core.phones import BadPhone, normalised, spoken

MOBILES = st.from_regex(r"199[0-9]{8}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "+86 138 1234 5678",
        "0086 138 1234 5678",
        "１３８１２３４５６７８",
        "＋８６１３８１２３４５６７８",
        "　138 1234 5678　",
        "(138) 1234 5678",
    ],
)
def test_a_number_is_the_same_whatever_way_it_is_typed(typed):  # P12
    assert normalised(typed, mobile=True) == "+8613812345678"


@given(MOBILES, st.sampled_from(["", "+86", "0086", "+86 "]), st.sampled_from(["", " ", "-"]), st.booleans())
def test_country_gaps_and_full_width_digits_change_nothing(digits, country, gap, full_width):  # P12
    typed = country + gap.join((digits[:3], digits[3:7], digits[7:]))

    assert normalised(typed.translate(FULL_WIDTH) if full_width else typed) == f"+86{digits}"


@given(MOBILES)
def test_what_is_spoken_is_understood_again(digits):  # P12
    assert normalised(spoken(f"+86{digits}")) == f"+86{digits}"
    assert normalised(normalised(digits)) == f"+86{digits}"


def test_a_landline_is_fine_for_calling_and_no_mobile():  # P12
    assert normalised("021-6234 5678") == "+862162345678"
    with pytest.raises(BadPhone):
        normalised("021-6234 5678", mobile=True)


@pytest.mark.parametrize(
    "typed", ["", "1381234567", "138123456789", "12345", "电话没有", "+", "\0", "１" * 300]
)
def test_what_nobody_can_call_is_refused(typed):  # P12
    with pytest.raises(BadPhone):
        normalised(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_number_or_is_refused_in_words(typed):  # P12, D7
    try:
        number = normalised(typed)
    except BadPhone:
        return

    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
