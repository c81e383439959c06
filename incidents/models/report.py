"""What one citizen said: the complaint, the reporter (kept apart) and the photos."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Entry, Incident
from incidents.models.fields import PhoneHashField, SealedTextField


class Complaint(models.Model):
    """One report of one citizen. Its tracking code is the only key that the citizen holds."""

    class Channel(models.TextChoices):
        WEB = "web", _("website")
        API = "api", _("app")
        DEMO = "demo", _("demo")
        PHONE = "phone", _("phone")
        WHATSAPP = "whatsapp", _("WhatsApp")
        COUNTER = "counter", _("counter")
        EMAIL = "email", _("e-mail or letter")
        SP4N = "sp4n", _("SP4N-LAPOR!")
        OPEN311 = "open311", _("Open311")
        IMPORT = "import", _("imported")

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="complaints", db_index=False
    )  # the index below serves it
    tracking_code = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=10, choices=Channel)
    description = models.TextField(blank=True, help_text="erasable")
    address_note = models.CharField(max_length=500, blank=True)
    anonymous = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    location = models.PointField(
        null=True, blank=True, spatial_index=False, help_text="its own pin, where it joined an open incident"
    )
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False)
    idempotency_key = models.CharField(
        max_length=64, null=True, unique=True, help_text="sha256 of the client's key"
    )
    body_digest = models.CharField(max_length=64, blank=True)
    external_system = models.CharField(max_length=40, blank=True, help_text="where else it is kept")
    external_id = models.CharField(max_length=100, blank=True, help_text="its own id there")

    class Meta:
        indexes = [
            models.Index(fields=["received_at"]),
            models.Index(fields=["incident", "received_at", "id"], name="incidents_complaint_of_case"),
            models.Index(
                fields=["external_id"],
                condition=~models.Q(external_id=""),
                name="incidents_complaint_elsewhere",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_system", "external_id"],
                condition=~models.Q(external_id=""),
                name="incidents_complaint_once_per_system",
            )
        ]

    def __str__(self) -> str:
        return f"complaint {self.pk}"


class Reporter(models.Model):
    """How to reach who reported; sealed with a key that is not in the database. Absent when nothing was left."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="reporter")
    name = SealedTextField(blank=True)
    email = SealedTextField(blank=True)
    phone = SealedTextField(blank=True)
    phone_hash = PhoneHashField(max_length=64, blank=True, default="", db_index=True)
    verified_at = models.DateTimeField(null=True, blank=True, help_text="the e-mail, by a link sent to it")

    def __str__(self) -> str:
        return f"reporter {self.pk}"


class Photo(models.Model):
    """A picture, re-encoded and without metadata; of a complaint (evidence) or of an entry (the finished work)."""

    complaint = models.ForeignKey(Complaint, null=True, on_delete=models.CASCADE, related_name="photos")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.CASCADE, related_name="photos")
    file = models.CharField(max_length=80, unique=True, help_text="a random name below MEDIA_ROOT")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    original = models.CharField(
        max_length=80, blank=True, help_text="the file before it was blurred, kept apart"
    )
    covered = models.JSONField(default=list, help_text="blurred rectangles [x, y, width, height] in pixels")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(complaint__isnull=True) ^ models.Q(entry__isnull=True),
                name="incidents_photo_one_owner",
            )
        ]

    def __str__(self) -> str:
        return f"photo {self.pk}"
