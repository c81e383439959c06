"""The one door: whatever comes in is validated, placed, routed, written and told in one transaction.

filing → validate → locate → route → incident, complaint, assignments, timeline, outbox. A citizen and a camera take the
same way. When this returns, everything is durable; when it raises, nothing was kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Invalid
from geo.locate import Placement
from geo.models import Agency
from geo.registry import current_locator, edition_id
from incidents.deadlines.terms import set_terms
from incidents.filing import Contact, Filing, Words
from incidents.flow import current_flow
from incidents.fusion.join import case_to_join, note_evidence
from incidents.fusion.near import near_key
from incidents.fusion.offers import Offer, offers_with, repeated_offers
from incidents.fusion.reading import first_told
from incidents.models import (
    Assignment,
    Category,
    Complaint,
    Entry,
    ExcludedAgency,
    Incident,
    Phase,
    Photo,
    Reporter,
)
from incidents.photos import drop_file, kept_files
from incidents.policy import current_policy
from incidents.referrals import pass_on_by_rule
from incidents.routing import Routed, route
from incidents.timeline import Happening, append, reachable
from incidents.tracking import new_tracking_code
from incidents.validate import validated


@dataclass(frozen=True)
class Taken:
    """What became of a filing; `repeated` when the same one had been taken before under its idempotency key.

    `agencies` are those that were told at once, as the timeline keeps them: `{code, name, role}`, the lead first.
    `similar`: the open problems that are offered to who asked through the API.
    """

    incident: Incident
    complaint: Complaint | None
    repeated: bool = False
    agencies: list[dict[str, Any]] = field(default_factory=list)
    similar: list[Offer] = field(default_factory=list)


class KeyTaken(Conflict):
    """The idempotency key already belongs to another content; `complaint` is what was taken under it."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(_("This Idempotency-Key was already used for another report."))
        self.complaint = complaint


def take(filing: Filing) -> Taken:
    """Take a filing. Raises Invalid (fields), KeyTaken (its key was used for another content)."""
    key = _key_of(filing.words)
    earlier = _taken_before(key, filing.words)
    if earlier:
        return earlier
    category, placement = validated(filing, current_locator())
    with kept_files(filing.words.pictures if filing.words else ()) as files, transaction.atomic():
        taken = _locked_before(key, filing.words) or _write(filing, category, placement, key, files)
    if taken.repeated:
        for name in files:
            drop_file(name)
    return taken


def _key_of(words: Words | None) -> str | None:
    return (
        hashlib.sha256(words.idempotency_key.encode()).hexdigest()
        if words and words.idempotency_key
        else None
    )


def _taken_before(key: str | None, words: Words | None) -> Taken | None:
    """What was taken under this key before. Raises KeyTaken if its content was another."""
    if key is None or words is None:
        return None
    complaint = Complaint.objects.select_related("incident__category").filter(idempotency_key=key).first()
    if complaint is None:
        return None
    if complaint.body_digest != words.digest:
        raise KeyTaken(complaint)
    agencies, similar = first_told(complaint), repeated_offers(complaint)
    return Taken(complaint.incident, complaint, repeated=True, agencies=agencies, similar=similar)


def _locked_before(key: str | None, words: Words | None) -> Taken | None:
    """The same, holding a lock on the key until the transaction ends: of many at once exactly one is written."""
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(key[:15], 16)])
    return _taken_before(key, words)


def _write(
    filing: Filing, category: Category, placement: Placement, key: str | None, files: list[str]
) -> Taken:
    there = case_to_join(filing, category, placement)
    if there:
        return _add(there, filing, category, placement, key, files)
    incident = open_incident(filing, category, placement)
    complaint = _write_complaint(incident, filing, key, files) if filing.words else None
    tells = complaint and filing.words and filing.words.contact
    append(incident, received(incident, filing), tell_reporters=reachable(incident) if tells else ())
    about = _keep_out(incident, filing.words)
    routed = [one for one in route(category, placement) if one.agency != about]
    agencies = assign_all(incident, routed)
    return Taken(incident, complaint, agencies=agencies, similar=_similar(complaint, placement))


def _add(
    incident: Incident,
    filing: Filing,
    category: Category,
    placement: Placement,
    key: str | None,
    files: list[str],
) -> Taken:
    """One more report of an open case; its reporter gets the same answer as for a new one."""
    complaint = _write_complaint(incident, filing, key, files, _point(filing))
    note_evidence(incident, complaint)
    agencies = [_told(one) for one in route(category, placement)]
    return Taken(incident, complaint, agencies=agencies, similar=_similar(complaint, placement))


def _similar(complaint: Complaint | None, placement: Placement) -> list[Offer]:
    """What the answer to a program's report offers; the pages have shown it before."""
    if complaint is None or complaint.channel != Complaint.Channel.API:
        return []
    at_pin = complaint.location or complaint.incident.location
    if not at_pin:
        return []
    return offers_with(complaint, near_key(placement, at_pin.x, at_pin.y), complaint.incident.category)


