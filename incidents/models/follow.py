"""Whoever watches a problem without having reported it, and the one-use handles by which they came to it."""

from __future__ import annotations

from django.db import models

from incidents.models.case import Incident
from incidents.models.fields import SealedTextField
from incidents.models.report import Complaint


class Follower(models.Model):
    """Somebody who follows an incident. Their code is like a tracking code, and all that they hold.

    They see the state and the released answers; never a report's words, photos or place.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="followers")
    code = models.CharField(max_length=20, unique=True)
    email = SealedTextField(blank=True, help_text="where news goes, if they want any")
    verified_at = models.DateTimeField(null=True, blank=True, help_text="the e-mail, by a link sent to it")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when they stopped following")

    def __str__(self) -> str:
        return f"follower {self.pk}"


class Handle(models.Model):
    """A way to follow one incident once, given out with an offer. Only its hash is kept.

    `complaint` is the report in whose answer it was given, so that a repeat gets the same answer again.
    """

    digest = models.CharField(max_length=64, unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+", db_index=False)
    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.CASCADE, related_name="handles", db_index=False
    )
    status = models.CharField(max_length=20, help_text="the state that was told with it")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"]),
            models.Index(
                fields=["complaint"],
                name="incidents_handle_complaint",
                condition=models.Q(complaint__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"handle {self.pk}"
