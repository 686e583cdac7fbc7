"""Every text of the screens is spoken in Chinese too: extracted anew and held against the catalogue."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from gridapp.settings import ROOT

CATALOGUE = ROOT / "gridapp" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None, "N_": None}  # as in `make messages`
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]")
HAN = re.compile(r"[\u3400-\u9fff]")
# Where Chinese stands in the code because it is data, not a text to translate.
DATA = {
    "gridapp/*/demo.py": "people and wishes of the demo",
    "gridapp/*/feature.py": "what a new town begins with, in both languages",
    "gridapp/*/importers.py": "headings and cells of the town's own tables",
    "gridapp/*/importers/*.py": "headings and cells of the town's own tables",
    "gridapp/cli.py": "posts of the demo's people",
    "gridapp/*/loading.py": "people and wishes that are made up",
    "gridapp/core/searching.py": "which characters are Han",
    "gridapp/core/masking.py": "how a house number is written",
    "gridapp/core/tables/mapping.py": "how lists write a day",
    "gridapp/core/tables/reading.py": "yes and no in a cell",
    "gridapp/core/screening.py": "how phone and house numbers are written",
    "gridapp/web/languages.py": "each language under its own name",
    "gridapp/web/words.py": "how a day is written",
}


@cache
def sources() -> Catalog:
    methods, options = parse_mapping_cfg((ROOT / "babel.cfg").read_text().splitlines())
    found = Catalog()
    for folder in (ROOT / "gridapp", ROOT / "templates"):
        for _file, _line, text, _comments, _context in extract_from_dir(folder, methods, options, KEYWORDS):
            found.add(text)
    return found


@cache
def chinese() -> Catalog:
    return read_po(CATALOGUE.read_text().splitlines(), locale="zh")


def forms(texts: str | tuple[str, ...]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def test_every_text_has_its_chinese():
    said = {forms(message.id)[0] for message in chinese() if all(forms(message.string))}

    wanting = [message.id for message in sources() if message.id and forms(message.id)[0] not in said]

    assert not wanting, "Run `make messages`, then translate these in messages.po."


def test_no_chinese_is_a_guess():
    assert not [message.id for message in chinese() if message.fuzzy]


def test_the_chinese_keeps_the_placeholders():
    for message in chinese():
        wanted = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        for text in forms(message.string) if message.id else []:
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id


def test_chinese_stands_in_the_catalogue_and_not_in_the_code():
    code = [path for path in (ROOT / "gridapp").rglob("*.py") if not any(path.match(data) for data in DATA)]
    said = [(path, text) for path in code for text in strings(path)]
    said += [(path, line) for path in (ROOT / "templates").rglob("*.*") for line in markup(path)]

    assert not [f"{path.relative_to(ROOT)}: {text}" for path, text in said if HAN.search(text)]


def strings(path: Path) -> list[str]:
    """What the module says; docstrings and comments say it to us alone."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    constants = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
    return [node.value for node in constants if isinstance(node.value, str)]


def markup(path: Path) -> list[str]:
    """The template's lines without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL).splitlines()
