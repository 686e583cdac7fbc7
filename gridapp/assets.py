"""Provides the files for browsers that are not kept in the repository: ``python -m gridapp.assets``.

Two things are made at install time, both ignored by git and both idempotent:

* ``static/vendor/htmx.js``, taken out of a Python package that carries it, so that nobody needs Node
  to run a town. The package is pinned with its hash in ``requirements/assets.txt``, and the one file is
  checked against a hash of our own: what reaches browsers changes only by a change in this repository.
* ``.br`` and ``.gz`` beside each file of ``static/``, which whitenoise hands out instead of the plain
  file. The best compression is far too slow to be done while somebody waits.

It works on a checkout; a wheel already carries the result. Running it again while nothing has changed
costs some milliseconds and no network.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
REQUIREMENT = ROOT / "requirements" / "assets.txt"

HTMX = STATIC / "vendor" / "htmx.js"
HTMX_MEMBER = "django_htmx/static/django_htmx/htmx-2.min.js"
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"  # htmx 2.0.10

VARIANTS = (".br", ".gz")


class AssetsUnavailable(Exception):
    """The browser's files can't be provided; the text says why and what helps."""


def main() -> int:
    """Provide everything; return the exit code (1: refused, with the reason on stderr)."""
    try:
        if fetch_htmx():
            _say(f"fetched {HTMX.relative_to(ROOT)}")
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
