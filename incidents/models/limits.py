"""Counters of requests per client and window, shared by all processes. The client is a keyed hash, never an address."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    key = models.CharField(max_length=64, primary_key=True)
    hits = models.PositiveIntegerField(default=0)
    resets_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key[:8]
