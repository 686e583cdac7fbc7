"""A small browser: opens pages and sends forms as htmx or as a plain browser would (C9).

On every page it checks what every page promises; after each fragment it checks that the swapped
page equals a freshly loaded one.
"""

from __future__ import annotations

import io
import re
import secrets
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from gridapp.accounts.models import Person
from gridapp.accounts.workflow import start_sign_in
from gridapp.core.clock import now
from gridapp.core.database import db, writing

FRESH_EACH_TIME = re.compile(
    r'name="(csrf_token|key)" (type="hidden" )?value="[^"]*"|value="[^"]*" name="(csrf_token|key)"'
)


TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Upload:
    """A file that is chosen in a form."""

    content: bytes
    name: str = "photo.jpg"

    def opened(self) -> FileStorage:
        """As the test client sends it; anew for each request."""
        return FileStorage(io.BytesIO(self.content), filename=self.name)


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask, *, by: Person | None = None, htmx: bool = False):
        self.client = app.test_client()
        self.htmx = htmx
        self.path = "/"
        self.status = 0
        self.headers: Any = {}
        self.body = ""
        self.soup = BeautifulSoup("", "html.parser")
        self.sent: tuple[str, list[tuple[str, Any]], Any] = ("", [], None)
        if by is not None:
            self.sign_in(by)

    def sign_in(self, person: Person) -> Browser:
        """Sign in without the form, which has tests of its own."""
        with writing(db.session()):
            token = start_sign_in(db.session(), person, device="test", at=now())
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"], cookie["_fresh"] = token, True
        self.body = ""
        return self

    def open(self, path: str) -> Browser:
        """Load a page in full, following redirects."""
        return self._page(self._ask("GET", path, follow_redirects=True))

    def peek(self, path: str) -> str:
        """All that the server sends for a page, headers too; asked as this browser asks, without following."""
        headers = (
            {"HX-Request": "true", "HX-Current-URL": f"http://localhost{self.path}"} if self.htmx else {}
        )
        response = self._ask("GET", path, headers=headers)
        return f"{response.headers}\n{response.text}"

    def download(self, path: str, **headers: str) -> TestResponse:
        """What an image or a download gets; the page stays as it is."""
        return self._ask("GET", path, headers=headers)

    def fetch(self, path: str, *, target: str) -> BeautifulSoup:
        """The piece that htmx gets for the element with the id `target`; the page stays as it is."""
        headers = {
            "HX-Request": "true",
            "HX-Current-URL": f"http://localhost{self.path}",
            "HX-Target": target,
        }
        self._keep(self._ask("GET", path, headers=headers))
        return BeautifulSoup(self.body, "html.parser")

    def follow(self, selector: str) -> Browser:
        """Open what a link leads to."""
        return self.open(str(self.one(selector)["href"]))

    def submit(self, selector: str = "main form", *, button: str | None = None, **fields: Any) -> Browser:
        """Send a form. Fields are given by name, or by what follows the form's prefix; the rest is as shown."""
        form = self.one(selector)
        data = self._values(form, fields)
        if button is not None:
            name, _, value = button.partition("=")
            data.append((name, value))
        if form.get("method", "get") == "get":
            for name, value in data:
                for box in form.select(f"input[name={name}]:not([type=hidden])"):
                    box["value"] = value
            return self.ask_for(f"{form['action']}?{urlencode(data)}", form.get("hx-target"))
        return self.send(str(form["action"]), data, target=form.get("hx-target") if self.htmx else None)

    def ask_for(self, path: str, target: Any = None) -> Browser:
        """Open `path`; with htmx and a `target`, swap what it answers into the page."""
        if not self.htmx or target is None:
            return self.open(path)
        headers = {"HX-Request": "true", "HX-Target": str(target).removeprefix("#")}
        response = self._ask(
            "GET", path, headers={**headers, "HX-Current-URL": f"http://localhost{self.path}"}
        )
        self.path = path
        return self._swap(response, str(target))

    def send(self, action: str, data: list[tuple[str, Any]], target: Any = None) -> Browser:
        """Post `data`; with a `target` as htmx does."""
        assert form_encoded(data)
        self.sent = (action, data, target)
        body: dict[str, list[Any]] = {}
        for name, value in data:
            body.setdefault(name, []).append(value.opened() if isinstance(value, Upload) else value)
        if target is None:
            return self._page(
                self._ask("POST", action, data=body, follow_redirects=True, headers=self._referer())
            )
        headers = {
            "HX-Request": "true",
            "HX-Current-URL": f"http://localhost{self.path}",
            "HX-Target": str(target).removeprefix("#"),
        }
        response = self._ask("POST", action, data=body, headers={**headers, **self._referer()})
        return self._swap(response, str(target))

    def again(self, **changed: Any) -> Browser:
        """Send the last form once more with the same key, as a second tap or Back and send again does (C11).

        `changed` are fields, by name, that are typed otherwise this time.
        """
        action, data, target = self.sent
        assert changed.keys() <= {name for name, _value in data}, "the form had no such field"
        return self.send(action, [(name, changed.get(name, value)) for name, value in data], target)

    def post(self, action: str, **fields: Any) -> Browser:
        """Send a form that the page does not show, as somebody with bad intent would."""
        data: list[tuple[str, Any]] = [("csrf_token", self.csrf_token()), ("key", secrets.token_hex(6))]
        for name, value in fields.items():
            data += [(name, one) for one in (value if isinstance(value, list) else [value])]
        if not self.htmx:
            return self.send(action, data)
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{self.path}"}
        self._keep(self._ask("POST", action, data=dict(data), headers={**headers, **self._referer()}))
        self.soup = BeautifulSoup(self.body, "html.parser")
        return self

    def csrf_token(self) -> str:
        """A valid token of this browser's session."""
        found = TOKEN.search(self.body) or TOKEN.search(
            self._ask("GET", "/sign-in", follow_redirects=True).text
        )
        found = found or TOKEN.search(self._ask("GET", "/me").text)
        assert found is not None
        return found[1]

    # -- what is on the page

    def one(self, selector: str) -> Tag:
        """The one element that fits."""
        found = self.soup.select(selector)
        assert len(found) >= 1, f"no {selector} on {self.path}:\n{self.soup.get_text(' ', strip=True)[:1500]}"
        return found[0]

    def select(self, selector: str) -> list[Tag]:
        """Every element that fits."""
        return list(self.soup.select(selector))

    def text(self, selector: str = "body") -> str:
        """The words of everything that fits, without what only keeps a line from breaking."""
        words = " ".join(element.get_text(" ", strip=True) for element in self.soup.select(selector))
        return words.replace("\u00a0", " ").replace("\u2060", "")

    @property
    def flashes(self) -> str:
        """The messages."""
        return self.text("#flashes")

    # -- how it works

    def _ask(self, method: str, address: str, **sent: Any) -> TestResponse:
        """Send a request as a server gets it: in a context of its own, where Flask keeps nothing of the test's or
        of another browser's requests; afterwards the test's session reads what is in the database now.
        """
        db.session().rollback()
        try:
            return Context().run(self.client.open, address, method=method, **sent)
        finally:
            db.session().rollback()

    def _page(self, response: TestResponse) -> Browser:
        self._keep(response)
        self.path = response.request.path + (f"?{q}" if (q := response.request.query_string.decode()) else "")
        self.soup = BeautifulSoup(response.text, "html.parser")
        self.check_promises()
        return self

    def _swap(self, response: TestResponse, target: str) -> Browser:
        self._keep(response)
        if where := response.headers.get("HX-Redirect"):
            return self._page(self._ask("GET", where, follow_redirects=True))
        if response.status_code == 204:
            return self
        piece = BeautifulSoup(response.text, "html.parser")
        for element in piece.select("[hx-swap-oob]"):
            self.one(f"#{element['id']}").clear()
            self.one(f"#{element['id']}").extend(list(element.children))
            element.extract()
        if response.headers.get("HX-Reswap") == "none":
            return self
        old = self.one(target)
        old.replace_with(*[child for child in list(piece.children) if isinstance(child, Tag)])
        self.soup = BeautifulSoup(str(self.soup), "html.parser")
        self.check_promises()
        if response.status_code == 200 and "no-store" not in response.headers.get("X-Reveal", ""):
            self._check_equals_fresh()
        return self

    def _check_equals_fresh(self) -> None:
        """The swapped page says what a freshly loaded one says, messages, a reveal (W7) and what a check has found excepted."""
        fresh = self._ask(
            "GET",
            urlsplit(self.path).path + self.path.partition("?")[1] + self.path.partition("?")[2],
        )
        if fresh.status_code != 200 or self.select(".contact, [data-passing]"):
            return
        mine, theirs = (
            self.soup.select_one("main"),
            BeautifulSoup(fresh.text, "html.parser").select_one("main"),
        )
        assert _plain(mine) == _plain(theirs), "the swapped page differs from a freshly loaded one"

    def _keep(self, response: TestResponse) -> None:
        self.status, self.headers = response.status_code, response.headers
        self.body = "" if response.mimetype == "image/jpeg" else response.text

    def _referer(self) -> dict[str, str]:
        return {"Referer": f"http://localhost{self.path}"}

    def _values(self, form: Tag, fields: dict[str, Any]) -> list[tuple[str, Any]]:
        shown: dict[str, list[Any]] = {}
        own = [e for e in self.soup.select("input, select, textarea") if _belongs(e, form)]
        for element in own:
            name = element.get("name")
            if not name:
                continue
            values = shown.setdefault(str(name), [])
            kind = element.get("type", "")
            if element.name == "select":
                values += [o.get("value") for o in element.select("option[selected]")]
            elif element.name == "textarea":
                values.append(element.get_text().lstrip("\n"))
            elif kind == "file":  # nothing is chosen
                continue
            elif kind in ("checkbox", "radio"):
                values += [element.get("value", "on")] if element.has_attr("checked") else []
            else:
                values.append(element.get("value", ""))
        for given, value in fields.items():
            name = given if given in shown else next((n for n in shown if n.endswith(f"-{given}")), None)
            assert name is not None, f"the form has no field {given}: {sorted(shown)}"
            shown[name] = value if isinstance(value, list) else [] if value is None else [value]
        return [(name, value) for name, values in shown.items() for value in values]

    def check_promises(self) -> None:
        """What every page promises."""
        if "text/html" not in self.headers.get("Content-Type", "text/html") or not self.soup.select("html"):
            return
        ids = [element["id"] for element in self.soup.select("[id]")]
        twice = {one for one in ids if ids.count(one) > 1}
        assert not twice, f"ids that stand twice on {self.path}: {twice}"
        assert len(self.soup.select("h1")) == 1, f"{self.path} has {len(self.soup.select('h1'))} h1"
        title = self.soup.select_one("title")
        assert title is not None
        assert title.get_text(strip=True)
        assert self.soup.select_one("html[lang]")
        assert self.soup.select_one("main#main")
        for element in self.soup.select("[hx-post]"):
            assert element.get("hx-post") == element.get("action"), (
                f"hx-post is not the action: {element.attrs}"
            )
        for element in self.soup.select("[hx-target]"):
            assert self.soup.select(str(element["hx-target"])), (
                f"no target {element['hx-target']} on {self.path}"
            )
        for form in self.soup.select("form[method=post]"):
            assert form.select("[name=csrf_token]"), f"a form without a token: {form.get('action')}"
        assert not self.soup.select("script:not([src]), style, [style]"), "inline script or style"
        for label in self.soup.select("label[for]"):
            assert self.soup.select(f"#{label['for']}"), f"a label for nothing: {label}"


def form_encoded(data: list[tuple[str, Any]]) -> bool:
    """Every name is text."""
    return all(isinstance(name, str) for name, _value in data)


def _belongs(element: Tag, form: Tag) -> bool:
    if element.get("form"):
        return element["form"] == form.get("id")
    return form in element.parents


def _plain(element: Tag | None) -> str:
    text = re.sub(r"\s+", " ", FRESH_EACH_TIME.sub("", str(element)))
    return re.sub(r"\s*(data-focus|tabindex)=\"[^\"]*\"", "", text)
