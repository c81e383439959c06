"""What can be refused, as one small family: raised anywhere, answered in one place (config/errors.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class FieldError:
    """One field that has to be corrected; nested fields are dotted (`reporter.email`)."""

    field: str
    message: Text


class DomainError(Exception):
    """A request that cannot be done, in words for the person who asked."""

    status = 400
    slug = "bad-request"
    title: Text = _("The request cannot be read")

    def __init__(self, detail: Text = "", errors: list[FieldError] | None = None) -> None:
        super().__init__(str(detail))
        self.detail = detail
        self.errors = errors or []

    @classmethod
    def at(cls, field: str, message: Text) -> Self:
        """The error of a single field."""
        return cls(message, [FieldError(field, message)])


class BadRequest(DomainError):
    pass


class Unauthorized(DomainError):
    status, slug, title = 401, "unauthorized", _("You are not signed in")


class Forbidden(DomainError):
    status, slug, title = 403, "forbidden", _("This is not open to you")


class NotFound(DomainError):
    status, slug, title = 404, "not-found", _("Not found")


class Conflict(DomainError):
    status, slug, title = 409, "conflict", _("This does not fit what is already there")


class TooLarge(DomainError):
    status, slug, title = 413, "too-large", _("That is too large")


class UnsupportedMedia(DomainError):
    status, slug, title = 415, "unsupported-media", _("This kind of content is not accepted")


class Invalid(DomainError):
    status, slug, title = 422, "invalid", _("Something has to be corrected")


class Unavailable(DomainError):
    status, slug, title = 503, "unavailable", _("This does not answer now")


class TooMany(DomainError):
    """Asked too often; `retry_after` in seconds."""

    status, slug, title = 429, "too-many", _("Too many requests")

    def __init__(self, detail: Text, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    @property
    def minutes(self) -> int:
        """How long to wait, as people are told."""
        return -(-self.retry_after // 60)
