"""Places and who answers for them: the city, editions of its boundaries, agencies and their service areas.

All geometries are EPSG:4326 (longitude first); `*_3857` columns are generated copies for tiles.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _


def plain(*parts: str) -> models.GeneratedField:
    """A column that follows these text columns as people type them: lower case, no accents, words and digits only."""
    spaced = [piece for part in parts for piece in (Value(" "), F(part))][1:]
    text = Concat(*spaced) if len(parts) > 1 else spaced[0]
    return models.GeneratedField(
        expression=Func(text, function="geo_plain"), output_field=models.TextField(), db_persist=True
    )


class City(models.Model):
    """The one city that this installation serves; a row of data, loaded from `city.toml`."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=40, help_text="IANA time zone, e.g. Asia/Jakarta")
    center = models.PointField()
    zoom = models.FloatField(default=12)
    languages = models.JSONField(default=list)
    emergency_number = models.CharField(max_length=20, default="112")
    boundaries_licence = models.CharField(
        max_length=40,
        blank=True,
        default="",
        help_text="SPDX name of the licence of its borders; empty: they are in no release",
    )
    demo = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "cities"

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One state of the boundaries, as a whole. Old incidents keep the edition that they were located in."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")

    name = models.CharField(_("name"), max_length=80, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    approximate = models.BooleanField(
        _("approximate"), default=False, help_text=_("borders are not the official ones")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    report = models.JSONField(_("loading report"), default=dict)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    activated_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    before = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the one that was in force when this one took its place: where a roll back leads",
    )
    linked_from = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="+",
        help_text="editions whose codes were linked to this one's; from then on the links are a person's to change",
    )

    class Meta:
        verbose_name, verbose_name_plural = _("edition of the borders"), _("editions of the borders")
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="active"), name="geo_one_active_edition"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A kabupaten/kota, kecamatan or kelurahan/desa in one edition, by its dotted Kemendagri code."""

    class Level(models.TextChoices):
        CITY = "kabupaten_kota", _("regency or city")
        DISTRICT = "kecamatan", _("kecamatan")
        VILLAGE = "kelurahan_desa", _("kelurahan or desa")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=20, choices=Level)
    parent_code = models.CharField(max_length=20, blank=True)
    foreign_code = models.CharField(
        max_length=40, blank=True, help_text="the code in the file, if another system's"
    )
    geom = models.MultiPolygonField()
    label_point = models.PointField()
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", 3857), output_field=models.MultiPolygonField(srid=3857), db_persist=True
    )
    plain = plain("name")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="geo_area_code_once_per_edition")
        ]
        indexes = [
            GistIndex(fields=["geom_3857"], name="geo_area_3857"),
            models.Index(fields=["edition", "level"]),
            GistIndex(fields=["plain"], opclasses=["gist_trgm_ops"], name="geo_area_plain"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Predecessor(models.Model):
    """Under which code of `edition` an area of another edition goes on, so that time series do.

    Only where a code does not simply go on: a merge has one row for each old code, a split several for one.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="predecessors")
    code = models.CharField(_("code"), max_length=20)
    predecessor_edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="successors", verbose_name=_("earlier edition")
    )
    predecessor_code = models.CharField(_("earlier code"), max_length=20)
    share = models.FloatField(_("share"), help_text=_("how much of the earlier area lies in it, 0 to 1"))

    class Meta:
        verbose_name, verbose_name_plural = _("link between codes"), _("links between codes")
        ordering = ["predecessor_code", "-share", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "predecessor_edition", "predecessor_code", "code"],
                name="geo_predecessor_once",
            ),
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="geo_predecessor_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_code} → {self.code}"


class Agency(models.Model):
    """An OPD, or an outsider (PLN, PDAM, police) to whom cases are forwarded."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=30)
    email = models.EmailField(_("e-mail"), blank=True)
    active = models.BooleanField(_("in use"), default=True)
    plain = plain("name", "short_name")

    OUTSIDE = "luar"  # the kind of those that have no desk here: cases reach them by e-mail

    class Meta:
        verbose_name, verbose_name_plural = _("agency"), _("agencies")
        ordering = ["code"]
        indexes = [GistIndex(fields=["plain"], opclasses=["gist_trgm_ops"], name="geo_agency_plain")]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_outside(self) -> bool:
        """No agency of the city's: PLN, PDAM, police, BPOM, the province, a ministry, SP4N."""
        return self.kind == self.OUTSIDE


class ServiceArea(models.Model):
    """Where an agency answers for a category: an area by code, a polygon of its own, or (neither) the whole city."""

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="service_areas", verbose_name=_("agency")
    )
    category = models.CharField(
        _("category"), max_length=60, blank=True, help_text=_("a category's code; empty for all")
    )
    name = models.CharField(_("name"), max_length=160, blank=True)
    area_code = models.CharField(_("area code"), max_length=20, blank=True)
    geom = models.MultiPolygonField(_("polygon"), null=True, blank=True)
    priority = models.IntegerField(
        _("priority"), default=0, help_text=_("the higher leads where two overlap")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("service area"), _("service areas")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(geom__isnull=True) | models.Q(area_code=""),
                name="geo_service_area_one_shape",
            )
        ]

    def __str__(self) -> str:
        where = self.area_code or self.name
        return ", ".join(filter(None, (str(self.agency), self.category, where)))


class Facility(models.Model):
    """A puskesmas, kantor kelurahan … that people know. With an agency's code it is where that agency sits."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    location = models.PointField()
    plain = plain("name")

    class Meta:
        verbose_name_plural = "facilities"
        indexes = [
            GistIndex(fields=["plain"], opclasses=["gist_trgm_ops"], name="geo_facility_plain"),
            # On the globe, so that the nearest in metres is found by the index.
            GistIndex(Cast("location", models.PointField(geography=True)), name="geo_facility_globe"),
        ]

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """People and households of an area: the denominators beside counts."""

    area_code = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    households = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "population"
        constraints = [
            models.UniqueConstraint(fields=["area_code", "year"], name="geo_population_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.year}"


class Household(models.Model):
    """Where people live: a house or a building, with how many households are in it. Never shown, never released."""

    location = models.PointField(spatial_index=False)
    count = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.count} households"


class CatchmentVersion(models.Model):
    """A partition of kelurahan into catchments (geo/catchments.py), made from households for one edition of borders.

    A later version of the same borders only merges cells of the one `before` it.
    """

    number = models.PositiveIntegerField(unique=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    least = models.PositiveIntegerField(help_text="households that every cell holds at least")
    households = models.PositiveIntegerField(help_text="all that were counted")
    before = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=False)
    report = models.JSONField(default=dict, help_text="cells, sizes, kelurahan without one and why")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=models.Q(active=True), name="geo_one_active_catchments"
            )
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"catchments {self.number}"


class Catchment(models.Model):
    """A cell of at least so many households inside one kelurahan: the smallest place that is ever told."""

    version = models.ForeignKey(CatchmentVersion, on_delete=models.CASCADE, related_name="cells")
    code = models.CharField(
        max_length=40, help_text="the kelurahan's code and a number, e.g. 35.75.01.1001-007"
    )
    kelurahan_code = models.CharField(max_length=20)
    households = models.PositiveIntegerField()
    geom = models.MultiPolygonField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="geo_catchment_once")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class MapVersion(models.Model):
    """One row, counted up in the transaction that changes editions, areas or service areas.

    Processes compare it with what they have loaded, so that a running server follows within two seconds.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="geo_map_version_one_row")]

    def __str__(self) -> str:
        return str(self.version)
