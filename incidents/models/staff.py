"""Who works here: a user's role at an agency, and tokens for programs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Member(models.Model):
    """The role of a user, at an agency where the role belongs to one."""

    class Role(models.TextChoices):
        OPERATOR = "operator", _("operator")
        OFFICER = "petugas", _("officer")
        HEAD = "kepala", _("head of agency")
        LEADERSHIP = "pimpinan", _("leadership")
        STEWARD = "walidata", _("data steward")
        AUDITOR = "auditor", _("auditor")
        ADMIN = "admin", _("administrator")

    AT_AGENCY = (Role.OFFICER, Role.HEAD)

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    agency = models.ForeignKey(
        "geo.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
        verbose_name=_("agency"),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("role of an account"), _("roles of accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["petugas", "kepala"], agency__isnull=False)
                | (~models.Q(role__in=["petugas", "kepala"]) & models.Q(agency__isnull=True)),
                name="incidents_member_agency_fits_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Token(models.Model):
    """A key for a program: shown once, kept hashed. `subject`: an agency's code, a source's name, a user's e-mail."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency")
        SOURCE = "source", _("source of events")
        USER = "user", _("user")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    subject = models.CharField(_("for"), max_length=200)
    scopes = models.JSONField(_("scopes"), default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("token"), _("tokens")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
