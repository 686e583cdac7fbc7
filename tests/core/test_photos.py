"""A file becomes a photo of our own making, or is refused in words (C20, D9)."""

from __future__ import annotations

import io
import os
import random
import struct
import threading
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from gridapp.core import photos
from gridapp.core.photos import BadPhoto, Picture, read_photo
from tests.factories import picture_file

PHONES = os.environ.get("GRIDAPP_PHONE_PHOTOS", "")  # a folder of photos as phones took them
PLACE = {1: "N", 2: (31.0, 13.0, 20.0), 3: "E", 4: (121.0, 22.0, 10.0)}
SECRET = b"gridapp-secret-trail"


def made(content: bytes, name: str = "photo.jpg") -> Picture:
    """What becomes of a file with this content."""
    return read_photo(io.BytesIO(content), name)


def seen(jpeg: bytes) -> Image.Image:
    """The picture that a JPEG shows."""
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def phone_photo(orientation: int = 1, size: tuple[int, int] = (400, 300)) -> bytes:
    """A photo as phones take it: red at the top left as the sensor lay, with position, maker and a comment."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="red")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8769] = orientation, SECRET.decode(), {0x9003: "2026:11:23 09:00:00"}
    exif[0x8825] = PLACE
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=SECRET, quality=90)
    return out.getvalue()


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG whose head promises a size, whatever comes after."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def animated(kind: str) -> bytes:
    """Two pictures one after the other."""
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


# -- what leaves us


def test_position_maker_time_and_comment_stay_outside():  # C20, D9
    sent = phone_photo()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)  # the control: it was there
    assert SECRET in sent

    picture = made(sent)

    for jpeg in (picture.jpeg, picture.thumbnail):
        assert not seen(jpeg).getexif()
        assert not set(seen(jpeg).info) & {"exif", "comment", "xmp", "icc_profile", "photoshop"}
        assert SECRET not in jpeg
        assert b"Exif" not in jpeg


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (1, 0)),
        (3, (1, 1)),
        (4, (0, 1)),
        (5, (0, 0)),
        (6, (1, 0)),
        (7, (1, 1)),
        (8, (0, 1)),
    ],
)
def test_a_photo_stands_upright_however_the_phone_was_held(orientation: int, corner: tuple[int, int]):
    picture = made(phone_photo(orientation))

    image = seen(picture.jpeg)
    turned = orientation > 4
    assert (picture.width, picture.height) == image.size == ((300, 400) if turned else (400, 300))
    red, green, _blue = image.getpixel(
        (20 + corner[0] * (image.width - 41), 20 + corner[1] * (image.height - 41))
    )
    assert red > 200 > 100 > green


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1601, 40), (300, 200)])
def test_a_photo_and_its_thumbnail_keep_to_their_sizes_even_when_they_are_mere_noise(size: tuple[int, int]):
    noise = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=60)

    picture = made(out.getvalue())

    assert len(picture.jpeg) <= 200_000
    assert len(picture.thumbnail) <= 15_000
    assert max(picture.width, picture.height) <= min(1600, max(size))
    assert max(seen(picture.thumbnail).size) <= 320


@pytest.mark.parametrize("name", ["phone_gps_orient1.jpg", "phone_gps_orient6.jpg"])
def test_photos_of_real_phones_come_out_upright_and_without_position(name: str):
    file = Path(PHONES) / name
    if not PHONES or not file.exists():
        pytest.skip(f"there is no {name}; GRIDAPP_PHONE_PHOTOS=FOLDER names the folder where it lies")
    with Image.open(file) as before:
        assert before.getexif().get_ifd(0x8825)

    picture = made(file.read_bytes())

    assert not seen(picture.jpeg).getexif()
    assert (picture.width < picture.height) == ("6" in name)


# -- what comes in


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_way_to_write_colours_is_understood(mode: str):
    out = io.BytesIO()
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    Image.new("RGB", (90, 60), "white").convert("L" if mode == "I;16" else mode.replace("PA", "P")).convert(
        mode if mode != "PA" else "P"
    ).save(out, kind)

    picture = made(out.getvalue())

    assert (picture.width, picture.height) == (90, 60)
    assert seen(picture.jpeg).mode == "RGB"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_shines_through_lies_on_white(kind: str):
    out = io.BytesIO()
    Image.new("RGBA", (90, 60), (0, 0, 0, 0)).save(out, kind)

    assert min(seen(made(out.getvalue()).jpeg).getpixel((45, 30))) > 250


def test_a_wrong_ending_of_the_name_does_not_matter():
    assert made(picture_file(kind="PNG"), "brief.pdf").width == 640


JPEG, A_PNG = picture_file(), picture_file(kind="PNG")
ZIP_END = b"PK\x03\x04evil.txt" + b"PK\x05\x06" + b"\0" * 18
NO_PHOTOS = {
    "nothing": (b"", "empty"),
    "a text": ("你好".encode(), "not a photo"),
    "a drawing with a script": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "not a photo",
    ),
    "a page": (b"<!doctype html><script>alert(1)</script>", "not a photo"),
    "a PDF": (b"%PDF-1.7 " + b"x" * 500, "not a photo"),
    "a GIF": (picture_file(kind="GIF"), "not a photo"),
    "a TIFF": (picture_file(kind="TIFF"), "not a photo"),
    "a BMP": (picture_file(kind="BMP"), "not a photo"),
    "an iPhone's own kind": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "HEIC"),
    "a JPEG cut in half": (JPEG[: len(JPEG) // 2], "damaged"),
    "a PNG cut in half": (A_PNG[: len(A_PNG) // 2], "damaged"),
    "the head of a JPEG": (JPEG[:24], "damaged|not a photo"),
    "a PNG that promises more than it has": (png(5000, 5000, b"\0" * 99), "damaged"),
    "one pixel": (picture_file((1, 1)), "too small"),
    "a moving PNG": (animated("PNG"), "moving"),
    "a moving WebP": (animated("WEBP"), "moving"),
    "a bomb of 2.5 thousand million pixels": (png(50_000, 50_000), "too many pixels"),
    "a bomb within the library's limit": (png(9_000, 9_000), "too many pixels"),
    "a JPEG with a page behind it": (JPEG + b"<html><script>alert(1)</script>", "something else"),
    "a PNG that is an archive too": (A_PNG + ZIP_END, "something else"),
    "a JPEG that is a PDF too": (JPEG + b"%PDF-1.4\n1 0 obj", "something else"),
    "more than 10 MB": (JPEG + b"\0" * photos.LARGEST_FILE, "too large"),
}


@pytest.mark.parametrize(("content", "said"), NO_PHOTOS.values(), ids=NO_PHOTOS)
def test_what_is_no_photo_is_refused_in_words(content: bytes, said: str):  # D9
    with pytest.raises(BadPhoto, match=said) as refused:
        made(content, "C:\\DCIM\\很长很长很长很长很长很长很长很长的照片的名字.jpg")

    assert refused.value.words.parts["name"].endswith("….jpg") or "…" in refused.value.words.parts["name"]


@pytest.mark.parametrize("name", ["a JPEG with a page behind it", "a PNG that is an archive too"])
def test_even_where_it_were_not_found_nothing_of_it_is_in_the_photo(  # the negative control of the search
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(photos, "hides_something", lambda _content: False)

    picture = made(NO_PHOTOS[name][0])

    assert not photos.SOMETHING_ELSE.search(picture.jpeg + picture.thumbnail)
    assert b"evil" not in picture.jpeg


def test_without_the_look_at_its_head_a_bomb_is_decoded(monkeypatch: pytest.MonkeyPatch):  # negative control
    monkeypatch.setattr(photos, "MOST_PIXELS_AT_ONCE", 10**9)

    with pytest.raises(BadPhoto, match="damaged"):  # it came as far as the decoder
        made(png(9_000, 9_000))


@pytest.mark.parametrize("good", [phone_photo(6), picture_file(kind="PNG"), picture_file(kind="WEBP")])
def test_a_file_with_flipped_bits_is_a_photo_or_refused_and_never_anything_else(good: bytes):
    dice = random.Random(31010510)
    for _try in range(120):
        broken = bytearray(good)
        for _bit in range(dice.randint(1, 12)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            picture = made(bytes(broken))
        except BadPhoto:
            continue
        assert not seen(picture.jpeg).getexif()


# -- how many at once


def test_no_more_than_two_are_decoded_at_the_same_time(monkeypatch: pytest.MonkeyPatch):
    inside, most, free = [0], [0], threading.Event()

    def slow(content: bytes, name: str) -> Picture:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        free.wait(0.05)
        inside[0] -= 1
        return Picture(content, content, 1, 1, "")

    monkeypatch.setattr(photos, "_made_anew", slow)
    threads = [threading.Thread(target=made, args=(JPEG,)) for _one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most[0] == 2


def test_whoever_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(photos, "_decoders", threading.BoundedSemaphore(1))
    monkeypatch.setattr(photos, "PATIENCE_S", 0.01)
    photos._decoders.acquire()

    with pytest.raises(BadPhoto, match="half a minute"):
        made(JPEG)
