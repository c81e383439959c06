"""What time does to cases: who is reminded when, what became late and under whom, and the passes that do it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Incident
from incidents.models.deadline import Timed
from incidents.models.policy import Category

TIMED = [(one.value, one.label) for one in (Timed.VERIFY, Timed.ANSWER, Timed.DONE)]


class ReminderRule(models.Model):
    """So many working days before or after the deadline of a step, these people hear of it."""

    class When(models.TextChoices):
        BEFORE = "sebelum", _("before the deadline")
        AFTER = "sesudah", _("after the deadline")

    class Who(models.TextChoices):
        AGENCY = "agency", _("agencies that have the case")
        HEAD = "head", _("their heads")
        OPERATOR = "operator", _("operators")
        LEADERSHIP = "leadership", _("leadership")

    step = models.CharField(_("step"), max_length=15, choices=TIMED)
    when = models.CharField(_("when"), max_length=10, choices=When)
    days = models.PositiveSmallIntegerField(
        _("working days"), help_text=_("0 before: on its day; 0 after: as soon as it is missed")
    )
    to = ArrayField(models.CharField(max_length=10, choices=Who), verbose_name=_("to"))
    klass = models.CharField(_("only of the class"), max_length=30, choices=Category.Class, blank=True)
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("only of the category"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule for reminders"), _("rules for reminders")
        ordering = ["step", "-when", "days", "pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.when} {self.days}"


class Late(models.Model):
    """When a case first missed the deadline of a step, and whose it was then. Nothing that is done later clears it.

    Only the calendar does: what a day off makes timely was never late.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="lateness")
    step = models.CharField(max_length=15, choices=TIMED)
    since = models.DateTimeField(help_text="the deadline that was missed")
    agency = models.ForeignKey(
        "geo.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="in charge at that moment; none: the operator",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "step"], name="incidents_late_once")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.step}"


class Round(models.Model):
    """One pass over the cases, by the clock or because the calendar changed: what it did and whom it has to tell.

    `told`: for each recipient (`agency:KEY`, `head:KEY`, `operator`, `leadership`) how many cases, the first few. It is
    counted in the transactions that write what it counts; one that was interrupted goes on.
    """

    class Kind(models.TextChoices):
        REMINDERS = "reminders"
        RECOUNT = "recount"

    kind = models.CharField(max_length=10, choices=Kind)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    changed = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(finished_at__isnull=True),
                name="incidents_one_open_round",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Reminder(models.Model):
    """A rule has spoken about a case and this deadline: it does not again."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    rule = models.ForeignKey(ReminderRule, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "rule", "due_at"], name="incidents_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.rule_id}"
