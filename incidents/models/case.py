"""The problem in the world, who works on it, and what happened to it.

The timeline (`Entry`) is append-only; words that may have to be erased live apart in `Note`, so that history and
erasure both hold.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from geo.models import Agency


class Phase(models.TextChoices):
    """What a status means to programs. A city may name statuses and add some; each belongs to one of these."""

    NEW = "baru", _("received")
    WORKING = "dikerjakan", _("being worked on")
    RETURNED = "dikembalikan", _("waiting for another agency")
    WAITING = "menunggu", _("waiting for the reporter")
    OUTSIDE = "luar", _("with an outside agency")
    RESOLVED = "selesai", _("resolved")
    CLOSED = "ditutup", _("closed")
    ARCHIVED = "diarsipkan", _("archived")


OPEN = (Phase.NEW, Phase.WORKING, Phase.RETURNED, Phase.WAITING, Phase.OUTSIDE)


class UnmergedManager(models.Manager["Incident"]):
    """The incidents that stand for themselves: what was merged into another one is in no list, count or map."""

    def get_queryset(self) -> models.QuerySet[Incident]:
        return super().get_queryset().filter(merged_into=None)


class Incident(models.Model):
    """One problem in the world; complaints and camera events are evidence of it.

    `objects` leaves out what was merged into another incident (incidents/fusion/); `every` has those, too.

    `status` is one of the city's workflow (incidents/flow.py), `phase` what it means; both are written together.
    """

    Phase = Phase

    class Source(models.TextChoices):
        CITIZEN = "warga", _("citizens")
        CCTV = "cctv", _("CCTV")
        BOTH = "keduanya", _("citizens and CCTV")

    OPEN = OPEN

    category = models.ForeignKey("incidents.Category", on_delete=models.PROTECT, related_name="incidents")
    status = models.CharField(max_length=20)
    phase = models.CharField(max_length=20, choices=Phase, default=Phase.NEW)
    source = models.CharField(max_length=10, choices=Source)
    confidential = models.BooleanField(default=False, help_text="any of its complaints is")
    demo = models.BooleanField(default=False)
    location = models.PointField(null=True, blank=True, spatial_index=False)
    location_3857 = models.GeneratedField(
        expression=Transform("location", 3857),
        output_field=models.PointField(srid=3857, null=True),
        db_persist=True,
    )
    edition = models.ForeignKey("geo.Edition", on_delete=models.PROTECT, related_name="+")
    kelurahan_code = models.CharField(max_length=20)
    kelurahan = models.CharField(max_length=120)
    kecamatan_code = models.CharField(max_length=20)
    kecamatan = models.CharField(max_length=120)
    approximate = models.BooleanField(
        default=False, help_text="in no kelurahan, but within the tolerance of one"
    )
    camera = models.ForeignKey(
        "incidents.Camera", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged", db_index=False
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    verify_due_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    # What the deadlines are counted from and by: so they can be counted again when the calendar changes.
    counted_from = models.DateTimeField(null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(null=True, blank=True)
    verify_days = models.PositiveSmallIntegerField(null=True, blank=True)
    objection_days = models.PositiveSmallIntegerField(null=True, blank=True)
    waited_days = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="working days for which the clock stood still"
    )
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="the clock stands still since then")
    first_answer_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    objection_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="closed or archived")
    reopened = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="how often")
    updated_at = models.DateTimeField()

    objects = UnmergedManager()
    every: models.Manager[Incident] = models.Manager()

    class Meta:
        indexes = [
            GistIndex(fields=["location_3857"], name="incidents_case_3857"),
            models.Index(
                fields=["merged_into"],
                name="incidents_case_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
            # What incidents/fusion/ asks at each report: the few open ones of a spot, and of a kelurahan.
            GistIndex(
                fields=["location_3857"],
                condition=models.Q(phase__in=OPEN, merged_into=None),
                name="incidents_open_spot",
            ),
            models.Index(
                fields=["kelurahan_code", "category", "-opened_at"],
                condition=models.Q(phase__in=OPEN, merged_into=None),
                name="incidents_open_place",
            ),
            models.Index(fields=["-opened_at"]),
            models.Index(fields=["resolved_at"]),
            models.Index(fields=["first_answer_at"]),
            models.Index(fields=["kelurahan_code", "category"]),
            models.Index(fields=["due_at"], condition=models.Q(phase__in=OPEN), name="incidents_open_due"),
            models.Index(
                fields=["answer_due_at"],
                condition=models.Q(phase__in=OPEN, first_answer_at__isnull=True),
                name="incidents_open_answer",
            ),
            models.Index(
                fields=["verify_due_at"], condition=models.Q(phase=Phase.NEW), name="incidents_open_verify"
            ),
            models.Index(
                fields=["objection_until"],
                condition=models.Q(phase=Phase.RESOLVED),
                name="incidents_open_objection",
            ),
            models.Index(
                fields=["waiting_since"],
                condition=models.Q(phase=Phase.WAITING),
                name="incidents_open_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def is_late(self, now: datetime) -> bool:
        """Open behind its deadline. While it waits for its reporter the clock stands still: what was late stays so."""
        return self.is_open and self.due_at < (self.waiting_since or now)

    @property
    def is_open(self) -> bool:
        return self.phase in self.OPEN

    def holders(self) -> list[Agency]:
        """The agencies that have it, the one in charge first."""
        held = self.assignments.exclude(status__in=Assignment.GONE).select_related("agency")
        return [one.agency for one in held.order_by("role", "assigned_at", "pk")]

    @property
    def is_led(self) -> bool:
        """Whether an agency is in charge."""
        led = self.assignments.filter(role=Assignment.Role.LEAD)
        return led.exclude(status__in=Assignment.GONE).exists()

    def is_led_by(self, agency: Agency | None) -> bool:
        led = self.assignments.filter(role=Assignment.Role.LEAD, agency=agency)
        return agency is not None and led.exclude(status__in=Assignment.GONE).exists()


class Assignment(models.Model):
    """An incident given to an agency, to lead or to support."""

    class Role(models.TextChoices):
        LEAD = "lead", _("in charge")
        SUPPORT = "support", _("supporting")

    class Status(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        WORKING = "in_progress", _("in progress")
        RETURNED = "returned", _("returned")
        DONE = "done", _("done")
        RELEASED = "released", _("released")

    # No longer the agency's own: it sees the case no more, or only as one that it had.
    GONE = (Status.RETURNED, Status.RELEASED)

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assignments")
    agency = models.ForeignKey("geo.Agency", on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=10, choices=Role)
    status = models.CharField(max_length=20, choices=Status, default=Status.SENT)
    why = models.CharField(max_length=200, blank=True, help_text="the rule that chose this agency")
    assigned_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "agency"], name="incidents_agency_once_per_incident")
        ]
        indexes = [models.Index(fields=["agency", "status", "-assigned_at"])]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.agency_id}"


class Note(models.Model):
    """Words of a person, erasable without touching the history that points to them."""

    body = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"note {self.pk}"


class Entry(models.Model):
    """One thing that happened to an incident. Never changed, never deleted by itself."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Report received")
        ASSIGNED = "assigned", _("Sent to the agency")
        ACCEPTED = "accepted", _("Taken up by the agency")
        RETURNED = "returned", _("Returned by the agency")
        ANSWERED = "answered", _("Answer of the agency")
        RESOLVED = "resolved", _("Resolved")
        EVIDENCE = "evidence", _("More evidence")
        MOVED = "moved", _("Placed by new borders")
        DOUBTED = "doubted", _("The new borders leave its place open")
        VERIFIED = "verified", _("Verified")
        STARTED = "started", _("Work begun")
        RELEASED = "released", _("Released from the case")
        INVITED = "invited", _("Another agency asked in")
        ASKED = "asked", _("Question to the reporter")
        SUPPLIED = "supplied", _("Answer of the reporter")
        MESSAGE = "message", _("Message")
        FORWARDED = "forwarded", _("Forwarded to an outside agency")
        OUTSIDE = "outside", _("Answer of an outside agency")
        ARCHIVED = "archived", _("Archived")
        CONFIRMED = "confirmed", _("Confirmed as solved")
        OBJECTED = "objected", _("Objection of the reporter")
        REOPENED = "reopened", _("Opened again")
        CLOSED = "closed", _("Closed")
        RATED = "rated", _("Rating")
        FOLLOWED = "followed", _("Followed")
        MERGED = "merged", _("Merged with another case")
        SPLIT = "split", _("Split into two cases")
        CORRECTED = "corrected", _("Corrected")
        DUE = "due", _("Deadline moved")
        REMINDED = "reminded", _("Reminder")
        ESCALATED = "escalated", _("Escalation")
        PRIVACY = "privacy", _("Visibility changed")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    public = models.BooleanField(default=False, help_text="shown to the reporter")
    actor = models.ForeignKey("auth.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(
        "geo.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    complaint = models.ForeignKey(
        "incidents.Complaint",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        help_text="between this reporter and staff only: others who follow the case do not see it",
    )
    note = models.ForeignKey(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    # The only columns that may change later (a trigger sees to it): from when followers read an agency's words.
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        "auth.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["incident", "at"])]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"
