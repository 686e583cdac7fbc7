"""On a phone's home screen the town is an app with its seal (P24)."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from gridapp.areas.models import Town
from gridapp.areas.queries import forget_kept
from gridapp.assets import ICONS
from gridapp.core.database import db, writing
from gridapp.settings import ROOT
from tests.factories import make_person


def test_the_manifest_names_the_town_and_its_icons_are_there(app: Flask):
    client = app.test_client()
    page, answer = client.get("/"), client.get("/manifest")

    assert '<link rel="manifest" href="/manifest">' in page.text
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json()
    assert manifest["short_name"] == "新泾镇"
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        with client.get(icon["src"]) as file:
            assert file.status_code == 200
            assert file.mimetype == icon["type"]
            if icon["type"] == "image/png":
                size = Image.open(io.BytesIO(file.data)).size
                assert f"{size[0]}x{size[1]}" == icon["sizes"]


def test_the_page_and_the_app_have_the_colour_of_the_paper(app: Flask):
    client = app.test_client()
    sheet = (ROOT / "static/css/app.css").read_text()

    colour = client.get("/manifest").get_json()["theme_color"]

    assert f'<meta name="theme-color" content="{colour}">' in client.get("/").text
    assert f"--ground: {colour};" in sheet


def test_the_page_for_where_there_is_no_network_has_the_towns_number_and_nothing_of_anybody(browse):  # P23
    person = make_person("居民甲")
    for browser in (browse(), browse(by=person)):
        forget_kept()  # as in a process that has just begun

        browser.open("/offline")

        assert browser.one("main a[href^='tel:']").get_text() == "021 0000 0000"
        assert person.name not in browser.body
        assert not browser.select("form, [name=csrf_token]")


def test_what_is_kept_on_a_phone_has_a_new_name_when_it_is_new(app: Flask):  # P23
    client = app.test_client()
    first = client.get("/service-worker")
    assert first.mimetype == "text/javascript"
    assert client.get("/service-worker").text == first.text

    with writing(db.session()):
        db.session().get_one(Town, 1).help_phone = "021 1111 1111"
    forget_kept()

    assert client.get("/service-worker").text != first.text


@pytest.mark.parametrize("name", [name for name, (_size, maskable) in ICONS.items() if maskable])
def test_cut_round_a_maskable_icon_loses_nothing_of_the_seal(name: str):
    picture = Image.open(ROOT / "static/icons" / name).convert("RGBA")
    middle, ground = picture.width / 2, picture.getpixel((1, 1))

    drawn = [
        ((x - middle) ** 2 + (y - middle) ** 2) ** 0.5
        for x in range(0, picture.width, 3)
        for y in range(0, picture.height, 3)
        if picture.getpixel((x, y)) != ground
    ]

    assert len(drawn) > 100
    assert max(drawn) <= 0.4 * picture.width  # the safe zone of the W3C's manifest
