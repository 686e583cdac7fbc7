"""The README's table of settings is what gridapp reads, and a setting that makes no sense is refused in words."""

from __future__ import annotations

import re

import pytest

from gridapp.settings import ROOT, SETTINGS, BadSetting, from_environment


def table_in_readme() -> list[list[str]]:
    """Cells of `| VARIABLE | default | meaning |` under "## Settings", without the marks of code."""
    section = (ROOT / "README.md").read_text().partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if re.match(r"\| *`?[A-Z_]+`? *\|", line)]
    return [[cell.strip().replace("`", "") for cell in row.strip("| ").split("|")] for row in rows]


def test_the_readme_names_every_setting_with_its_default_and_meaning():
    assert table_in_readme() == [[one.variable, one.default, one.meaning] for one in SETTINGS.values()]


def test_without_any_variable_the_defaults_hold():
    settings = from_environment({})

    assert (settings.locale, settings.timezone) == ("zh", "Asia/Shanghai")
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 2)
    assert settings.database_url.startswith("sqlite:///")
    assert not settings.debug


def test_an_empty_variable_counts_as_not_set():
    assert from_environment({"PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRIDAPP_LOCALE", "fr"),
        ("GRIDAPP_TRUSTED_PROXIES", "10.0.0.0/8, my proxy"),
        ("GRIDAPP_WORKERS", "0"),
        ("GRIDAPP_WORKERS", "many"),
        ("PORT", "65536"),
        ("PORT", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_words(variable, value):
    with pytest.raises(BadSetting) as refused:
        from_environment({variable: value})

    said = str(refused.value)
    assert variable in said
    assert value in said or "my proxy" in said
    assert said.endswith(".")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_an_address_of_postgresql_is_given_its_driver(scheme):
    settings = from_environment({"GRIDAPP_DATABASE_URL": f"{scheme}://town@db/gridapp"})

    assert settings.database_url == "postgresql+psycopg://town@db/gridapp"
