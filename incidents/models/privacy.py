"""Who may see what of a case beyond its agencies: wishes to open it, agencies kept out, every look, and how long."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Entry, Incident
from incidents.models.report import Complaint


class PrivacyRequest(models.Model):
    """Somebody asks that a report be anonymous or confidential no longer; somebody else decides."""

    class What(models.TextChoices):
        ANONYMOUS = "anonymous", _("anonymous")
        CONFIDENTIAL = "confidential", _("confidential")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="privacy_requests")
    what = models.CharField(max_length=12, choices=What)
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "what"],
                condition=models.Q(decided_at__isnull=True),
                name="incidents_one_open_privacy_request",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="incidents_privacy_needs_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.what}"


class ExcludedAgency(models.Model):
    """An agency that a report is about: it gets the case by no rule and no hand, and sees nothing of it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="excluded")
    agency = models.ForeignKey("geo.Agency", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    # Somebody asks to let it in again; somebody else decides (incidents/visibility.py).
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "agency"], name="incidents_excluded_once")]

    def __str__(self) -> str:
        return f"{self.incident_id} ≠ {self.agency_id}"


class AccessLog(models.Model):
    """One look at what is kept covered. Never changed; removed by the retention job only (both by a trigger)."""

    class What(models.TextChoices):
        IDENTITY = "identity", _("who reported")
        WORDS = "words", _("words without masking")
        ORIGINAL = "original", _("original of a photo")
        EXPORT = "export", _("file of a list of cases")
        PHONE = "phone", _("search by telephone number")

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10)
    agency = models.ForeignKey(
        "geo.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Numbers, no keys: the record of a look outlives what was looked at.
    case = models.BigIntegerField(db_index=True)
    what = models.CharField(max_length=10, choices=What)
    subject = models.BigIntegerField(help_text="number of the complaint, entry or photo")
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"]), models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what} {self.subject}"


class Retention(models.Model):
    """How long something is kept after its case was closed, in days; a look is kept from when it happened."""

    class What(models.TextChoices):
        CONTACTS = "contacts", _("contacts of reporters")
        WORDS = "words", _("texts and photos")
        LOOKS = "looks", _("log of looks")

    what = models.CharField(_("what"), max_length=10, choices=What, unique=True)
    days = models.PositiveIntegerField(_("days"), help_text=_("days after the case was closed"))

    class Meta:
        verbose_name, verbose_name_plural = _("retention period"), _("retention periods")
        ordering = ["what"]

    def __str__(self) -> str:
        return str(self.get_what_display())


class LegalHold(models.Model):
    """Nothing of this case is erased, by nobody, as long as the row is there (a court, an inspection)."""

    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, related_name="legal_hold", verbose_name=_("case")
    )
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("legal hold"), _("legal holds")

    def __str__(self) -> str:
        return f"#{self.incident_id}"


class HeldBack(models.Model):
    """An answer that an operator does not release, and why; its agency reads the reason."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="held_back")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"entry {self.entry_id}"
