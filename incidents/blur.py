"""Parts of a photo made unrecognisable for good, and where faces may be. Knows pictures and numbers, no tables.

A light blur can be undone by guessing. Here a rectangle keeps at most 3 × 3 colours, each the mean of a ninth of it:
what a face or a plate says is not in the picture any more.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from incidents.photos import Picture

COLOURS = 3  # along each side of a rectangle
MOST = 40  # rectangles in one photo
FACES = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"  # comes with OpenCV
FACE_MARGIN = 0.15  # hair and ears, which also tell who it is


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the photo, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def inside(self, width: int, height: int) -> Box | None:
        """The part of it that lies in a picture of this size; None for nothing."""
        left, top = max(0, self.x), max(0, self.y)
        right, bottom = min(width, self.x + self.width), min(height, self.y + self.height)
        return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None

    @property
    def numbers(self) -> list[int]:
        return [self.x, self.y, self.width, self.height]


def pixelated(jpeg: bytes, boxes: Iterable[Box]) -> Picture:
    """The picture, encoded anew, with these rectangles made unrecognisable."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        picture = image.convert("RGB")
    for box in boxes:
        part = box.inside(picture.width, picture.height)
        if part:
            corners = (part.x, part.y, part.x + part.width, part.y + part.height)
            few = picture.crop(corners).resize((COLOURS, COLOURS), Image.Resampling.BOX)
            picture.paste(few.resize((part.width, part.height), Image.Resampling.NEAREST), corners)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, optimize=True)
    return Picture(out.getvalue(), picture.width, picture.height)


def faces(jpeg: bytes) -> list[Box]:
    """Where faces may be, left to right; a suggestion for a person who looks, it finds neither all nor only faces."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        grey = np.asarray(image.convert("L"))
    least = max(24, min(grey.shape) // 30)
    found = _detector().detectMultiScale(grey, scaleFactor=1.1, minNeighbors=4, minSize=(least, least))
    boxes = [_with_margin(*(int(number) for number in one)) for one in found]
    inside = [box.inside(grey.shape[1], grey.shape[0]) for box in boxes[:MOST]]
    return sorted((box for box in inside if box), key=lambda box: (box.x, box.y))


@lru_cache(maxsize=1)
def _detector() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(FACES))


def _with_margin(x: int, y: int, width: int, height: int) -> Box:
    dx, dy = round(width * FACE_MARGIN), round(height * FACE_MARGIN)
    return Box(x - dx, y - dy, width + 2 * dx, height + 2 * dy)
