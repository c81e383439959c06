"""The data steward's side, behind the wall: what is released, by which numbers, and each build on its way out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from opendata.models.catalogue import Release, is_english


class Policy(models.Model):
    """A version of the numbers of the guarantee (opendata/policy.py). Never changed; the newest is in force."""

    version = models.PositiveIntegerField(unique=True)
    numbers = models.JSONField(help_text="all of them; opendata/policy.py says what each means")
    note = models.TextField(blank=True, help_text="why it was changed")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"policy {self.version}"


class Rung(models.Model):
    """At which step of the generalisation ladder a category is counted: fixed from earlier data, not per release."""

    class Level(models.TextChoices):
        KELURAHAN_MONTH = "kelurahan-month", _("kelurahan and month")
        KECAMATAN_MONTH = "kecamatan-month", _("kecamatan and month")
        CITY_MONTH = "city-month", _("city and month")
        CITY_QUARTER = "city-quarter", _("city and quarter")

    category = models.CharField(max_length=60)
    level = models.CharField(max_length=20, choices=Level)
    since = models.CharField(max_length=8, help_text="the first quarter for which it holds, e.g. 2026-Q4")
    seen = models.JSONField(default=dict, help_text="the earlier periods and shares it was fixed from")
    fixed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "since"], name="opendata_rung_once")]
        ordering = ["category", "-since"]

    def __str__(self) -> str:
        return f"{self.category} {self.level}"


class Definition(models.Model):
    """A dataset as the steward defines it, before and between releases."""

    slug = models.SlugField(_("name in addresses"), max_length=80, unique=True)
    recipe = models.CharField(_("recipe"), max_length=20)
    title_id = models.CharField(_("title (Indonesian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    notes_id = models.TextField(_("what it tells (Indonesian)"))
    notes_en = models.TextField(_("what it tells (English)"))
    tags = models.JSONField(_("tags"), default=list, blank=True)
    categories = models.JSONField(
        _("categories"), default=list, blank=True, help_text="codes; empty: all of the recipe's tier"
    )
    automatic = models.BooleanField(
        _("released by itself"), default=False, help_text="a build that passed its audit needs no approval"
    )
    active = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        """The title in the language of the moment."""
        return self.title_en if is_english() else self.title_id


class Build(models.Model):
    """One way from the working tables to a release: asked for, built, attacked, approved or stopped."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the worker")
        BUILDING = "building", _("is being built")
        AUDITING = "auditing", _("is being attacked")
        READY = "ready", _("waits for approval")
        RELEASING = "releasing", _("is being released")
        RELEASED = "released", _("released")
        NOTHING = "nothing", _("nothing to release")
        REFUSED = "refused", _("stopped by the audit")
        STALE = "stale", _("overtaken by changes")
        FAILED = "failed", _("failed")
        DISCARDED = "discarded", _("discarded")

    OPEN = (State.WAITING, State.BUILDING, State.AUDITING, State.READY, State.RELEASING)

    dataset = models.CharField(max_length=80, help_text="the definition's slug")
    period = models.CharField(max_length=20, blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(max_length=40, blank=True, help_text="what is being done, a key of telling.STEPS")
    progress = models.PositiveSmallIntegerField(default=0, help_text="percent")
    folder = models.CharField(max_length=80, blank=True, help_text="where the candidate's files wait")
    rows = models.PositiveIntegerField(null=True)
    counted = models.PositiveIntegerField(null=True, help_text="what its rows count in all")
    audit = models.JSONField(default=list)
    utility = models.JSONField(default=dict)
    held = models.JSONField(default=dict, help_text="reason → how many were held back; never published")
    input_digest = models.CharField(
        max_length=64, blank=True, help_text="of what it was built from, to see whether that has changed"
    )
    message = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    release = models.OneToOneField(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "period", "revision"],
                condition=models.Q(state__in=["waiting", "building", "auditing", "ready", "releasing"]),
                name="opendata_build_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.period} {self.state}"
