"""A case that was passed on to an outside agency: what of it is shown to whom, and the links that open it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.case import Entry, Incident
from incidents.models.fields import SealedTextField
from incidents.models.outbox import Notice
from incidents.models.report import Complaint


class Referral(models.Model):
    """What an outside agency may see of a case. Whether it (still) has it, its assignment says."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="referrals")
    outsider = models.ForeignKey("geo.Agency", on_delete=models.PROTECT, related_name="referrals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty where routing did it",
    )
    made_at = models.DateTimeField()
    entry = models.ForeignKey(
        Entry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="with the operator's words to the outside agency",
    )
    complaints = models.ManyToManyField(
        Complaint, related_name="+", help_text="the reports whose words are passed on"
    )
    photos = models.BooleanField(default=False, help_text="their photos as well")
    external_id = models.CharField(
        max_length=80, blank=True, db_index=True, help_text="the number under which the outside agency has it"
    )
    withdrawn_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="its reporter made it confidential: nothing is shown until it is forwarded anew",
    )
    answers = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "outsider"], name="incidents_outsider_once_per_incident"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} ↗ {self.outsider_id}"


class ReferralLink(models.Model):
    """A way in for an outside agency. Only the hash of its token stays; the token itself is sealed until it is sent."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="links")
    notice = models.OneToOneField(
        Notice, null=True, blank=True, on_delete=models.SET_NULL, related_name="link"
    )
    digest = models.CharField(max_length=64, unique=True)
    sealed = SealedTextField(blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True, help_text="a new one was asked for")
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"
