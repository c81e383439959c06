"""Photos as they may be kept: decoded, turned upright, made smaller, encoded again as JPEG without any metadata.

What is stored was written by us; nothing of the uploaded file survives, its GPS position and camera number included.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import struct
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from geo.errors import Invalid, TooLarge, UnsupportedMedia

register_heif_opener()
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LONGEST_SIDE = 2048
# A phone's 50 megapixels pass where the format is read at a reduced size (JPEG) or comes from phones only (HEIC);
# other formats are unpacked whole, so that a quarter of a megabyte could ask for a gigabyte.
MOST_PIXELS = {"JPEG": 64_000_000, "HEIF": 52_000_000}
MOST_PIXELS_WHOLE = 25_000_000
BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, RuntimeError, MemoryError, struct.error,
          Image.DecompressionBombError)  # fmt: skip
_decoding = threading.BoundedSemaphore(2)  # photos that one process unpacks at a time


@dataclass(frozen=True)
class Picture:
    """A re-encoded photo: JPEG bytes, size in pixels."""

    jpeg: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.jpeg).hexdigest()


def read_picture(upload: IO[bytes], size: int | None) -> Picture:
    """Decode and re-encode an uploaded photo.

    Raises TooLarge (bytes), UnsupportedMedia (no JPEG, PNG, WebP or HEIC), Invalid (broken, or too many pixels).
    """
    if size is not None and size > settings.PHOTO_MAX_BYTES:
        raise TooLarge.at("photos", _("A photo can have at most 10 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(upload, formats=FORMATS)
    except UnidentifiedImageError:
        raise UnsupportedMedia.at(
            "photos", _("This file is not a photo (JPEG, PNG, WebP or HEIC).")
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except BROKEN:
        raise _broken() from None
    if image.width * image.height > MOST_PIXELS.get(image.format or "", MOST_PIXELS_WHOLE):
        raise _too_many_pixels()
    try:
        with _decoding:
            return _encode(image)
    except BROKEN:
        raise _broken() from None


def _too_many_pixels() -> Invalid:
    return Invalid.at("photos", _("This photo has too many pixels. Please send a smaller one."))


def _broken() -> Invalid:
    return Invalid.at(
        "photos", _("This photo is broken and cannot be opened. Please take or choose another one.")
    )


def _encode(image: Image.Image) -> Picture:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(image, in_place=True)
    plain = Image.new("RGB", image.size, "white")
    rgba = image.convert("RGBA")
    plain.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85, optimize=True)
    return Picture(out.getvalue(), plain.width, plain.height)


def keep_file(picture: Picture) -> str:
    """Write a picture below MEDIA_ROOT under a random name, safe on disk when this returns; gives the name."""
    name = f"{secrets.token_hex(16)}.jpg"
    path = photo_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb") as file:
        file.write(picture.jpeg)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name


@contextmanager
def kept_files(pictures: Sequence[Picture]) -> Iterator[list[str]]:
    """The names of the kept files of pictures; what raises inside takes the files back."""
    files = [keep_file(picture) for picture in pictures]
    try:
        yield files
    except OperationalError:
        raise  # the connection broke, perhaps after the commit: the files may belong to what was written
    except BaseException:
        for name in files:
            drop_file(name)
        raise


def drop_file(name: str) -> None:
    """Remove a kept file whose row was not committed."""
    photo_path(name).unlink(missing_ok=True)


def keep_original(name: str) -> str:
    """Put a kept file apart as well, where no page looks; gives its name. The file itself stays where it was."""
    return _also(photo_path(name), original_path(name))


def put_back(name: str) -> str:
    """Bring an original back among the photos; gives its name. It stays apart as well, until it is dropped there."""
    return _also(original_path(name), photo_path(name))


def _also(there: Path, here: Path) -> str:
    here.parent.mkdir(parents=True, exist_ok=True)
    if not here.exists():
        os.link(there, here)
    return here.name


def drop_original(name: str) -> None:
    original_path(name).unlink(missing_ok=True)


def photo_files() -> Iterator[Path]:
    """Every kept file."""
    return (Path(settings.MEDIA_ROOT) / "photos").glob("*/*.jpg")


def original_files() -> Iterator[Path]:
    """Every original that lies apart, its shown copy being covered."""
    return (Path(settings.MEDIA_ROOT) / "originals").glob("*/*.jpg")


def original_path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "originals" / name[:2] / name


def photo_path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "photos" / name[:2] / name
