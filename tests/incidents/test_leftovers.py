"""What a killed process leaves on disk is found again."""

from __future__ import annotations

import os
import time

import pytest
from django.contrib.auth.models import User

from incidents.leftovers import AGE_SECONDS, forget_leftovers
from incidents.models import Category, Entry, Photo
from incidents.photos import keep_file, photo_path
from tests.incidents.made import case, do, picture

pytestmark = pytest.mark.django_db


def test_only_old_photos_that_no_case_names_are_deleted(
    categories: dict[str, Category], petugas_dlh: User
) -> None:
    do(petugas_dlh, case(), Entry.Kind.RESOLVED, "Sampah sudah diangkut.", pictures=(picture(),))
    kept = Photo.objects.get().file
    young, lost = keep_file(picture()), keep_file(picture())
    past = time.time() - AGE_SECONDS - 60
    for name in (kept, lost):
        os.utime(photo_path(name), (past, past))

    assert forget_leftovers() == 1

    assert photo_path(kept).exists()
    assert photo_path(young).exists()
    assert not photo_path(lost).exists()
    assert forget_leftovers() == 0
