"""The code keeps its own rules: who marks, who commits, who asks the clock, how long, in which files, in which words."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import alembic.command
import pytest
from sqlalchemy import insert, inspect

from gridapp import FEATURES
from gridapp.core.database import Base, db, writing
from gridapp.core.features import Contributions
from gridapp.settings import ROOT
from gridapp.web import migrations
from tests.house.conftest import Town, new_app
from tests.servers import empty_database

PACKAGE = ROOT / "gridapp"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
GROUND = {"core", "web", "translations"}  # folders of gridapp that are no features
VERBS = {"get", "post", "put", "patch", "delete", "route"}
MARKS = {"public", "signed_in", "coordinator"}
LONGEST_VIEW, LONGEST_STEP, LONGEST_MODULE = 25, 40, 350
# A whole transaction begins and is committed here and nowhere else: entry points, and what they call to do it.
COMMITTERS = {
    "accounts/acting.py",
    "accounts/views.py",  # signing in, up and out: nobody acts yet
    "cli.py",
    "people/views/recovering.py",  # a new start after a lost password: nobody is signed in
    "loading.py",
    "core/database.py",
    "photos/acting.py",  # a file is kept for its sender: nobody acts
    "sheets/commands.py",  # lists in and out on the command line
    "web/kept_forms.py",  # whoever had typed it is signed out
}
ENDING = {"commit", "begin", "writing", "begin_writing"}
SYSTEM_CLOCK = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "strftime"},
    "func": {"now", "current_timestamp", "current_date"},
}
INLINE = {
    "a script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "a style sheet": re.compile(r"<style"),
    "a style": re.compile(r"""\sstyle\s*="""),
    "a handler": re.compile(r"""[\s"']on[a-z]+\s*=\s*["'{]"""),
    "an address of scripts": re.compile(r"javascript:", re.IGNORECASE),
}

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
each_template = pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates"))
)


# -- views and steps -------------------------------------------------------------------------------------


def test_every_view_bears_one_mark_beneath_its_address():  # D1
    wrong = [
        f"{where(module, view)} bears {marks}"
        for module, view in views()
        if len(marks := [name for name in decorators(view) if name.startswith("access.")]) != 1
        or marks[0].removeprefix("access.") not in MARKS
        or decorators(view)[-1] != marks[0]
    ]
    assert wrong == []
    assert len(list(views())) > 40


def test_views_are_short():
    assert too_long(views(), LONGEST_VIEW) == []


def test_steps_of_workflows_are_short():
    assert too_long(functions_in("workflow"), LONGEST_STEP) == []


@each_module
def test_a_module_can_be_read_in_one_go(module: Path):
    assert len(module.read_text().splitlines()) <= LONGEST_MODULE


def test_addresses_are_nouns_in_kebab_case(own_app):
    odd = [rule.rule for rule in own_app.url_map.iter_rules() if not re.fullmatch(ADDRESS, rule.rule)]
    assert odd == []


ADDRESS = r"/|(/([a-z]+(-[a-z]+)*|<(id:)?[a-z_]+>))+"


# -- transactions and time -------------------------------------------------------------------------------


@each_module
def test_only_entry_points_commit(module: Path):
    if name(module) not in COMMITTERS:
        assert commits(module.read_text()) == []


@pytest.mark.parametrize(
    "wrong", ["session.commit()", "with writing(session):\n    pass", "begin_writing(session)", "x.begin()"]
)
def test_a_commit_is_found(wrong: str):  # negative control
    assert commits(wrong)


@each_module
def test_only_the_clock_asks_for_the_time(module: Path):  # C17
    if name(module) != "core/clock.py":
        assert clock_readings(module.read_text()) == []


@pytest.mark.parametrize(
    "wrong",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "func.now()"],
)
def test_a_look_at_the_system_clock_is_found(wrong: str):  # negative control
    assert clock_readings(wrong)


# -- words -----------------------------------------------------------------------------------------------


@each_module
def test_what_others_use_says_what_it_is(module: Path):
    assert [f"{where(module, node)}" for node in public_parts(module) if not ast.get_docstring(node)] == []


@each_template
def test_a_template_begins_with_what_it_is_and_needs(template: Path):
    first = template.read_text().splitlines()[0]

    assert re.match(r"\{# \w.{15,}", first), first


@each_template
def test_a_template_holds_no_script_no_style_and_no_raw_text(template: Path):  # D6, P21
    assert inline(template) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "<script>x</script>",
        "<style>",
        '<p style="color:red">',
        '<a onclick="x()">',
        '<a href="javascript:x">',
        "{{ x|safe }}",
        "{{ x | safe }}",
        "{% autoescape false %}",
    ],
)
def test_what_is_inline_is_found(tmp_path: Path, wrong: str):  # negative control
    (tmp_path / "wrong.html").write_text(wrong)
    assert inline(tmp_path / "wrong.html")


# -- features --------------------------------------------------------------------------------------------


def test_every_folder_is_a_feature_that_is_listed():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("_")}

    assert {feature.name for feature, _blueprint in FEATURES} == folders - GROUND


def test_a_feature_has_one_name_everywhere():
    for feature, blueprint in FEATURES:
        assert blueprint.name == feature.name
        assert (ROOT / "tests" / feature.name).is_dir()
        tour = ast.get_docstring(ast.parse((PACKAGE / feature.name / "__init__.py").read_text()))
        assert tour, f"{feature.name}/__init__.py has no tour"


