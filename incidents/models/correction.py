"""A case put right: what was corrected beside what the reporter said, erasable without touching the history."""

from __future__ import annotations

from django.contrib.gis.db import models

from incidents.models.case import Entry, Incident, Note


class Correction(models.Model):
    """The parts of a correction that may have to be erased; the timeline keeps the rest.

    The reporter's own words stay in the complaint. `words` and `address` stand beside them, the newest one counts.
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="correction")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="corrections")
    before = models.PointField(null=True, blank=True, spatial_index=False)
    after = models.PointField(null=True, blank=True, spatial_index=False)
    reason = models.ForeignKey(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.ForeignKey(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"correction {self.pk}"
