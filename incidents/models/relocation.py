"""One pass over the open cases after the borders or the service areas changed, and what it leaves to a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Incident


class Relocation(models.Model):
    """An order to place and route the open cases again, and how far it is.

    `reached` is the key of the last case that was looked at: a pass that was interrupted goes on behind it. Each batch
    is counted in the transaction that writes it. `horizon` is the oldest of the database's transactions that was under
    way when it began: what later ones brought may have come in behind `reached`. `agencies`: per code how many cases it
    `got`, `lost`, or only `supports` now, with the numbers of the first few.
    """

    edition = models.ForeignKey("geo.Edition", on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(
        "geo.Edition", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    horizon = models.BigIntegerField(null=True, blank=True)
    moved = models.PositiveIntegerField(
        default=0, help_text="cases that have another kelurahan or kecamatan now"
    )
    rerouted = models.PositiveIntegerField(default=0, help_text="cases that another agency leads now")
    doubted = models.PositiveIntegerField(default=0, help_text="cases that a person must decide")
    agencies = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]

    def __str__(self) -> str:
        return f"relocation {self.pk}"


class Doubt(models.Model):
    """A case that a relocation left as it was, for a person to decide."""

    class Reason(models.TextChoices):
        OUTSIDE = "outside", _("its point lies outside the new borders")
        SPLIT = "split", _("its kelurahan was divided and it has no point")
        GONE = "gone", _("its kelurahan is gone, nothing is linked to it, and it has no point")
        UNLED = "unled", _("no agency answers at its new place; the one it has keeps it")
        RETURNED = (
            "returned",
            _("the agency of its new place has returned it before; the one it has keeps it"),
        )

    relocation = models.ForeignKey(Relocation, on_delete=models.CASCADE, related_name="doubts")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relocation", "incident"], name="incidents_doubt_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.reason}"