def test_a_feature_has_the_files_of_the_house_and_no_others():
    allowed = {"__init__", *re.findall(r"\w+", " ".join(layers_of_a_feature()))}
    for feature, _blueprint in FEATURES:
        inside = (PACKAGE / feature.name).iterdir()
        names = {
            path.stem for path in inside if path.suffix == ".py" or (path.is_dir() and path.stem[0] != "_")
        }
        assert names <= allowed, f"{feature.name}: {names - allowed}"


def test_every_kind_of_message_has_words_and_every_word_is_used():  # C15
    said = set(Contributions([feature for feature, _blueprint in FEATURES]).messages)
    used = {kind for module in MODULES for kind in kinds_of_messages(module)}

    assert {kind for kind in used if not any(re.fullmatch(kind, one) for one in said)} == set()
    assert {one for one in said if not any(re.fullmatch(kind, one) for kind in used)} == set()


# -- the database ----------------------------------------------------------------------------------------


def test_models_equal_migrations_which_go_down_and_up_again_with_rows(town: Town):  # R9
    with empty_database(town.engine) as url:
        app = new_app(url)
        with app.app_context():
            config = migrations.config_for(app)
            migrations.upgrade()
            alembic.command.check(config)
            with writing(db.session()):
                fill(town)
            alembic.command.downgrade(config, "base")
            assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
            migrations.upgrade()
            alembic.command.check(config)
            db.session.remove()
            db.engine.dispose()


# -- how it is found -------------------------------------------------------------------------------------


def name(module: Path) -> str:
    """Where a module lies below gridapp."""
    return str(module.relative_to(PACKAGE))


def where(module: Path, node: ast.AST) -> str:
    """File, line and name of what is wrong."""
    return f"{name(module)}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', '')}"


def decorators(view: ast.FunctionDef) -> list[str]:
    """The decorators as they are written, without what stands in brackets, from the top."""
    return [ast.unparse(one.func if isinstance(one, ast.Call) else one) for one in view.decorator_list]


def views() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function with an address."""
    for module, function in functions_in("views"):
        if any(one.rpartition(".")[2] in VERBS and one.startswith("bp.") for one in decorators(function)):
            yield module, function


def functions_in(part: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the features' `part`, a module or a package."""
    for module in MODULES:
        if part in module.relative_to(PACKAGE).with_suffix("").parts:
            for node in ast.parse(module.read_text()).body:
                if isinstance(node, ast.FunctionDef):
                    yield module, node


def too_long(functions: Iterator[tuple[Path, ast.FunctionDef]], most: int) -> list[str]:
    """Functions with more lines than that, from `def` to the end."""
    return [
        f"{where(module, one)}: {lines} lines"
        for module, one in functions
        if (lines := (one.end_lineno or one.lineno) - one.lineno + 1) > most
    ]


def commits(source: str) -> list[str]:
    """Calls that begin or end a writing transaction."""
    return [
        ast.unparse(call) for call in calls(source) if ast.unparse(call.func).rpartition(".")[2] in ENDING
    ]


def clock_readings(source: str) -> list[str]:
    """Calls that ask the system for the time."""
    found = []
    for call in calls(source):
        whole, _dot, method = ast.unparse(call.func).rpartition(".")
        if method in SYSTEM_CLOCK.get(whole.rpartition(".")[2], ()):
            found.append(ast.unparse(call))
    return found


def calls(source: str) -> Iterator[ast.Call]:
    """Every call."""
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def public_parts(module: Path) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef]:
    """The module, and its public classes and functions with their public methods."""
    tree = ast.parse(module.read_text())
    yield tree
    todo: list[ast.AST] = [tree]
    while todo:
        for node in ast.iter_child_nodes(todo.pop()):
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                if node.name != "Meta":  # what WTForms looks for
                    yield node
                if isinstance(node, ast.ClassDef):
                    todo.append(node)


def inline(template: Path) -> list[str]:
    """What may not stand in a template; `|safe` only for the drawings of the marks."""
    text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    if template.name != "marks.html" and re.search(r"\|\s*safe\b|autoescape", text):
        found.append("raw text")
    return found


def layers_of_a_feature() -> list[str]:
    """The layers of a feature as import-linter knows them: the one list of file names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(one["layers"] for one in contracts if one["id"] == "feature")
    return layers


def kinds_of_messages(module: Path) -> Iterator[str]:
    """Patterns of the kinds that the module's calls of `notify` write; a variable stands for its constants."""
    for function in ast.walk(ast.parse(module.read_text())):
        if not isinstance(function, ast.FunctionDef) or module.name == "outbox.py":
            continue
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if ast.unparse(call.func).rpartition(".")[2] == "notify":
                yield from patterns_of(call.args[1], function)


def patterns_of(kind: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    """What the expression can be, as patterns."""
    if isinstance(kind, ast.Constant):
        yield re.escape(str(kind.value))
    elif isinstance(kind, ast.JoinedStr):
        yield "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in kind.values)
    elif isinstance(kind, ast.IfExp):
        yield from patterns_of(kind.body, function)
        yield from patterns_of(kind.orelse, function)
    elif isinstance(kind, ast.Name):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == kind.id:
                yield from patterns_of(node.value, function)
    else:
        raise AssertionError(f"what kind of message is {ast.unparse(kind)}?")


def fill(town: Town) -> None:
    """Copy the town's rows into the database of the present app."""
    for table in Base.metadata.sorted_tables:
        db.session().execute(table.delete())
        if town.first[table.name]:
            db.session().execute(insert(table), town.first[table.name])
