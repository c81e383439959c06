"""What a filing must be before it is taken: every fault at once, each with its field and what to do."""

from __future__ import annotations

import math
import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.errors import FieldError, Invalid
from geo.locate import Locator, Placement
from incidents import filing as limits
from incidents.filing import Filing, Words
from incidents.models import Category
from incidents.policy import current_policy

PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,}", re.ASCII)
OLDEST = timedelta(days=366)
CLOCK_SKEW = timedelta(minutes=5)


def validated(filing: Filing, locator: Locator) -> tuple[Category, Placement]:
    """The category and the place of a filing. Raises Invalid with all faults."""
    errors: list[FieldError] = []
    category = _category(filing, errors)
    placement = _placement(filing, locator, errors)
    if filing.words:
        _words(filing, filing.words, errors)
    if errors or category is None or placement is None:
        raise Invalid(_("Please correct the fields named below."), errors)
    return category, placement


def faults_of(filing: Filing, locator: Locator) -> list[FieldError]:
    """Everything that is wrong with a filing; nothing when it could be taken."""
    try:
        validated(filing, locator)
    except Invalid as refused:
        return refused.errors
    return []


def placement_of(filing: Filing, locator: Locator) -> Placement:
    """The place of a filing. Raises Invalid with all that is wrong with it."""
    errors: list[FieldError] = []
    placement = _placement(filing, locator, errors)
    if placement is None:
        raise Invalid(_("Please correct the fields named below."), errors)
    return placement


def is_text(value: str) -> bool:
    """Whether PostgreSQL can keep it: no NUL, no half of a surrogate pair (JSON can carry both)."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def chosen_category(code: str) -> Category:
    """The active leaf category of this code, with its parent, lead and support. Raises Invalid."""
    policy = current_policy()
    found = policy.categories.get(code)
    if found is None:
        raise Invalid.at("category", _("Please choose a category from the list."))
    if found.pk in policy.groups:
        raise Invalid.at("category", _("Please choose one of the topics inside this group."))
    return found


def _category(filing: Filing, errors: list[FieldError]) -> Category | None:
    try:
        return chosen_category(filing.category)
    except Invalid as refused:
        errors.extend(refused.errors)
        return None


def _placement(filing: Filing, locator: Locator, errors: list[FieldError]) -> Placement | None:
    lon, lat = filing.lon, filing.lat
    if lon is None and lat is None:
        return _by_code(filing.kelurahan, locator, errors)
    if lon is None or lat is None:
        errors.append(
            FieldError("lat" if lat is None else "lon", _("Longitude and latitude belong together."))
        )
        return None
    faults = [("lon", lon, 180), ("lat", lat, 90)]
    wrong = [name for name, value, most in faults if not math.isfinite(value) or abs(value) > most]
    if wrong and math.isfinite(lon) and math.isfinite(lat) and locator.locate(lat, lon).inside:
        text = _("Longitude and latitude seem to be swapped: the point lies in the city the other way round.")
        errors.append(FieldError(wrong[0], text))
        return None
    if wrong:
        errors.extend(FieldError(name, _("This is no position on the globe.")) for name in wrong)
        return None
    placement = locator.locate(lon, lat)
    if not placement.inside:
        errors.append(FieldError("lon", _outside(placement)))
        return None
    assert placement.kelurahan is not None
    if filing.kelurahan and filing.kelurahan != placement.kelurahan.code:
        name = placement.kelurahan.name
        text = _("The point lies in {name}, which is not the chosen kelurahan.").format(name=name)
        errors.append(FieldError("kelurahan", text))
        return None
    return placement


def _outside(placement: Placement) -> str:
    if placement.nearest is None:
        return _("The point lies outside the city.")
    km = f"{placement.nearest.distance_m / 1000:.1f}"
    name = placement.nearest.kelurahan.name
    return _("The point lies outside the city, {km} km from {name}.").format(km=km, name=name)


def _by_code(code: str, locator: Locator, errors: list[FieldError]) -> Placement | None:
    if not code:
        errors.append(FieldError("lon", _("Please set the pin or choose a kelurahan.")))
        return None
    if code not in locator.by_code:
        errors.append(FieldError("kelurahan", _("Please choose a kelurahan of this city.")))
        return None
    return locator.locate_code(code)


def _words(filing: Filing, words: Words, errors: list[FieldError]) -> None:
    least, most = limits.DESCRIPTION
    size = len(words.description.strip())
    if size < least:
        text = ngettext(
            "Please tell a little more: at least {n} character.",
            "Please tell a little more: at least {n} characters.",
            least,
        )
        errors.append(FieldError("description", text.format(n=least)))
    contact, origin = words.contact, words.origin or limits.Origin("", "")
    longest = [
        ("description", words.description, most),
        ("address_note", words.address_note, limits.ADDRESS_NOTE),
        ("reporter.name", contact.name, limits.NAME),
        ("reporter.email", contact.email, limits.EMAIL),
        ("reporter.phone", contact.phone, limits.PHONE),
        ("external_system", origin.system, limits.SYSTEM),
        ("external_id", origin.id, limits.EXTERNAL_ID),
    ]
    for name, value, length in longest:
        if len(value) > length:
            errors.append(FieldError(name, _("This is too long: at most {n} characters.").format(n=length)))
        elif not is_text(value):
            errors.append(FieldError(name, _("This holds characters that are no text.")))
    if bool(origin.system) != bool(origin.id):
        missing = "external_id" if origin.system else "external_system"
        errors.append(FieldError(missing, _("The other system and the number there belong together.")))
    if words.about and words.about not in current_policy().agencies:
        errors.append(FieldError("about_agency", _("Please choose an agency.")))
    _contact(words, errors)
    _occurred(filing, words, errors)


def _contact(words: Words, errors: list[FieldError]) -> None:
    if words.contact.email:
        try:
            validate_email(words.contact.email)
        except ValidationError:
            errors.append(FieldError("reporter.email", _("This is no e-mail address.")))
    if words.contact.phone and not PHONE.fullmatch(words.contact.phone):
        errors.append(FieldError("reporter.phone", _("This is no phone number.")))


def _occurred(filing: Filing, words: Words, errors: list[FieldError]) -> None:
    when = words.occurred_at
    if when is None:
        return
    if when.tzinfo is None:
        errors.append(FieldError("occurred_at", _("The time needs its offset, such as +07:00.")))
    elif when > filing.at + CLOCK_SKEW:
        errors.append(FieldError("occurred_at", _("This time lies in the future.")))
    elif when < filing.at - OLDEST:
        errors.append(FieldError("occurred_at", _("This is more than a year ago.")))
