"""What the desk keeps for itself: an index over the cases for each who looks, their words, and personal filters.

`InboxLine` and `CaseWords` are copies. Triggers keep them right in the transaction that changes a case, whoever writes
(docs/adr/0012-the-desk-reads-lines.md); nothing else writes them.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

OPERATORS = 0  # the scope of those who see all cases; every other scope is the key of an agency


class InboxPlace(models.TextChoices):
    """Where a case lies for who looks; exactly one of these. Late is no place: it comes with time alone."""

    NEW = "baru"
    WORKING = "dikerjakan"
    WAITING = "menunggu"
    OUTSIDE = "luar"
    RETURNED = "dikembalikan"
    DONE = "selesai"
    GONE = "lepas"


class InboxLine(models.Model):
    """A case as one scope sees it. `late_at`: empty while it is done or the clock stands still."""

    pk = models.CompositePrimaryKey("scope", "incident_id")
    scope = models.IntegerField()
    # A trigger removes the lines of a case that is deleted; a foreign key would ask again at each write.
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    place = models.CharField(max_length=12, choices=InboxPlace)
    open = models.BooleanField()
    late_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    role = models.CharField(max_length=10, help_text="the agency's, empty for operators")
    held = models.CharField(max_length=20, help_text="the state of the agency's assignment")
    category_id = models.BigIntegerField()
    kelurahan_code = models.CharField(max_length=20)
    source = models.CharField(max_length=10)
    channel = models.CharField(max_length=20, help_text="of the first complaint")
    confidential = models.BooleanField()
    unled = models.BooleanField(help_text="nobody is in charge")
    returned = models.BooleanField(help_text="an agency gave it back")
    stamped_at = models.DateTimeField(help_text="when this line last changed")

    class Meta:
        indexes = [
            # All that a filter asks lies in these, so that a list is read from the index alone.
            models.Index(
                fields=["scope", "due_at", "incident"],
                include=[
                    "place", "late_at", "opened_at", "changed_at", "role", "category_id", "kelurahan_code", "source",
                    "channel", "confidential", "unled", "returned",
                ],
                condition=Q(open=True),
                name="incidents_inbox_open",
            ),
            models.Index(
                fields=["scope", "opened_at", "incident"],
                include=["place", "role", "category_id", "kelurahan_code", "source", "channel", "confidential"],
                name="incidents_inbox_opened",
            ),
            models.Index(
                fields=["scope", "changed_at", "incident"],
                include=["place", "role", "category_id", "kelurahan_code", "source", "channel", "confidential"],
                name="incidents_inbox_changes",
            ),
            models.Index(
                fields=["scope", "category_id", "opened_at", "incident"],
                include=["place", "role", "kelurahan_code", "source", "channel", "confidential"],
                name="incidents_inbox_by_category",
            ),
            models.Index(
                fields=["scope", "kelurahan_code", "opened_at", "incident"],
                include=["place", "role", "category_id", "source", "channel", "confidential"],
                name="incidents_inbox_by_kelurahan",
            ),
            models.Index(fields=["scope", "stamped_at"], name="incidents_inbox_stamped"),
            models.Index(fields=["incident"], name="incidents_inbox_incident"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.scope}: #{self.incident_id} {self.place}"


class CaseWords(models.Model):
    """The words of a case's complaints to search in, without anything that holds a digit or an at sign.

    Besides words `words` holds marks (`s12` = the scope of agency 12, `1open`, `q20264` = opened in that quarter), so
    that one index answers what a viewer may find.
    """

    incident = models.OneToOneField(
        "incidents.Incident",
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="incidents_case_words")]

    def __str__(self) -> str:
        return f"words of #{self.incident_id}"


class SavedFilter(models.Model):
    """A filter of the desk that somebody keeps for themselves: a name and the query of the address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="incidents_filter_name_once_per_user")
        ]

    def __str__(self) -> str:
        return self.name
