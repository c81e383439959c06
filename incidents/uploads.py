"""What programs and pages send along: a few photos, each re-encoded; and whether two sendings say the same."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from geo.errors import DomainError, FieldError, Invalid
from incidents.filing import Filing, Words
from incidents.photos import Picture, read_picture


@dataclass(frozen=True)
class Upload:
    """One photo: re-encoded, beside the SHA-256 of the bytes that were sent."""

    picture: Picture
    sha256: str


def demand_few(count: int) -> None:
    """Raises Invalid when there are more photos than a report may have."""
    if count > settings.PHOTO_MAX_COUNT:
        text = _("A report can have at most {n} photos.")
        raise Invalid.at("photos", format_lazy(text, n=settings.PHOTO_MAX_COUNT))


def read_uploads(files: Sequence[UploadedFile[bytes]]) -> list[Upload]:
    """The photos of a request. Raises Invalid, TooLarge, UnsupportedMedia; of several, says which."""
    demand_few(len(files))
    uploads = []
    for number, file in enumerate(files, 1):
        try:
            picture = read_picture(file, file.size)
        except DomainError as refused:
            if len(files) > 1:
                text = format_lazy(_("Photo {n}: {what}"), n=number, what=refused.detail)
                refused.errors = [FieldError("photos", text)]
            raise
        uploads.append(Upload(picture, _sha256(file)))
    return uploads


def _sha256(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def content_digest(filing: Filing, words: Words, photos: Iterable[str]) -> str:
    """64 hexadecimal digits, equal for equal content: neither the order of fields nor the spelling of JSON matters.

    Keyed, because it covers contact details: nobody can find a phone number by trying all of them.
    """
    when = words.occurred_at
    content = {
        "category": filing.category,
        "place": [filing.lon, filing.lat, filing.kelurahan],
        "words": [words.description.strip(), words.address_note.strip()],
        "privacy": [words.anonymous, words.confidential, *filter(None, [words.about])],
        "contact": asdict(words.contact),
        "occurred_at": when.timestamp() if when and when.tzinfo else str(when),
        "photos": list(photos),
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.SECRET_KEY.encode(), canonical.encode(), "sha256").hexdigest()


def with_uploads(filing: Filing, uploads: Sequence[Upload], key: str) -> Filing:
    """The filing of a citizen with its photos, the client's own name for it, and the digest of all that it says."""
    assert filing.words is not None
    digest = content_digest(filing, filing.words, [upload.sha256 for upload in uploads])
    pictures = tuple(upload.picture for upload in uploads)
    return replace(filing, words=replace(filing.words, pictures=pictures, idempotency_key=key, digest=digest))
