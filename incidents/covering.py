"""Covering what a photo must not show, and the way back: everybody gets the covered copy, the original lies apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, Invalid, NotFound
from incidents.access import Viewer, photo_for
from incidents.blur import MOST, Box, faces, pixelated
from incidents.models import Member, Photo
from incidents.photos import (
    drop_file,
    drop_original,
    keep_file,
    keep_original,
    original_path,
    photo_path,
    put_back,
)


def photo_to_cover(viewer: Viewer, pk: int) -> Photo:
    """A photo that one may cover: operators any, an agency those of its own work. Raises NotFound, Forbidden."""
    photo = photo_for(viewer, pk)
    own = (
        photo.entry is not None and photo.entry.agency_id is not None and photo.entry.agency == viewer.agency
    )
    if viewer.role != Member.Role.OPERATOR and not own:
        raise Forbidden(_("Photos of reports are covered by the operator."))
    return photo


def uncovered_bytes(photo: Photo) -> bytes:
    """The photo as it was taken. Only for making a covered copy; who wants to look asks incidents/reveal.py."""
    path = original_path(photo.original) if photo.original else photo_path(photo.file)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(_("This photo was erased.")) from None


def suggested(photo: Photo) -> list[Box]:
    """What is covered already, or else where faces may be."""
    if photo.original:
        return [Box(*numbers) for numbers in photo.covered]
    return faces(uncovered_bytes(photo))


def cover(photo: Photo, boxes: Sequence[Box]) -> Photo:
    """Make these rectangles unrecognisable, from the original, instead of those covered before. Raises Invalid."""
    if not boxes:
        raise Invalid.at("boxes", _("Please mark at least one part of the photo."))
    if len(boxes) > MOST:
        raise Invalid.at("boxes", _("These are too many parts for one photo."))
    if not any(box.inside(photo.width, photo.height) for box in boxes):
        raise Invalid.at("boxes", _("What is marked lies outside the photo."))
    kept_now: list[str] = []
    try:
        with transaction.atomic():
            kept = _locked(photo)
            picture = pixelated(uncovered_bytes(kept), boxes)
            before, kept.file, kept.sha256 = kept.file, keep_file(picture), picture.sha256
            kept_now.append(kept.file)
            kept.original = kept.original or keep_original(before)
            kept.covered = [box.numbers for box in boxes]
            kept.save(update_fields=["file", "sha256", "original", "covered"])
    except OperationalError:
        raise  # the connection broke, perhaps after the commit: the file may be the photo's
    except BaseException:
        for name in kept_now:
            drop_file(name)
        raise
    drop_file(before)
    return kept


def uncover(viewer: Viewer, photo: Photo) -> Photo:
    """The original again, instead of the covered copy: only operators. Raises Forbidden, Conflict."""
    if viewer.role != Member.Role.OPERATOR:
        raise Forbidden(_("Only an operator can show the original again."))
    with transaction.atomic():
        kept = _locked(photo)
        if not kept.original:
            raise Conflict(_("Nothing of this photo is covered."))
        covered, original = kept.file, kept.original
        digest = hashlib.sha256(uncovered_bytes(kept)).hexdigest()
        kept.file, kept.sha256, kept.original, kept.covered = put_back(original), digest, "", []
        kept.save(update_fields=["file", "sha256", "original", "covered"])
    drop_file(covered)
    drop_original(original)
    return kept


def _locked(photo: Photo) -> Photo:
    return Photo.objects.select_for_update().get(pk=photo.pk)
