"""Placeholder pictures of the demo, drawn here with a few shapes and marked as such; nobody's photo."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

from gridapp.core.photos import Picture, read_photo
from gridapp.photos.models import Choice

SIZE = (960, 720)
GROUND, PAPER, INK, WOOD, SEAL, JADE, BLUE = (
    "#efe6d3",
    "#fbf8f1",
    "#3a332b",
    "#b98b5e",
    "#b3261e",
    "#1b6b4b",
    "#1d4e89",
)
Draw = ImageDraw.ImageDraw
# 示例, stroke by stroke: no font with Chinese is sure to be there. It stands where a square thumbnail still shows it.
SIGN = (
    (
        ((22, 18), (78, 18)),
        ((8, 40), (92, 40)),
        ((50, 40), (50, 92), (38, 84)),
        ((28, 56), (12, 80)),
        ((72, 56), (90, 78)),
    ),
    (
        ((28, 6), (8, 44)),
        ((20, 28), (20, 94)),
        ((36, 16), (68, 16)),
        ((50, 16), (36, 52)),
        ((44, 36), (64, 36), (38, 92)),
        ((46, 52), (56, 64)),
        ((76, 18), (76, 70)),
        ((92, 8), (92, 92), (82, 84)),
    ),
)


def photos(*names: str) -> Choice:
    """What a form would say that chose these pictures."""
    return Choice(pictures=tuple(picture(name) for name in names))


@cache
def picture(name: str) -> Picture:
    """The picture with that name, made into a photo like every other. Raises KeyError for an unknown one."""
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 540, 960, 720), fill="#ddcfb4")
    PICTURES[name](draw)
    for number, strokes in enumerate(SIGN):
        for stroke in strokes:
            draw.line([(140 + 110 * number + x, 16 + y) for x, y in stroke], fill=SEAL, width=9)
    out = io.BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return read_photo(out, f"{name}.png")


def _radio(draw: Draw) -> None:
    draw.line((620, 250, 780, 90), fill=INK, width=10)
    draw.rounded_rectangle((220, 240, 740, 590), 40, fill=WOOD, outline=INK, width=8)
    draw.ellipse((260, 300, 500, 540), fill=PAPER, outline=INK, width=8)
    for ring in (60, 90):
        draw.ellipse((260 + ring, 300 + ring, 500 - ring, 540 - ring), outline=INK, width=5)
    draw.rectangle((540, 300, 700, 370), fill=PAPER, outline=INK, width=6)
    for left in (540, 625):
        draw.ellipse((left, 430, left + 75, 505), fill=SEAL, outline=INK, width=6)


def _tap(draw: Draw) -> None:
    draw.rectangle((200, 120, 300, 420), fill="#c9ccd1", outline=INK, width=8)
    draw.rectangle((200, 220, 620, 300), fill="#c9ccd1", outline=INK, width=8)
    draw.rectangle((540, 300, 620, 400), fill="#c9ccd1", outline=INK, width=8)
    draw.rounded_rectangle((330, 130, 480, 200), 20, fill=SEAL, outline=INK, width=8)
    for top in (430, 500):
        draw.ellipse((556, top, 604, top + 56), fill=BLUE)
    draw.ellipse((360, 590, 800, 680), fill=PAPER, outline=INK, width=8)


def _book(draw: Draw) -> None:
    draw.polygon([(180, 560), (480, 620), (480, 280), (180, 220)], fill=SEAL, outline=INK, width=8)
    draw.polygon([(780, 560), (480, 620), (480, 280), (780, 220)], fill=PAPER, outline=INK, width=8)
    for top in range(300, 540, 50):
        draw.line((530, top + 10, 730, top - 30), fill=INK, width=6)


def _parcel(draw: Draw) -> None:
    draw.rectangle((250, 280, 710, 610), fill=WOOD, outline=INK, width=8)
    draw.rectangle((450, 280, 510, 610), fill=JADE, outline=INK, width=6)
    draw.polygon([(250, 280), (340, 190), (620, 190), (710, 280)], fill="#cfa679", outline=INK, width=8)
    draw.ellipse((380, 140, 480, 230), outline=JADE, width=16)
    draw.ellipse((480, 140, 580, 230), outline=JADE, width=16)


def _bulb(draw: Draw) -> None:
    draw.line((480, 0, 480, 170), fill=INK, width=10)
    draw.rectangle((430, 170, 530, 260), fill="#c9ccd1", outline=INK, width=8)
    draw.ellipse((330, 240, 630, 540), fill="#f6d77a", outline=INK, width=8)
    draw.line((400, 420, 440, 330, 480, 420, 520, 330, 560, 420), fill=INK, width=8)


def _volunteer(draw: Draw) -> None:
    draw.rectangle((0, 0, 960, 720), fill="#dfe8e2")
    draw.pieslice((200, 470, 760, 1000), 180, 360, fill=SEAL, outline=INK, width=8)
    draw.ellipse((340, 170, 620, 490), fill="#e6c7a8", outline=INK, width=8)
    draw.pieslice((325, 120, 635, 430), 180, 360, fill=INK)


PICTURES: dict[str, Callable[[Draw], None]] = {
    "radio": _radio,
    "tap": _tap,
    "book": _book,
    "parcel": _parcel,
    "bulb": _bulb,
    "volunteer": _volunteer,
}
