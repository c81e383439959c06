"""What followers may read of an agency's words: nothing before the topic's rule or an operator released it.

The reporter reads an answer at once, since it is an answer to them; what an operator holds back, nobody outside reads.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, Invalid, NotFound
from incidents.access import Viewer
from incidents.closed_time import closed, is_closed
from incidents.masking import masked
from incidents.models import Entry, HeldBack, Incident, Member, Photo
from incidents.validate import is_text

# What agencies say to everybody who follows a case. Reasons for a return or an archive are for the reporter alone.
RELEASABLE = (Entry.Kind.ANSWERED, Entry.Kind.RESOLVED, Entry.Kind.OUTSIDE)
# What staff says to staff: the reporter reads that it happened, not these words.
BETWEEN_STAFF = (Entry.Kind.ASSIGNED, Entry.Kind.INVITED, Entry.Kind.RELEASED, Entry.Kind.FORWARDED)
REASON = (5, 500)


def releases_itself(incident: Incident, kind: str) -> bool:
    """Whether the topic's rule releases an entry of this kind; never in a confidential case."""
    return kind in RELEASABLE and incident.category.auto_release and not incident.confidential


def is_held_back(entry: Entry) -> bool:
    """Whether an operator holds its words and photos back (with `held_back` at hand: without a query)."""
    return getattr(entry, "held_back", None) is not None


def is_reporters_own(entry: Entry) -> bool:
    """Whether a reporter said it. Their words and photos are for staff: a code may be overheard."""
    return entry.complaint_id is not None and entry.actor_id is None and entry.agency_id is None


def words_for_reporter(entry: Entry) -> str:
    """What the reporter reads of an entry (with note and `held_back` at hand): its words, or why there are none.

    Covered as staff reads them: a name and number in an answer may be those of somebody else.
    """
    if entry.note is None or entry.kind in BETWEEN_STAFF or is_reporters_own(entry):
        return ""
    if is_held_back(entry):
        return str(_("(held back by the operator)"))
    return str(_("(erased)")) if entry.note.erased_at else masked(entry.note.body)


def photos_for_reporter(entry: Entry) -> list[Photo]:
    """The photos of an entry (with `held_back` and photos at hand) that the reporter sees."""
    return [] if is_held_back(entry) or is_reporters_own(entry) else list(entry.photos.all())


def is_open_to_followers(entry: Entry) -> bool:
    """Whether who follows the case without having reported it may read an entry's words and see its photos."""
    released = entry.kind in RELEASABLE and entry.public and entry.released_at is not None
    return released and not entry.incident.confidential  # it may have become so since


def words_for_followers(entry: Entry) -> str:
    return words_for_reporter(entry) if is_open_to_followers(entry) else ""


def waiting() -> QuerySet[Entry]:
    """Answers that nobody released or held back yet: those that somebody waits for first, then the oldest."""
    followed = Count("incident__followers", filter=Q(incident__followers__ended_at=None), distinct=True)
    return (
        Entry.objects.filter(
            kind__in=RELEASABLE, public=True, released_at=None, held_back=None, incident__confidential=False
        )
        .exclude(closed())
        .annotate(followed=followed)
        .order_by("-followed", "at", "pk")
    )


def release(viewer: Viewer, pk: int) -> Entry:
    """Followers read this entry's words and see its photos from now on. Raises NotFound, Forbidden, Conflict."""
    with transaction.atomic():
        entry = _locked(viewer, pk)
        if entry.released_at is not None:
            raise Conflict(_("This answer is released already."))
        if entry.incident.confidential:
            raise Conflict(_("This case is confidential: nothing of it is released."))
        if is_closed(entry):
            raise Conflict(
                _("This was said while a confidential report was in this case: it is not released.")
            )
        HeldBack.objects.filter(entry=entry).delete()
        entry.released_at, entry.released_by = timezone.now(), viewer.user
        entry.save(update_fields=["released_at", "released_by"])
        return entry


def hold_back(viewer: Viewer, pk: int, reason: str) -> Entry:
    """Nobody outside reads this entry's words any more; its agency reads why. Raises Invalid, NotFound, Forbidden."""
    least, most = REASON
    said = reason.strip()
    if not least <= len(said) <= most or not is_text(said):
        raise Invalid.at("reason", _("Please write in 5 to 500 characters why it is held back."))
    with transaction.atomic():
        entry = _locked(viewer, pk)
        held = {"reason": said, "by": viewer.user, "at": timezone.now()}
        HeldBack.objects.update_or_create(entry=entry, defaults=held)
        entry.released_at = entry.released_by = None
        entry.save(update_fields=["released_at", "released_by"])
        return entry


def _locked(viewer: Viewer, pk: int) -> Entry:
    if viewer.role != Member.Role.OPERATOR:
        raise Forbidden(_("Answers are released by operators."))
    entries = Entry.objects.select_for_update(of=("self",)).select_related("incident__category")
    entry = entries.filter(pk=pk, kind__in=RELEASABLE, public=True).first()
    if entry is None:
        raise NotFound(_("There is no such answer to be released."))
    return entry
