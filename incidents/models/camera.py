"""Cameras, what they saw, and the rules by which that becomes an incident."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Incident
from incidents.models.policy import Category


class Camera(models.Model):
    """A camera of the registry: events carry no coordinates, they come from here."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    location = models.PointField(_("place"))
    bearing = models.FloatField(_("bearing"), null=True, blank=True, help_text=_("degrees from north"))
    fov = models.FloatField(_("field of view"), null=True, blank=True, help_text=_("degrees"))
    agency = models.ForeignKey(
        "geo.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("agency"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("camera"), _("cameras")

    def __str__(self) -> str:
        return self.name


class CctvEvent(models.Model):
    """What one camera saw, normalised. One row per (`source`, `subject`); start, update and end share it.

    `sender` is the token's subject, so that one source of events cannot overwrite another's.
    """

    class Class(models.TextChoices):
        RUBBISH = "sampah", _("rubbish")
        FLOODING = "genangan", _("flooding")
        PARKING = "parkir_liar", _("illegal parking")
        CROWD = "kerumunan", _("crowd")
        CONGESTION = "kemacetan", _("congestion")
        FIRE = "kebakaran", _("fire")
        SMOKE = "asap", _("smoke")
        CAMERA_DOWN = "kamera_mati", _("camera down")

    class State(models.TextChoices):
        START = "start", _("begins")
        UPDATE = "update", _("goes on")
        END = "end", _("ended")

    sender = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="events")
    klass = models.CharField("class", max_length=20, choices=Class)
    state = models.CharField(max_length=10, choices=State)
    confidence = models.FloatField(null=True, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)
    severity = models.CharField(max_length=20, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    detector = models.JSONField(default=dict)
    location = models.PointField(spatial_index=False)
    location_3857 = models.GeneratedField(
        expression=Transform("location", 3857), output_field=models.PointField(srid=3857), db_persist=True
    )
    kelurahan_code = models.CharField(max_length=20)
    happened_at = models.DateTimeField(help_text="when it began")
    ended_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "source", "subject"], name="incidents_event_one_row_per_subject"
            )
        ]
        indexes = [
            GistIndex(fields=["location_3857"], name="incidents_event_3857"),
            models.Index(fields=["camera", "klass", "happened_at"]),
            models.Index(fields=["happened_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.klass} {self.pk}"


class CctvMessage(models.Model):
    """The ids of CloudEvents already taken, so that a repeat is answered as a duplicate."""

    sender = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    event_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "source", "event_id"], name="incidents_message_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"


class Rule(models.Model):
    """So many events of a class at one camera within a window open an incident of a category."""

    klass = models.CharField(_("class"), max_length=20, choices=CctvEvent.Class)
    camera = models.ForeignKey(
        Camera,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="rules",
        verbose_name=_("camera"),
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    min_count = models.PositiveSmallIntegerField(_("at least so many events"), default=1)
    window_minutes = models.PositiveIntegerField(_("within minutes"), default=60)
    min_confidence = models.FloatField(_("least confidence"), default=0)
    cooldown_minutes = models.PositiveIntegerField(
        _("pause in minutes"), default=0, help_text=_("after a case, open no further one for so long")
    )
    join_metres = models.PositiveSmallIntegerField(
        _("joined within metres"),
        default=50,
        help_text=_("events join a citizen's open case of this category so near to the camera; 0 joins none"),
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("reminder after hours"),
        default=24,
        help_text=_("a case that is still open and still seen is told to its agencies again after so long"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule for cameras"), _("rules for cameras")
        constraints = [
            models.UniqueConstraint(
                fields=["klass", "camera"], nulls_distinct=False, name="incidents_rule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.klass} → {self.category_id}"
