"""Browsers that show news of a report: where a push service is reached for them, sealed."""

from __future__ import annotations

from django.db import models

from incidents.models.fields import SealedTextField
from incidents.models.follow import Follower
from incidents.models.report import Complaint


class PushSubscription(models.Model):
    """One browser of a reporter or a follower. `digest` (keyed) finds the same browser again without opening it."""

    complaint = models.ForeignKey(
        Complaint, null=True, blank=True, on_delete=models.CASCADE, related_name="pushes"
    )
    follower = models.ForeignKey(
        Follower, null=True, blank=True, on_delete=models.CASCADE, related_name="pushes"
    )
    sealed = SealedTextField(help_text="endpoint and keys as JSON")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(complaint__isnull=True) ^ models.Q(follower__isnull=True),
                name="incidents_push_one_owner",
            )
        ]

    def __str__(self) -> str:
        return f"push subscription {self.pk}"
