"""What may be merged. Each refusal says why, and what to do first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from geo.errors import Conflict, Invalid
from incidents.models import Category, Incident

T = Category.Tier


def itself() -> Invalid:
    return Invalid.at("other", _("A case cannot be merged with itself."))


def city_of(incident: Incident) -> str:
    """The code of the kabupaten or kota in which it lies: the first two parts of its kelurahan's."""
    return ".".join(incident.kelurahan_code.split(".")[:2])


def check_mergeable(kept: Incident, gone: Incident, *, secret: bool) -> None:
    """Raises Invalid where it can never be, Conflict where something has to be done first."""
    if city_of(kept) != city_of(gone):
        raise Invalid.at("other", _("This case lies in another city."))
    if kept.demo != gone.demo:
        raise Invalid.at("other", _("A made-up case and a real one are not merged."))
    for one in (kept, gone):
        if one.merged_into_id:
            text = _("Case #%(n)s was already merged into #%(into)s.")
            raise Conflict(text % {"n": one.pk, "into": one.merged_into_id})
        if not one.is_open:
            raise Conflict(_("Case #%(n)s is no longer open.") % {"n": one.pk})
    if T(kept.category.tier).strictness < T(gone.category.tier).strictness:
        text = _(
            "The topic of #%(n)s is published less than that of #%(kept)s. Please correct the topic first."
        )
        raise Conflict(text % {"n": gone.pk, "kept": kept.pk})
    _check_kept_out(kept, gone)
    _check_secret(kept, gone, secret=secret)


def _check_kept_out(kept: Incident, gone: Incident) -> None:
    """An agency that a report is about gets to see it by no merge."""
    for about, other in ((kept, gone), (gone, kept)):
        out = set(about.excluded.values_list("agency_id", flat=True))
        names = ", ".join(sorted(str(one) for one in other.holders() if one.pk in out))
        if names:
            text = _(
                "#%(n)s is about %(names)s, which may not see it. Release them from the other case first."
            )
            raise Conflict(text % {"n": about.pk, "names": names})


def _check_secret(kept: Incident, gone: Incident, *, secret: bool) -> None:
    """Nobody gets to see a confidential report by way of a merge, and nobody makes a case confidential unawares."""
    for closed, other in ((kept, gone), (gone, kept)):
        if not closed.confidential:
            continue
        strangers = set(other.holders()) - set(closed.holders())
        if strangers:
            names = ", ".join(sorted(str(one) for one in strangers))
            text = _(
                "#%(n)s is confidential, and %(names)s may not see it. Release them from the other case first."
            )
            raise Conflict(text % {"n": closed.pk, "names": names})
    if kept.confidential != gone.confidential and not secret:
        raise Conflict(
            _(
                "One of the two is confidential, so all of it will be: it leaves figures and maps, and those who follow"
                " it see nothing more. Please confirm that."
            )
        )
