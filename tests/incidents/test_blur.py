"""What is covered in a photo is gone from it, whoever sees it; the original lies apart, and looks at it are logged."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image, ImageDraw, ImageFilter

from incidents.blur import COLOURS, Box, faces, pixelated
from incidents.models import AccessLog, Category, Entry, Incident, Photo
from incidents.photos import Picture, original_path, photo_path, read_picture
from tests.conftest import signed_in
from tests.incidents.made import case, do

Categories = dict[str, Category]
SIZE = (320, 240)
PART = Box(96, 64, 120, 90)


def noisy() -> Picture:
    """A photo in which every pixel differs: whatever survives a covering would be seen."""
    noise = np.random.default_rng(7).integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    return read_picture(io.BytesIO(out.getvalue()), len(out.getvalue()))


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(int)


def inside(image: np.ndarray, box: Box) -> np.ndarray:
    return image[box.y : box.y + box.height, box.x : box.x + box.width]


@pytest.fixture
def photo(categories: Categories) -> Photo:
    return Photo.objects.get(complaint__incident=case(pictures=(noisy(),)))


def form(*boxes: Box) -> dict[str, list[str]]:
    rows = [[str(number) for number in box.numbers] for box in boxes] + [[""] * 4]
    return dict(zip(("x", "y", "width", "height"), map(list, zip(*rows, strict=True)), strict=True))


def test_a_covered_part_keeps_nine_colours_and_the_rest_stays() -> None:
    before = noisy()
    after = pixelated(before.jpeg, [PART])
    old, new = pixels(before.jpeg), pixels(after.jpeg)

    part = inside(new, PART)
    cells = [
        part[i * 30 + 8 : i * 30 + 22, j * 40 + 8 : j * 40 + 32]
        for i in range(COLOURS)
        for j in range(COLOURS)
    ]
    assert max(cell.std(axis=(0, 1)).max() for cell in cells) < 6  # one colour, but for JPEG's rounding
    assert inside(old, PART).std() > 40
    assert np.abs(new[:40] - old[:40]).mean() < 25
    assert (after.width, after.height) == SIZE


def test_two_photos_of_the_same_mean_look_the_same_once_covered() -> None:
    """Nothing else of the part is in the file: what differs only in detail becomes equal."""
    grid = np.indices((SIZE[1], SIZE[0])).sum(axis=0)
    one, other = (np.where((grid + shift) % 2 == 0, 90, 150).astype(np.uint8) for shift in (0, 1))
    covered = []
    for image in (one, other):
        out = io.BytesIO()
        Image.fromarray(image).save(out, "JPEG", quality=95)
        covered.append(inside(pixels(pixelated(out.getvalue(), [PART]).jpeg), Box(104, 72, 100, 70)))
    assert np.abs(covered[0] - covered[1]).max() <= 3


def test_a_part_over_the_edge_is_cut_and_one_outside_does_nothing() -> None:
    before = noisy()

    assert Box(300, 200, 90, 90).inside(*SIZE) == Box(300, 200, 20, 40)
    assert Box(400, 10, 5, 5).inside(*SIZE) is None
    assert pixelated(before.jpeg, [Box(400, 10, 5, 5)]).width == SIZE[0]


def drawn_face(radius: int) -> bytes:
    """A face as simple as a detector still takes for one, in the middle of a grey wall."""
    image = Image.new("RGB", (480, 360), (90, 110, 120))
    draw = ImageDraw.Draw(image)

    def oval(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        left, top = 240 + (x - wide) * radius, 180 + (y - high) * radius
        draw.ellipse((left, top, left + 2 * wide * radius, top + 2 * high * radius), fill=colour)

    oval(0, -0.25, 0.85, 1.0, (40, 30, 25))
    oval(0, 0, 0.75, 1.0, (205, 165, 140))
    for side in (-1, 1):
        oval(side * 0.32, -0.22, 0.22, 0.13, (120, 85, 70))
        oval(side * 0.32, -0.2, 0.16, 0.07, (235, 235, 235))
        oval(side * 0.32, -0.2, 0.07, 0.07, (25, 20, 20))
        oval(side * 0.32, -0.38, 0.24, 0.05, (50, 35, 30))
    oval(0, 0.02, 0.09, 0.22, (222, 185, 160))
    oval(0, 0.52, 0.3, 0.09, (150, 70, 65))
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(2.2)).save(out, "JPEG")
    return out.getvalue()


def test_a_face_is_suggested_and_covering_it_leaves_none() -> None:
    jpeg = drawn_face(70)
    (found,) = faces(jpeg)

    assert found.x < 240 < found.x + found.width
    assert found.y < 180 < found.y + found.height
    assert faces(pixelated(jpeg, [found]).jpeg) == []


def test_a_wall_has_no_face() -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "olive").save(out, "JPEG")

    assert faces(out.getvalue()) == []


def test_what_an_operator_covers_is_covered_for_everybody(
    photo: Photo, operator: User, petugas_dlh: User
) -> None:
    original = photo_path(photo.file).read_bytes()
    page = f"/meja/foto/{photo.pk}/samarkan"
    desk = signed_in(operator)

    assert desk.get(page).status_code == 200
    assert desk.post(page, form(PART)).status_code == 302

    photo.refresh_from_db()
    shown = b"".join(signed_in(petugas_dlh).get(f"/meja/foto/{photo.pk}").streaming_content)  # type: ignore[attr-defined]
    assert inside(pixels(shown), PART).std() < 25 < inside(pixels(original), PART).std()
    assert original_path(photo.original).read_bytes() == original
    assert not photo_path(photo.original).exists()


def test_covering_again_begins_with_the_original(photo: Photo, operator: User) -> None:
    desk, page = signed_in(operator), f"/meja/foto/{photo.pk}/samarkan"
    original = photo_path(photo.file).read_bytes()
    desk.post(page, form(PART))
    elsewhere = Box(0, 0, 60, 50)

    desk.post(page, form(elsewhere))

    photo.refresh_from_db()
    now = pixels(photo_path(photo.file).read_bytes())
    assert inside(now, PART).std() > 40
    assert inside(now, elsewhere).std() < 25
    assert original_path(photo.original).read_bytes() == original


def test_an_operator_can_undo_it_and_nobody_else(photo: Photo, operator: User, petugas_dlh: User) -> None:
    original = photo_path(photo.file).read_bytes()
    signed_in(operator).post(f"/meja/foto/{photo.pk}/samarkan", form(PART))

    assert signed_in(petugas_dlh).post(f"/meja/foto/{photo.pk}/pulihkan").status_code == 403
    assert signed_in(operator).post(f"/meja/foto/{photo.pk}/pulihkan").status_code == 302

    photo.refresh_from_db()
    assert photo_path(photo.file).read_bytes() == original
    assert (photo.original, photo.covered) == ("", [])
    assert signed_in(operator).post(f"/meja/foto/{photo.pk}/pulihkan").status_code == 409


def test_a_look_at_the_original_needs_a_reason_and_is_written_down(
    photo: Photo, operator: User, petugas_dlh: User
) -> None:
    original = photo_path(photo.file).read_bytes()
    signed_in(operator).post(f"/meja/foto/{photo.pk}/samarkan", form(PART))
    address, reason = f"/meja/foto/{photo.pk}/asli", {"reason": "Polisi meminta plat nomor truk."}

    assert signed_in(petugas_dlh).post(address, reason).status_code == 403
    assert signed_in(operator).post(address, {"reason": "perlu"}).status_code == 422
    assert not AccessLog.objects.exists()

    answer = signed_in(operator).post(address, reason)

    assert b"".join(answer.streaming_content) == original  # type: ignore[attr-defined]
    assert "no-store" in answer["Cache-Control"]
    look = AccessLog.objects.get()
    assert (look.user, look.what, look.subject) == (operator, AccessLog.What.ORIGINAL, photo.pk)


def test_an_agency_covers_its_own_work_but_not_a_citizens_photo(
    photo: Photo, petugas_dlh: User, petugas_lain: User
) -> None:
    incident = Incident.objects.get()
    done = Photo.objects.get(entry=do(petugas_dlh, incident, Entry.Kind.RESOLVED, pictures=(noisy(),)))

    assert signed_in(petugas_dlh).post(f"/meja/foto/{photo.pk}/samarkan", form(PART)).status_code == 403
    assert signed_in(petugas_lain).post(f"/meja/foto/{done.pk}/samarkan", form(PART)).status_code == 404
    assert signed_in(petugas_dlh).post(f"/meja/foto/{done.pk}/samarkan", form(PART)).status_code == 302

    code = incident.complaints.get().tracking_code
    seen = b"".join(Client().get(f"/lacak/{code}/foto/{done.pk}").streaming_content)  # type: ignore[attr-defined]
    assert inside(pixels(seen), PART).std() < 25


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"x": ["1"], "y": ["1"], "width": ["a"], "height": ["4"]},
        {"x": ["-4"], "y": ["1"], "width": ["9"], "height": ["4"]},
        {"x": ["1"], "y": ["1"], "width": [""], "height": ["4"]},
        {"x": ["900"], "y": ["900"], "width": ["9"], "height": ["9"]},
        {name: ["1"] * 41 for name in ("x", "y", "width", "height")},
    ],
)
def test_what_is_no_part_of_the_photo_is_refused_and_stays_in_the_form(
    photo: Photo, operator: User, typed: dict[str, list[str]]
) -> None:
    answer = signed_in(operator).post(f"/meja/foto/{photo.pk}/samarkan", typed)

    assert answer.status_code == 422
    assert "alert" in answer.content.decode()
    photo.refresh_from_db()
    assert photo.original == ""
