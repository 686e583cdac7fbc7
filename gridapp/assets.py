"""Provides the files for browsers that are not kept in the repository: ``python -m gridapp.assets``.

Three things are made at install time, all ignored by git and idempotent:

* ``static/vendor/htmx.js``, taken out of a Python package that carries it, so that nobody needs Node
  to run a town. The package is pinned with its hash in ``requirements/assets.txt``, and the one file is
  checked against a hash of our own: what reaches browsers changes only by a change in this repository.
* ``static/icons/*.png``, the seal as phones want it on their home screens, drawn from the lines of ``seal.svg``.
* ``.br`` and ``.gz`` beside each file of ``static/``, which whitenoise hands out instead of the plain
  file. The best compression is far too slow to be done while somebody waits.

It works on a checkout; a wheel already carries the result. Running it again while nothing has changed
costs some milliseconds and no network.
"""

import hashlib
import math
import subprocess
import sys
import tempfile
import zipfile
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw
from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
REQUIREMENT = ROOT / "requirements" / "assets.txt"

HTMX = STATIC / "vendor" / "htmx.js"
HTMX_MEMBER = "django_htmx/static/django_htmx/htmx-2.min.js"
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"  # htmx 2.0.10

VARIANTS = (".br", ".gz")

# The seal on its field of 40 by 40, as in static/icons/seal.svg; its corners here are straight.
SEAL, PAPER, FIELD = "#b3261e", "#fbf8f1", 40
SEAL_GROUND = (
    *((4.6, 1.9), (19, 2.4), (35.8, 1.8), (37.6, 2.6), (38.1, 4.4), (37.6, 20), (38.2, 35.4), (37.3, 37.4)),
    *((35.6, 38), (21, 37.6), (4.4, 38.2), (2.5, 37.3), (1.9, 35.6), (2.4, 19), (1.8, 4.6), (2.6, 2.5)),
)
SEAL_CUT = (
    ((7.5, 18.2), (20, 8), (32.5, 18.2)),
    ((11, 19), (11, 32), (29, 32), (29, 19)),
    ((20, 14.5), (20, 32)),
    ((11, 24.2), (29, 24.2)),
)
CUT_WIDTH = 3
FINE = 4  # drawn so many times as large, for smooth edges
# Name → size, and whether the seal fills the square with room to be cut round (maskable).
ICONS = {
    "seal-192.png": (192, False),
    "seal-512.png": (512, False),
    "seal-maskable-512.png": (512, True),
    "seal-touch-180.png": (180, True),
}


class AssetsUnavailable(Exception):
    """The browser's files can't be provided; the text says why and what helps."""


def main() -> int:
    """Provide everything; return the exit code (1: refused, with the reason on stderr)."""
    try:
        if fetch_htmx():
            _say(f"fetched {HTMX.relative_to(ROOT)}")
        if drawn := draw_icons():
            _say(f"icons drawn: {drawn}")
        if count := compress_static():
            _say(f"files compressed: {count}")
    except AssetsUnavailable as reason:
        sys.stderr.write(f"gridapp.assets: {reason}\n")
        return 1
    return 0


def fetch_htmx() -> bool:
    """Put the pinned htmx in its place; return False when it was already there."""
    if HTMX.is_file() and _sha256(HTMX.read_bytes()) == HTMX_SHA256:
        return False
    script = _htmx_from_package()
    if (found := _sha256(script)) != HTMX_SHA256:
        raise AssetsUnavailable(f"htmx has the SHA-256 {found} instead of {HTMX_SHA256}: nothing changed.")
    HTMX.parent.mkdir(parents=True, exist_ok=True)
    HTMX.write_bytes(script)
    return True


def _htmx_from_package() -> bytes:
    """Download the pinned package into a temporary folder and read the one file; raise if there is none."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
        command += ["--requirement", str(REQUIREMENT), "--dest", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssetsUnavailable(
                f"htmx could not be downloaded. Is the network up?\n{done.stderr.strip()}"
            )
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(HTMX_MEMBER)


def draw_icons() -> int:
    """Draw the icons that are missing; return how many. Take one away, or change this file, to have it drawn anew."""
    drawn = 0
    for name, (size, maskable) in ICONS.items():
        file = STATIC / "icons" / name
        if file.exists() and file.stat().st_mtime > Path(__file__).stat().st_mtime:
            continue
        _seal(size, maskable=maskable).quantize(32).save(file, optimize=True)
        drawn += 1
    return drawn


def _seal(size: int, *, maskable: bool) -> Image.Image:
    side = size * FINE
    scale = side / FIELD * (0.8 if maskable else 1)
    start = (side - FIELD * scale) / 2
    picture = Image.new("RGBA", (side, side), SEAL if maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if not maskable:
        pen.polygon([(x * scale + start, y * scale + start) for x, y in SEAL_GROUND], fill=SEAL)
    for line in SEAL_CUT:
        for (x1, y1), (x2, y2) in pairwise(line):
            half = CUT_WIDTH / 2 / math.hypot(x2 - x1, y2 - y1)
            along, across = (x2 - x1) * half, (y2 - y1) * half
            corners = [
                (x1 - along - across, y1 - across + along),
                (x2 + along - across, y2 + across + along),
                (x2 + along + across, y2 + across - along),
                (x1 - along + across, y1 - across - along),
            ]
            pen.polygon([(x * scale + start, y * scale + start) for x, y in corners], fill=PAPER)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def compress_static() -> int:
    """Write the compressed variants that are missing or stale; return how many files were looked at anew.

    A variant bears the modification time of its file, so an older file that is put back counts as a
    change too. Variants of files that are gone are removed, or they would be served for ever.
    """
    compressor = Compressor(quiet=True)
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    for variant in files:
        if variant.suffix in VARIANTS and not variant.with_suffix("").exists():
            variant.unlink()
    stale = [path for path in files if compressor.should_compress(path.name) and not _is_compressed(path)]
    for path in stale:
        for suffix in VARIANTS:
            _variant(path, suffix).unlink(missing_ok=True)
        compressor.compress(str(path))
    return len(stale)


def _is_compressed(path: Path) -> bool:
    """Whether a variant of just this version is there; one suffices: the other may not have been worth it."""
    times = [_variant(path, suffix).stat().st_mtime for suffix in VARIANTS if _variant(path, suffix).exists()]
    return bool(times) and all(abs(time - path.stat().st_mtime) < 0.001 for time in times)


def _variant(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
