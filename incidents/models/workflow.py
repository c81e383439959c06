"""How cases go, as a city decides it: statuses, and who may take which step from where to where. Versioned."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.models.case import Entry, Phase


class Workflow(models.Model):
    """One version of the city's workflow. One is in force, a draft can be edited, earlier ones stay as they were."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("in force")
        RETIRED = "retired", _("retired")

    version = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    note = models.CharField(_("what changed, and why"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    activated_at = models.DateTimeField(_("in force since"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("workflow"), _("workflows")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="incidents_one_active_workflow"
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"


class Status(models.Model):
    """A status that a case can have. Its phase is what programs ask; names and further statuses are the city's."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="statuses")
    code = models.SlugField(_("code"), max_length=20)
    name_id = models.CharField(_("name in Bahasa Indonesia"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    phase = models.CharField(_("phase"), max_length=20, choices=Phase)
    usual = models.BooleanField(
        _("usual"), default=False, help_text=_("what a case gets that comes to this phase by itself")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("status"), _("statuses")
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "code"], name="incidents_status_once"),
            models.UniqueConstraint(
                fields=["workflow", "phase"],
                condition=models.Q(usual=True),
                name="incidents_one_usual_status_per_phase",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if (get_language() or "id").startswith("en") else self.name_id


class Transition(models.Model):
    """A step that may be taken: by whom, from which status to which, and what it needs.

    Steps of a case go between statuses of the workflow; steps of an assignment between its own states (sent, accepted,
    in progress, done, returned, released). An empty `target` lets what the agencies have done decide.
    """

    class Level(models.TextChoices):
        INCIDENT = "incident", _("case")
        ASSIGNMENT = "assignment", _("assignment")

    class Role(models.TextChoices):
        OPERATOR = "operator", _("operator")
        OFFICER = "petugas", _("officer")
        HEAD = "kepala", _("head of agency")
        REPORTER = "pelapor", _("reporter")
        OUTSIDER = "luar", _("outside agency")
        SYSTEM = "sistem", _("by itself")

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="transitions")
    level = models.CharField(_("of"), max_length=10, choices=Level, default=Level.INCIDENT)
    action = models.CharField(_("step"), max_length=20, choices=Entry.Kind)
    source = models.SlugField(_("from"), max_length=20)
    target = models.SlugField(_("to"), max_length=20, blank=True)
    roles = ArrayField(models.CharField(max_length=10, choices=Role), verbose_name=_("who"))
    needs_reason = models.BooleanField(_("needs words"), default=False)
    needs_photo = models.BooleanField(_("needs a photo"), default=False)
    needs_target = models.BooleanField(_("needs an agency"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("step"), _("steps")
        ordering = ["level", "action", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "level", "action", "source"], name="incidents_transition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.source} → {self.target or '…'}"
