"""What the public may read: datasets, their releases, the files and the released rows.

Every table here is named `released_…`; the role of the public readers can select from these and from no other. Rows are
never changed: a correction is a new release.
"""

from __future__ import annotations

from django.db import models


class Dataset(models.Model):
    """A line of releases with one meaning, e.g. counts per kelurahan, category and week."""

    slug = models.SlugField(max_length=80, unique=True)
    title_id = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    notes_id = models.TextField()
    notes_en = models.TextField()
    licence = models.CharField(max_length=40, default="CC-BY-4.0")
    organization = models.CharField(max_length=200)
    tags = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "released_dataset"

    def __str__(self) -> str:
        return self.slug


class Release(models.Model):
    """One immutable version: a period of a dataset, with how it was made."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    period = models.CharField(max_length=20, help_text="e.g. 2026-10")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day in it")
    partial = models.BooleanField(default=False, help_text="the period had not ended yet")
    rows = models.PositiveIntegerField()
    edition = models.CharField(max_length=80)
    approximate_borders = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    audit = models.JSONField(default=dict)
    dictionary = models.JSONField(default=list)
    released_at = models.DateTimeField()

    class Meta:
        db_table = "released_release"
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="released_version_once")]
        ordering = ["-starts_on", "-released_at"]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.version}"


class Resource(models.Model):
    """One file of a release; its bytes never change."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="resources")
    uuid = models.UUIDField(unique=True)
    file = models.CharField(max_length=120)
    format = models.CharField(max_length=20)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "released_resource"
        constraints = [models.UniqueConstraint(fields=["release", "file"], name="released_file_once")]

    def __str__(self) -> str:
        return self.file


class ReleasedCount(models.Model):
    """One cell of a release: how many reports of a category in a kelurahan in an ISO week."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="counts")
    kelurahan_code = models.CharField(max_length=20)
    kelurahan = models.CharField(max_length=120)
    kecamatan_code = models.CharField(max_length=20)
    kecamatan = models.CharField(max_length=120)
    category = models.CharField(max_length=60)
    category_name = models.CharField(max_length=120)
    urusan = models.CharField(max_length=10, blank=True)
    week = models.CharField(max_length=8, help_text="ISO week, e.g. 2026-W47")
    reports = models.PositiveIntegerField()

    class Meta:
        db_table = "released_count"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kelurahan_code", "category", "week"], name="released_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kelurahan_code} {self.category} {self.week}"
