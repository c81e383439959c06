"""What the public may read: datasets, their releases, the files, the released rows and the borders to draw them with.

Every table named `released_…` can be read by the role of the public readers, which can read no other. Releases are
never changed: a correction is a new release. `Run` is the data steward's own record and stays behind the wall.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def is_english() -> bool:
    """Is English the language of the moment? Texts of datasets are kept in Indonesian and English."""
    return (get_language() or "id").startswith("en")


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

    @property
    def title(self) -> str:
        """The title in the language of the moment."""
        return self.title_en if is_english() else self.title_id

    @property
    def notes(self) -> str:
        """What it tells, in the language of the moment."""
        return self.notes_en if is_english() else self.notes_id

    @property
    def paragraphs(self) -> list[str]:
        return self.notes.split("\n\n")


class Release(models.Model):
    """One immutable version: a period of a dataset, with how it was made."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    period = models.CharField(max_length=20, help_text="e.g. 2026-10")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day in it")
    zone = models.CharField(max_length=40, help_text="IANA time zone that decides days, weeks and months")
    partial = models.BooleanField(default=False, help_text="the period had not ended yet")
    rows = models.PositiveIntegerField()
    reports = models.PositiveIntegerField()
    edition = models.CharField(max_length=80)
    approximate_borders = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    audit = models.JSONField(default=list)
    dictionary = models.JSONField(default=dict)
    released_at = models.DateTimeField()

    class Meta:
        db_table = "released_release"
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="released_version_once")]
        # The newest first; of one period the final before the provisional ones.
        ordering = ["-starts_on", "partial", "-released_at", "-id"]

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
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "released_resource"
        constraints = [models.UniqueConstraint(fields=["release", "file"], name="released_file_once")]
        ordering = ["position"]

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


class ReleasedArea(models.Model):
    """A kelurahan as a release draws it: simplified to about 10 m, with its people where they are known."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    kecamatan_code = models.CharField(max_length=20)
    kecamatan = models.CharField(max_length=120)
    geom = models.MultiPolygonField(spatial_index=False)
    people = models.PositiveIntegerField(null=True)
    people_year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "released_area"
        constraints = [models.UniqueConstraint(fields=["release", "code"], name="released_area_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Run(models.Model):
    """A data steward's order to publish, and what came of it. Behind the wall: the public never sees it."""

    class Outcome(models.TextChoices):
        RELEASED = "released", _("released")
        NOTHING = "nothing", _("nothing to release")
        FAILED = "failed", _("stopped")

    dataset = models.CharField(max_length=80, help_text="the dataset's slug")
    period = models.CharField(max_length=20)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        db_table = "opendata_run"
        ordering = ["-requested_at", "-id"]

    def __str__(self) -> str:
        return f"{self.dataset} {self.period} {self.outcome}"
