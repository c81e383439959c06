"""What a city decides as data: categories with their tier, deadline and agencies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A node of the tree of topics. Only leaves can be chosen; a leaf's `lead` is empty where service areas decide."""

    class Tier(models.TextChoices):
        OPEN = "open", pgettext_lazy("tier", "open")
        AGGREGATE = "aggregate", pgettext_lazy("tier", "aggregate")
        CLOSED = "closed", pgettext_lazy("tier", "closed")

    class Class(models.TextChoices):
        PLAIN = "tidak_berkadar_pengawasan", _("complaint")
        SUPERVISED = "berkadar_pengawasan", _("complaint that needs supervision")
        ASPIRATION = "aspirasi", _("aspiration")
        INFORMATION = "permintaan_informasi", _("request for information")

    code = models.CharField(max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name_id = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    urusan = models.CharField(max_length=10, blank=True)
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.CLOSED)
    klass = models.CharField("class", max_length=30, choices=Class, default=Class.PLAIN)
    sla_days = models.PositiveSmallIntegerField(help_text="working days until it is solved")
    answer_days = models.PositiveSmallIntegerField(
        default=5, help_text="working days until the first answer, if that is earlier"
    )
    lead = models.ForeignKey("geo.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    support = models.ManyToManyField("geo.Agency", blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if (get_language() or "id").startswith("en") else self.name_id
