"""One problem, one incident: what was put together or taken apart, and by whom, so that it can be undone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Incident
from incidents.models.report import Complaint


class Fusion(models.Model):
    """One merge or split. `kept` is the incident that went on, `other` the one merged into it or split off it.

    `moved` names what went over (`complaints`, `events`, `followers`: keys; `assignments`: agencies that were taken
    over), `before` what `kept` was like; both make the way back.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")

    kind = models.CharField(max_length=10, choices=Kind)
    kept = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="fusions")
    other = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField()
    before = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        "auth.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Stay(models.Model):
    """Where a complaint was before: its reporter keeps reading what happened there until then."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="stays")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        ordering = ["until", "id"]

    def __str__(self) -> str:
        return f"stay {self.pk}"


class ClosedTime(models.Model):
    """From when until when a confidential report was in a case that it has left; who had the case then knows it all."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="closed_times")
    since = models.DateTimeField()
    until = models.DateTimeField()
    agencies = models.JSONField(help_text="keys of those that had the case when the report left it")

    def __str__(self) -> str:
        return f"closed time {self.pk}"


class Apart(models.Model):
    """Two incidents that an operator looked at and found to be two problems; they are not suggested again.

    `first` is the one with the lower key.
    """

    first = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="incidents_apart_once")]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
