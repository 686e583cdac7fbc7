"""On a phone's home screen the town is an app with its seal (P24)."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from gridapp.assets import ICONS
from gridapp.settings import ROOT


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