def _point(filing: Filing) -> Point | None:
    if filing.lon is None or filing.lat is None:
        return None
    return Point(filing.lon, filing.lat, srid=4326)


def received(incident: Incident, filing: Filing) -> Happening:
    """That it came in: through whom, and by which channel where somebody spoke."""
    said = {"source": incident.source, **({"channel": filing.words.channel} if filing.words else {})}
    return Happening(Entry.Kind.RECEIVED, filing.at, public=True, by=filing.by, data=said)


def _keep_out(incident: Incident, words: Words | None) -> Agency | None:
    """The agency that the report is about, kept out before anybody gets the case."""
    about = current_policy().agencies.get(words.about) if words else None
    if about:
        ExcludedAgency.objects.create(incident=incident, agency=about, at=incident.opened_at)
        told = {"excluded": [{"code": about.code, "name": about.name}]}
        append(incident, Happening(Entry.Kind.PRIVACY, incident.opened_at, data=told))
    return about


def open_incident(filing: Filing, category: Category, placement: Placement) -> Incident:
    """A new incident at a place; the deadline counts from when the filing reached us."""
    incident = incident_of(filing, category, placement)
    incident.save(force_insert=True)
    return incident


def incident_of(filing: Filing, category: Category, placement: Placement) -> Incident:
    """The same, not yet written."""
    assert placement.kelurahan
    assert placement.kecamatan
    incident = Incident(
        category=category,
        status=current_flow().usual(Phase.NEW),
        source=Incident.Source.CITIZEN if filing.words else Incident.Source.CCTV,
        confidential=bool(filing.words and filing.words.confidential),
        demo=filing.demo,
        location=_point(filing),
        edition_id=edition_id(placement.edition),
        kelurahan_code=placement.kelurahan.code,
        kelurahan=placement.kelurahan.name,
        kecamatan_code=placement.kecamatan.code,
        kecamatan=placement.kecamatan.name,
        approximate=placement.approximate,
        camera=filing.camera,
        opened_at=filing.at,
        updated_at=filing.at,
    )
    set_terms(incident, category, filing.at)
    return incident


def _write_complaint(
    incident: Incident, filing: Filing, key: str | None, files: list[str], pin: Point | None = None
) -> Complaint:
    """`pin`: where the reporter put it, if the incident has a pin of its own already."""
    words = filing.words
    assert words is not None
    complaint = complaint_of(incident, filing, words, key, pin)
    try:
        complaint.save(force_insert=True)
    except IntegrityError as error:
        if "incidents_complaint_once_per_system" in str(error):
            raise Invalid.at("external_id", _("This number of the other system is already here.")) from error
        raise
    if words.contact:
        reporter_of(complaint, words.contact).save(force_insert=True)
    Photo.objects.bulk_create(
        Photo(
            complaint=complaint, file=name, sha256=picture.sha256, width=picture.width, height=picture.height
        )
        for name, picture in zip(files, words.pictures, strict=True)
    )
    return complaint


def complaint_of(
    incident: Incident, filing: Filing, words: Words, key: str | None = None, pin: Point | None = None
) -> Complaint:
    """What was said, under a new tracking code; not yet written."""
    return Complaint(
        incident=incident,
        tracking_code=new_tracking_code(),
        channel=words.channel,
        description=words.description.strip(),
        address_note=words.address_note.strip(),
        anonymous=words.anonymous,
        confidential=words.confidential,
        location=pin,
        received_at=filing.at,
        occurred_at=words.occurred_at,
        demo=filing.demo,
        idempotency_key=key,
        body_digest=words.digest,
        external_system=words.origin.system if words.origin else "",
        external_id=words.origin.id if words.origin else "",
    )


def reporter_of(complaint: Complaint, contact: Contact) -> Reporter:
    """How to reach who said it; not yet written."""
    return Reporter(complaint=complaint, name=contact.name, email=contact.email, phone=contact.phone)


def assignments_of(incident: Incident, routed: list[Routed]) -> tuple[list[Assignment], Happening]:
    """The assignments that routing makes and what the timeline tells of them; not yet written."""
    at = incident.updated_at
    given = [
        Assignment(incident=incident, agency=r.agency, role=r.role, why=r.why, assigned_at=at, updated_at=at)
        for r in routed
    ]
    told = {"agencies": [_told(one) for one in routed]}
    return given, Happening(Entry.Kind.ASSIGNED, at, public=True, data=told)


def assign_all(incident: Incident, routed: list[Routed]) -> list[dict[str, Any]]:
    """Give the incident to the agencies that routing chose, and tell each; returns them as the timeline keeps them."""
    if not routed:
        return []
    given, happening = assignments_of(incident, routed)
    Assignment.objects.bulk_create(given)
    entry = append(incident, happening, tell_agencies=[one.agency for one in routed])
    for one in routed:
        if one.agency.is_outside:
            pass_on_by_rule(incident, one.agency, entry)
    agencies: list[dict[str, Any]] = happening.data["agencies"]
    return agencies


def _told(routed: Routed) -> dict[str, Any]:
    return {"code": routed.agency.code, "name": routed.agency.name, "role": routed.role.value}
