"""What comes in as a file becomes a photo of our own making, or is refused in words (C20, D9).

Nothing of the file is kept but its pixels: they are decoded, set upright, made smaller, put on white and written
anew as JPEG, so that position, device and whatever else a file can carry stays outside. All of it happens before
a writing transaction is opened: decoding takes time, and others would wait.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image

from gridapp.core.words import N_, Words

LARGEST_FILE = 10 * 1024 * 1024  # bytes, as it comes in
MOST_PIXELS, MOST_PIXELS_AT_ONCE = 120_000_000, 30_000_000  # a JPEG is decoded small, anything else in full
LEAST_SIDE = 40
PHOTO_SIDE, PHOTO_BYTES = 1600, 200_000
THUMBNAIL_SIDE, THUMBNAIL_BYTES = 320, 15_000
SMALLER, QUALITIES = 0.9, (82, 65)
FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION = 0x0112
TURNS = {  # by the note of how the camera was held
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
AT_ONCE, PATIENCE_S = 2, 4.0
# Another kind of file inside, which somebody may take the photo for: a page, a script, a PDF, an archive.
SOMETHING_ELSE = re.compile(rb"<script|<html|<!doctype|<\?php|%PDF-|PK\x05\x06", re.IGNORECASE)
HEIC = re.compile(rb"....ftyp(hei[cfmsvx]|hev[cmsx]|mif1|msf1|avif|avis)", re.DOTALL)
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    AttributeError,
    OverflowError,
    MemoryError,
    RuntimeError,
    UserWarning,  # of the library, where warnings are errors
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

NOT_A_PHOTO = Words(
    N_("“%(name)s” is not a photo that we can read. Please choose a photo (JPEG, PNG or WebP).")
)
EMPTY = Words(N_("“%(name)s” is empty. Please choose the photo again."))
CUT_OFF = Words(N_("“%(name)s” is damaged or incomplete. Please choose the photo again, or take a new one."))
TOO_LARGE = Words(
    N_("“%(name)s” is too large: a photo may have 10 MB at most. A screenshot of it is small enough.")
)
TOO_MANY_PIXELS = Words(N_("“%(name)s” has too many pixels. A screenshot of it is small enough."))
TOO_SMALL = Words(
    N_("“%(name)s” is too small: nobody could see anything on it. Please choose another photo.")
)
MOVING = Words(N_("“%(name)s” is a moving picture. Please choose a still photo."))
HIGH_EFFICIENCY = Words(
    N_(
        "“%(name)s” is in a form that we cannot read (HEIC). Please choose a screenshot of it, or save it as JPEG."
    )
)
HIDES_SOMETHING = Words(N_("In “%(name)s” there is something else than a photo. Please take a new one."))
BUSY = Words(N_("Many photos are arriving at this moment. Please send it again in half a minute."))

_decoders = threading.BoundedSemaphore(AT_ONCE)


class BadPhoto(Exception):
    """A file that is no photo for us; `words` says what is wrong with it and what to do."""

    def __init__(self, words: Words, name: str):
        self.words = Words(words.text, {"name": name})
        super().__init__(words.text)


@dataclass(frozen=True)
class Picture:
    """A photo of our own making: two JPEGs, the size of the larger one in pixels, and its SHA-256."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str


def read_photo(file: IO[bytes], name: str) -> Picture:
    """Make a picture of an uploaded file; `name` is how its owner calls it. Raises BadPhoto in words.

    At most `AT_ONCE` files are decoded at the same time in a process; who waits longer than 4 s is told so.
    """
    content = file.read(LARGEST_FILE + 1)
    shown = short(name)
    if not content:
        raise BadPhoto(EMPTY, shown)
    if len(content) > LARGEST_FILE:
        raise BadPhoto(TOO_LARGE, shown)
    if HEIC.match(content):
        raise BadPhoto(HIGH_EFFICIENCY, shown)
    if not _decoders.acquire(timeout=PATIENCE_S):
        raise BadPhoto(BUSY, shown)
    try:
        return _made_anew(content, shown)
    finally:
        _decoders.release()


def short(name: str) -> str:
    """A file's name as it is said to its owner: the last part, not longer than a line."""
    last = re.split(r"[\\/]", name)[-1].strip()
    return last if len(last) <= 24 else f"{last[:16]}…{last[-7:]}"


def hides_something(content: bytes) -> bool:
    """Whether another kind of file is in it (D9)."""
    return SOMETHING_ELSE.search(content) is not None


def _made_anew(content: bytes, name: str) -> Picture:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise BadPhoto(TOO_MANY_PIXELS, name) from bomb
    except BROKEN as broken:
        raise BadPhoto(NOT_A_PHOTO, name) from broken
    with image:
        _check(image, name)
        if hides_something(content):
            raise BadPhoto(HIDES_SOMETHING, name)
        try:
            return _encoded(_plain(image))
        except BROKEN as broken:
            raise BadPhoto(CUT_OFF, name) from broken


def _check(image: Image.Image, name: str) -> None:
    """Refuse by what the file's head says, before a pixel is decoded."""
    width, height = image.size
    most = MOST_PIXELS if image.format in ("JPEG", "MPO") else MOST_PIXELS_AT_ONCE
    if width * height > most:
        raise BadPhoto(TOO_MANY_PIXELS, name)
    if min(width, height) < LEAST_SIDE:
        raise BadPhoto(TOO_SMALL, name)
    if (
        image.format != "MPO" and getattr(image, "n_frames", 1) > 1
    ):  # phones put a second view beside the first
        raise BadPhoto(MOVING, name)


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone: small enough, upright, in RGB on white; a new image, which knows nothing of the file."""
    image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
    image.load()
    upright = _upright(_in_colour(_reduced(image)), image)
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    plain.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    return plain


def _reduced(image: Image.Image) -> Image.Image:
    """A quick first step for what is much larger than needed."""
    factor = max(image.size) // (2 * PHOTO_SIDE)
    direct = image.mode in ("L", "RGB", "RGBA", "CMYK")
    return image.reduce(factor) if factor > 1 and direct else image


def _in_colour(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through."""
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    see_through = image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if see_through else "RGB")


def _upright(image: Image.Image, source: Image.Image) -> Image.Image:
    """Turned as the camera was held; a note of it that cannot be read is none."""
    try:
        turn = TURNS.get(source.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return image
    return image.transpose(turn) if turn is not None else image


def _encoded(image: Image.Image) -> Picture:
    photo, jpeg = _within(image, PHOTO_SIDE, PHOTO_BYTES)
    _small, thumbnail = _within(image, THUMBNAIL_SIDE, THUMBNAIL_BYTES)
    return Picture(jpeg, thumbnail, *photo.size, hashlib.sha256(jpeg).hexdigest())


def _within(image: Image.Image, side: float, most: int) -> tuple[Image.Image, bytes]:
    """The image with sides of at most `side` pixels in at most `most` bytes: first less quality, then smaller."""
    while True:
        smaller = image.copy()
        smaller.thumbnail((int(side), int(side)), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            out = io.BytesIO()
            smaller.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= most:
                return smaller, out.getvalue()
        side = max(smaller.size) * min(SMALLER, math.sqrt(most / out.tell()))
