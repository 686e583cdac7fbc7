"""What strangers see of a person (C4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridapp.core.masking import masked_name, masked_phone, road_of


@pytest.mark.parametrize(
    ("phone", "seen"),
    [
        ("+8613812341234", "138****1234"),
        ("+862162345678", "216****5678"),
        ("+4915123456789", "491****6789"),
        ("110", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_of_a_number_the_middle_is_hidden(phone, seen):  # C4
    assert masked_phone(phone) == seen


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_of_no_mobile_number_more_than_seven_digits_are_seen(digits):  # C4
    seen = masked_phone(f"+86{digits}")

    assert sum(sign.isdigit() for sign in seen) == 7
    assert digits[3:7] not in seen.replace(digits[:3], "", 1).replace("****", "*")[:-4]


@pytest.mark.parametrize(
    ("name", "seen"),
    [("王芳", "王**"), ("欧阳小兰", "欧**"), (" 王芳", "王**"), ("Anna", "A**"), ("", ""), (None, "")],
)
def test_of_a_name_only_the_first_sign_is_seen_and_its_length_is_not(name, seen):  # C4
    assert masked_name(name) == seen


@given(st.text(min_size=2))
def test_no_name_is_seen_beyond_its_first_sign(name):  # C4
    assert len(masked_name(name)) <= 3


@pytest.mark.parametrize(
    "address",
    [
        "可乐路123弄4号501室",
        "可乐路一二三弄4号501室",
        "可乐路 12 号",
        "可乐路１２号",
        "可乐路十二号",
        "可乐路",
    ],
)
def test_of_an_address_only_the_road_is_seen(address):  # C4
    assert road_of(address) == "可乐路"
