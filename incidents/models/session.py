"""Who is signed in where: one row per session, so that it can be listed and ended."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """Django's session that knows its account. Deleting the row signs the browser out with its next request."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
