"""A release that has to go: its rows and files are removed, its name, its checksums and the reason stay.

The tombstone and the deletion of the rows are one transaction; the files go after it. A process that dies in between
leaves files that nobody is served; `sweep_withdrawn`, which every withdrawal begins with, removes them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.errors import Conflict, Invalid, NotFound
from opendata import store
from opendata.locks import sole_builder
from opendata.models import Release, ReleasedArea, Withdrawal
from opendata.released import TABLES

log = logging.getLogger("kentongan.opendata")
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Remains:
    """What a withdrawal cannot reach. `others`: standing releases of the same dataset that tell of the same days."""

    release: Release
    files: int
    size: int
    others: tuple[Release, ...]

    @property
    def sentences(self) -> list[str]:
        """For whoever decides, before it is done."""
        told = [
            ngettext(
                "%(files)s file (%(size)s bytes) and %(rows)s rows go.",
                "%(files)s files (%(size)s bytes) and %(rows)s rows go.",
                self.files,
            )
            % {"files": self.files, "size": self.size, "rows": self.release.rows},
            _("Its address answers 410 with your reason; its name and its checksums stay."),
            _("Copies that others have made remain, in caches for up to a year; nobody can call them back."),
        ]
        if self.others:
            versions = ", ".join(other.version for other in self.others)
            told.append(
                _("Other versions that tell of the same days remain: %(versions)s.") % {"versions": versions}
            )
        return told


def release_named(slug: str, version: str) -> Release:
    """Raises NotFound."""
    found = (
        Release.objects.select_related("dataset", "withdrawal")
        .filter(dataset__slug=slug, version=version)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such version of this dataset."))
    return found


def what_remains(release: Release) -> Remains:
    """To be told before a withdrawal."""
    files = release.resources.aggregate(size=Sum("size"))
    same_days = Release.objects.filter(
        dataset=release.dataset,
        withdrawal=None,
        starts_on__lte=release.ends_on,
        ends_on__gte=release.starts_on,
    ).exclude(pk=release.pk)
    return Remains(release, release.resources.count(), files["size"] or 0, tuple(same_days))


def withdraw(release: Release, reason_id: str, reason_en: str, by: User | None) -> Withdrawal:
    """Withdraw a release; `by` is nobody for the administrator at the terminal. It cannot be taken back.

    Raises Invalid (no reason, or a long one), Conflict (withdrawn already; what a crash left is removed all the same).
    """
    reason_id, reason_en = reason_id.strip(), reason_en.strip()
    if not reason_id:
        raise Invalid.at("reason_id", _("Say why, for the public, without naming anybody."))
    for field, reason in (("reason_id", reason_id), ("reason_en", reason_en)):
        if len(reason) > LONGEST_REASON:
            raise Invalid.at(field, _("At most %(limit)s characters.") % {"limit": LONGEST_REASON})
    with sole_builder(release.dataset.slug, wait=True):
        sweep_withdrawn(release.dataset.slug)
        with transaction.atomic():
            stone = _bury(release, reason_id, reason_en)
            transaction.on_commit(lambda: store.drop_files(release.dataset.slug, release.version))
        log.info("release %s was withdrawn by user %s", release.pk, by.pk if by else None)
    return stone


def sweep_withdrawn(slug: str) -> int:
    """Remove the files of withdrawn releases that a crash left behind; of how many there were any."""
    gone = Withdrawal.objects.filter(release__dataset__slug=slug).values_list("release__version", flat=True)
    left = [version for version in gone if store.folder_of(slug, version).exists()]
    for version in left:
        store.drop_files(slug, version)
    return len(left)


def _bury(release: Release, reason_id: str, reason_en: str) -> Withdrawal:
    """The tombstone first: the tables let go of rows only below one."""
    if Withdrawal.objects.filter(release=release).exists():
        raise Conflict(_("This version has been withdrawn already."))
    stone = Withdrawal.objects.create(release=release, reason_id=reason_id, reason_en=reason_en)
    TABLES[release.dataset.recipe].model._default_manager.filter(release=release).delete()
    ReleasedArea.objects.filter(release=release).delete()  # the first dataset has borders of its own
    return Withdrawal.objects.get(pk=stone.pk)
