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

        @property
        def strictness(self) -> int:
            """The more, the less of it is published."""
            return list(type(self)).index(self)

    class Class(models.TextChoices):
        PLAIN = "tidak_berkadar_pengawasan", _("complaint")
        SUPERVISED = "berkadar_pengawasan", _("complaint that needs supervision")
        ASPIRATION = "aspirasi", _("aspiration")
        INFORMATION = "permintaan_informasi", _("request for information")

    code = models.CharField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("group"),
    )
    name_id = models.CharField(_("name in Bahasa Indonesia"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    urusan = models.CharField(_("urusan"), max_length=10, blank=True)
    tier = models.CharField(_("privacy tier"), max_length=10, choices=Tier, default=Tier.CLOSED)
    klass = models.CharField(_("class"), max_length=30, choices=Class, default=Class.PLAIN)
    sla_days = models.PositiveSmallIntegerField(
        _("working days"),
        null=True,
        blank=True,
        help_text=_("working days until it is solved; empty: as its class has it"),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer"),
        null=True,
        blank=True,
        help_text=_("working days until the first answer; empty: as its class has it"),
    )
    lead = models.ForeignKey(
        "geo.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("in charge"),
    )
    support = models.ManyToManyField("geo.Agency", blank=True, related_name="+", verbose_name=_("supporting"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    emergency = models.BooleanField(
        _("emergency"), default=False, help_text=_("whoever chooses it is sent to the emergency number first")
    )
    join_metres = models.PositiveSmallIntegerField(
        _("joined within metres"),
        default=10,
        help_text=_("a report so near to an open case joins it by itself; 0 joins none (docs/duplicates.md)"),
    )
    join_days = models.PositiveSmallIntegerField(
        _("joined within days"), default=14, help_text=_("if something happened to the case so recently")
    )
    near_metres = models.PositiveSmallIntegerField(
        _("compared within metres"),
        default=150,
        help_text=_("cases so near to each other are suggested to operators as perhaps one problem"),
    )
    near_days = models.PositiveSmallIntegerField(
        _("compared within days"), default=60, help_text=_("if they were opened within so many days")
    )
    auto_release = models.BooleanField(
        _("answers released at once"),
        default=False,
        help_text=_("followers read the agency's answers and photos without an operator having looked"),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("category"), _("categories")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_en if (get_language() or "id").startswith("en") else self.name_id


class FormerTier(models.Model):
    """A tier that a category had, and until when: what was reported under it keeps what was promised then.

    Written by a trigger, whoever changes the category and however.
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="former_tiers")
    tier = models.CharField(max_length=10)
    until = models.DateTimeField()

    class Meta:
        ordering = ["until", "id"]

    def __str__(self) -> str:
        return f"{self.category_id} {self.tier}"
