"""What a city says about time: its days off, the limits of each step, and who is reminded of them when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.policy import Category


class DayOff(models.Model):
    """A day that differs from the national calendar: off here, or worked although that calendar has it off."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    working = models.BooleanField(
        _("working day"),
        default=False,
        help_text=_("worked here, although the national calendar has it off or it is a weekend"),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("day off"), _("days off")
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.name}"


class Timed(models.TextChoices):
    """The steps that have a limit."""

    VERIFY = "verifikasi", _("verification")
    ANSWER = "jawaban", _("first answer")
    DONE = "penyelesaian", _("completion")
    OBJECT = "keberatan", _("time for the reporter to object")
    REPORTER = "kelengkapan", _("waiting for the reporter")


class Limit(models.Model):
    """So many days for a step, for one class of complaints or (empty) for all that have none of their own."""

    klass = models.CharField(_("class"), max_length=30, choices=Category.Class, blank=True)
    step = models.CharField(_("step"), max_length=15, choices=Timed)
    days = models.PositiveSmallIntegerField(
        _("days"), help_text=_("working days; for waiting for the reporter, days of the calendar")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("limit"), _("limits")
        ordering = ["step", "klass"]
        constraints = [models.UniqueConstraint(fields=["klass", "step"], name="incidents_limit_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.klass}".strip()
