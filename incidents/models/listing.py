"""A list that somebody brought to the desk, to be looked at row by row and then loaded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One list: first looked over, then loaded when its person says so.

    `file` and `report` are random names below MEDIA_ROOT; the list goes once it is loaded or found unreadable,
    the report after a while; the counts stay. `moved_at`
    tells when a worker last did something: a run that stands still is taken up again.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being looked over")
        CHECKED = "checked", _("looked over")
        LOADING = "loading", _("being loaded")
        DONE = "done", _("loaded")
        FAILED = "failed", _("cannot be read")

    MOVING = (State.CHECKING, State.LOADING)

    name = models.CharField(max_length=200, help_text="what its person calls the file")
    system = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    file = models.CharField(max_length=80, blank=True)
    report = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="rows by what became of them")
    refused = models.JSONField(default=list, help_text="the first refused rows: number and reasons")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"import {self.pk}"
