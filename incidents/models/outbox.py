"""What is to be told to whom: a row written with the event it tells of, sent by a job after the commit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from incidents.models.case import Entry


class Notice(models.Model):
    """One message about one entry, or to somebody about all that a relocation or a round of
    the clock has for them.

    The address is looked up when it is sent and is never copied here.
    """

    class To(models.TextChoices):
        AGENCY = "agency"
        REPORTER = "reporter"
        FOLLOWER = "follower"
        OUTSIDE = "outside"
        HEAD = "head"
        OPERATOR = "operator"
        LEADERSHIP = "leadership"

    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    relocation = models.ForeignKey(
        "incidents.Relocation", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    round = models.ForeignKey(
        "incidents.Round", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    to = models.CharField(max_length=10, choices=To)
    agency = models.ForeignKey(
        "geo.Agency", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    complaint = models.ForeignKey(
        "incidents.Complaint", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    follower = models.ForeignKey(
        "incidents.Follower", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    push = models.ForeignKey(
        "incidents.PushSubscription", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text="to this browser instead of by e-mail",
    )  # fmt: skip
    within = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="others", db_index=False,
        help_text="told in the message of this one, where one recipient would get too many",
    )  # fmt: skip
    message_id = models.UUIDField(unique=True)
    made_at = models.DateTimeField(default=timezone.now, db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    try_after = models.DateTimeField(null=True, blank=True, help_text="not before; written before each try")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(sent_at=None), name="incidents_notice_waiting"),
            models.Index(
                fields=["agency", "user", "sent_at"],
                condition=models.Q(within__isnull=True),
                name="incidents_notice_lately",
            ),
            models.Index(
                fields=["within"], condition=models.Q(within__isnull=False), name="incidents_notice_within"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, relocation__isnull=True, round__isnull=True)
                | models.Q(entry__isnull=True, relocation__isnull=False, round__isnull=True)
                | models.Q(entry__isnull=True, relocation__isnull=True, round__isnull=False),
                name="incidents_notice_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
