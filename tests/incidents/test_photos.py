"""What is kept of an upload: a picture that we wrote ourselves, and nothing that came with it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from geo.errors import DomainError, Invalid, TooLarge, UnsupportedMedia
from incidents.photos import LONGEST_SIDE, Picture, drop_file, keep_file, photo_path, read_picture

GPS, ORIENTATION = 0x8825, 0x0112


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(content: bytes) -> Picture:
    return read_picture(io.BytesIO(content), len(content))


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.jpeg))


def with_place(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[GPS] = {1: "S", 2: (7.0, 40.0, 12.0)}
    exif[0x0110] = "Merek Ponsel X"
    exif[ORIENTATION] = orientation
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_four_kinds_of_phones_and_desks_become_plain_jpeg(kind: str) -> None:
    picture = read(encoded(Image.new("RGB", (64, 48), "teal"), kind))

    assert opened(picture).format == "JPEG"
    assert (picture.width, picture.height) == (64, 48)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_place_and_phone_are_gone(kind: str) -> None:
    source = encoded(Image.new("RGB", (64, 48), "teal"), kind, exif=with_place().tobytes())
    picture = read(source)

    assert b"Merek Ponsel X" in source
    assert b"Merek Ponsel X" not in picture.jpeg
    assert not opened(picture).getexif()
    assert set(opened(picture).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_turned_photo_stands_upright() -> None:
    image = Image.new("RGB", (80, 40), "white")
    image.paste("black", (0, 0, 20, 40))
    picture = read(encoded(image, "JPEG", exif=with_place(orientation=6).tobytes()))

    assert (picture.width, picture.height) == (40, 80)
    upright = np.asarray(opened(picture).convert("L"))  # rows from the top
    assert upright[5, 20] < 60  # what was left is now on top
    assert upright[75, 20] > 200


def test_large_photos_become_small_enough() -> None:
    picture = read(encoded(Image.new("RGB", (5000, 2500), "olive"), "JPEG"))

    assert (picture.width, picture.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_unusual_colours_are_read(mode: str) -> None:
    picture = read(encoded(Image.new(mode, (20, 10)), "JPEG" if mode == "CMYK" else "PNG"))

    assert opened(picture).mode == "RGB"


def test_transparent_parts_become_white() -> None:
    picture = read(encoded(Image.new("RGBA", (20, 10), (0, 0, 0, 0)), "PNG"))

    assert np.asarray(opened(picture)).min() > 250


def bomb() -> bytes:
    return encoded(Image.new("1", (12_000, 12_000)), "PNG")


def half() -> bytes:
    whole = encoded(Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG")
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', UnsupportedMedia),
        (b"PK\x03\x04" + b"\x00" * 100, UnsupportedMedia),
        (b"%PDF-1.7\n", UnsupportedMedia),
        (b"", UnsupportedMedia),
        (encoded(Image.new("RGB", (4, 4)), "GIF"), UnsupportedMedia),
        (encoded(Image.new("RGB", (4, 4)), "TIFF"), UnsupportedMedia),
        (half(), Invalid),
        (bomb(), Invalid),
    ],
    ids=["svg", "zip", "pdf", "empty", "gif", "tiff", "cut off", "bomb"],
)
def test_everything_else_is_refused(content: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error) as refused:
        read(content)

    assert [one.field for one in refused.value.errors] == ["photos"]


def test_more_than_ten_megabytes_are_not_even_decoded() -> None:
    with pytest.raises(TooLarge):
        read_picture(io.BytesIO(b"no photo at all"), 10 * 1024 * 1024 + 1)


def test_kept_files_have_random_names_and_can_be_dropped() -> None:
    picture = read(encoded(Image.new("RGB", (8, 8), "teal"), "PNG"))
    names = {keep_file(picture) for _i in range(3)}

    assert len(names) == 3
    for name in names:
        assert photo_path(name).read_bytes() == picture.jpeg
        drop_file(name)
        assert not photo_path(name).exists()
