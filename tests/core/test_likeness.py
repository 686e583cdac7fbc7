"""Which two wishes probably say the same (W2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridapp.core.likeness import are_alike

LAMP = ("想要一盏台灯", "晚上看书用，要亮一点。")


@pytest.mark.parametrize(
    "other",
    [
        LAMP,
        ("想要一盏台灯。", "看报用"),
        ("需要一盏台灯", "晚上看书用，要亮一点的。"),
        ("想要 一盏 台灯", ""),
    ],
)
def test_nearly_the_same_words_are_alike(other):
    assert are_alike(LAMP, other)


@pytest.mark.parametrize(
    "other",
    [
        ("想学用手机", "孙子教了几遍都记不住。"),
        ("陪我去医院", "下周三要复查。"),
        ("想要一台电扇", "夏天太热，旧的坏了。"),
    ],
)
def test_another_need_is_not(other):
    assert not are_alike(LAMP, other)


def test_titles_that_name_other_figures_are_other_things():
    assert not are_alike(("想要38码棉鞋", "冬天穿。"), ("想要42码棉鞋", "冬天穿。"))


def test_of_one_person_less_needs_to_be_the_same():
    other = ("家里少一盏灯", "晚上看书，亮一点")

    assert not are_alike(LAMP, other)
    assert are_alike(LAMP, other, of_one_person=True)


def test_a_second_wish_of_one_person_is_another_wish():
    assert not are_alike(LAMP, ("想要一本书", "晚上看。"), of_one_person=True)


@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=60), st.text(max_size=200))
def test_it_does_not_matter_which_was_first(title, text, title_, text_):
    assert are_alike((title, text), (title_, text_)) == are_alike((title_, text_), (title, text))
