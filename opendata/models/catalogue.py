"""What the public may read of a release: the dataset, the version, its files, and that it was withdrawn.

Every table named `released_…` can be read by the role of the public readers, which can read no other. Releases are
never changed: a correction is a new release, and one that had to go leaves its row, with a `Withdrawal` that says why.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language


def is_english() -> bool:
    """Is English the language of the moment? Texts of datasets are kept in Indonesian and English."""
    return (get_language() or "id").startswith("en")


class Dataset(models.Model):
    """A line of releases with one meaning, e.g. incidents of public space, row by row."""

    slug = models.SlugField(max_length=80, unique=True)
    recipe = models.CharField(
        max_length=20, default="reports", help_text="how its rows are made: a name of opendata/recipes/"
    )
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
    """One immutable version: a period of a dataset, with how it was made and how it was attacked before it left."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    period = models.CharField(max_length=20, help_text="e.g. 2026-10, 2026-Q4; empty for what has no period")
    revision = models.PositiveSmallIntegerField(
        default=0, help_text="0 is the first; a quarterly revision replaces the whole partition"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day in it")
    zone = models.CharField(max_length=40, help_text="IANA time zone that decides days, weeks and months")
    partial = models.BooleanField(default=False, help_text="of the first releases only: the month still ran")
    rows = models.PositiveIntegerField()
    reports = models.PositiveIntegerField(
        help_text="what its rows count in all; its rows where they count nothing"
    )
    edition = models.CharField(max_length=80)
    approximate_borders = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    policy = models.JSONField(
        default=dict, help_text="the policy's version and numbers, as printed in the manifest"
    )
    audit = models.JSONField(default=list)
    utility = models.JSONField(default=dict, help_text="what coarsening cost")
    dictionary = models.JSONField(default=dict)
    released_at = models.DateTimeField()

    class Meta:
        db_table = "released_release"
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="released_version_once")]
        # The newest period first; of one period the newest revision, and what is final before what was provisional.
        ordering = ["-starts_on", "partial", "-revision", "-released_at", "-id"]

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


class Withdrawal(models.Model):
    """The tombstone of a release: its files and rows are gone, its name, checksums and this reason stay."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="withdrawal")
    reason_id = models.TextField(help_text="for the public; names nobody")
    reason_en = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "released_withdrawal"

    def __str__(self) -> str:
        return f"withdrawn {self.release_id}"

    @property
    def reason(self) -> str:
        """The reason in the language of the moment; in Indonesian where there is no English one."""
        return (self.reason_en if is_english() else "") or self.reason_id
