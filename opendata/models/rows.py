"""The released rows, a table for each recipe. Columns are those of the files; ids are of one release only."""

from __future__ import annotations

from django.contrib.gis.db import models

from opendata.models.catalogue import Release


class Place(models.Model):
    """The kelurahan of a row, by code and name."""

    kelurahan_code = models.CharField(max_length=20)
    kelurahan = models.CharField(max_length=120)
    kecamatan_code = models.CharField(max_length=20)
    kecamatan = models.CharField(max_length=120)

    class Meta:
        abstract = True


class ReleasedCount(Place):
    """Of the first dataset, no longer made: reports of a category in a kelurahan in an ISO week."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="counts")
    category = models.CharField(max_length=60)
    category_name = models.CharField(max_length=120)
    urusan = models.CharField(max_length=10, blank=True)
    week = models.CharField(max_length=8, help_text="ISO week, e.g. 2026-W47")
    reports = models.PositiveIntegerField()

    class Meta:
        db_table = "released_count"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kelurahan_code", "category", "week"], name="released_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kelurahan_code} {self.category} {self.week}"


class ReleasedIncident(Place):
    """One incident of the open tier. `id` of the files is `row`: random, of this release only."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="incidents")
    row = models.CharField(max_length=32)
    category = models.CharField(max_length=60)
    urusan = models.CharField(max_length=10, blank=True)
    catchment = models.CharField(max_length=40, blank=True)
    week = models.CharField(max_length=8)
    outcome = models.CharField(max_length=20)
    source = models.CharField(max_length=10)
    reports = models.CharField(max_length=10)

    class Meta:
        db_table = "released_incident"
        constraints = [models.UniqueConstraint(fields=["release", "row"], name="released_row_once")]
        indexes = [
            models.Index(fields=["release", "kelurahan_code", "category"], name="released_incident_place")
        ]

    def __str__(self) -> str:
        return self.row


class ReleasedAggregate(models.Model):
    """One cell of the aggregate tier: so many reports of a category at a place of a level in a period."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="aggregates")
    level = models.CharField(max_length=20, help_text="kelurahan, kecamatan, kota or rest")
    place_code = models.CharField(max_length=20)
    place = models.CharField(max_length=120)
    period = models.CharField(max_length=8, help_text="2026-10 or 2026-Q4")
    category = models.CharField(max_length=60)
    urusan = models.CharField(max_length=10, blank=True)
    reports = models.PositiveIntegerField()

    class Meta:
        db_table = "released_aggregate"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "level", "place_code", "period", "category"],
                name="released_aggregate_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place_code} {self.category} {self.period}"


class ReleasedCamera(Place):
    """Events of a class that cameras of a catchment saw in an ISO week."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cameras")
    catchment = models.CharField(max_length=40, blank=True)
    week = models.CharField(max_length=8)
    klass = models.CharField(max_length=20)
    events = models.PositiveIntegerField()

    class Meta:
        db_table = "released_camera"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kelurahan_code", "catchment", "week", "klass"],
                name="released_camera_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.catchment or self.kelurahan_code} {self.klass} {self.week}"


class ReleasedPerformance(models.Model):
    """How an agency answered and solved in a quarter, over topics of one tier."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="performances")
    agency_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=200)
    period = models.CharField(max_length=8)
    tier = models.CharField(max_length=10)
    cases = models.CharField(max_length=12, help_text="a band")
    answer_days_median = models.FloatField(null=True)
    answer_days_p90 = models.FloatField(null=True)
    solved_days_median = models.FloatField(null=True)
    solved_days_p90 = models.FloatField(null=True)
    late_percent = models.PositiveSmallIntegerField(null=True)
    reopened_percent = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "released_performance"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "agency_code", "period", "tier"], name="released_performance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.period}"


class ReleasedCatchment(Place):
    """A cell of at least so many households: the smallest place that any release names."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="catchments")
    catchment = models.CharField(max_length=40)
    households = models.PositiveIntegerField()
    geom = models.MultiPolygonField(null=True, spatial_index=True)

    class Meta:
        db_table = "released_catchment"
        constraints = [
            models.UniqueConstraint(fields=["release", "catchment"], name="released_catchment_once")
        ]

    def __str__(self) -> str:
        return self.catchment


class ReleasedArea(models.Model):
    """A kelurahan or kecamatan as a release draws it: simplified to about 10 m, with its people where known."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=20, default="kelurahan_desa")
    kecamatan_code = models.CharField(max_length=20)
    kecamatan = models.CharField(max_length=120)
    geom = models.MultiPolygonField(spatial_index=False)
    people = models.PositiveIntegerField(null=True)
    people_year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "released_area"
        constraints = [models.UniqueConstraint(fields=["release", "code"], name="released_area_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ReleasedCode(models.Model):
    """A code of a list that released rows use: categories, urusan, outcomes, bands, sources, classes, agencies."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="codes")
    list = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    parent = models.CharField(max_length=60, blank=True)
    name_id = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)

    class Meta:
        db_table = "released_code"
        constraints = [models.UniqueConstraint(fields=["release", "list", "code"], name="released_code_once")]

    def __str__(self) -> str:
        return f"{self.list} {self.code}"
