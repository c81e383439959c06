"""What the files of a release say of themselves, and what is known of each once it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Code:
    """A code that can stand in a column, and its meaning in both languages."""

    code: str
    name_id: str
    name_en: str


@dataclass(frozen=True)
class About:
    """A release in words: no moment of its making, so that the same input gives the same bytes.

    `codes`: the lists that columns name (Column.codes), e.g. `categories` → its codes, in the order of the dictionary.
    """

    slug: str
    version: str
    title_id: str
    title_en: str
    publisher: str
    licence: str
    licence_url: str
    starts_on: date
    ends_on: date  # the last day in it
    zone: str
    policy_version: int
    numbers: Mapping[str, Any]
    period: str = ""
    revision: int = 0
    edition: str = ""  # of the boundaries
    approximate: bool = False  # those boundaries are not official
    catchments: str = ""  # version of the catchments
    demo: bool = False
    codes: Mapping[str, Sequence[Code]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Dataset and version in one word."""
        return f"{self.slug}-{self.version}"

    @property
    def members(self) -> dict[str, str]:
        """What a file says of itself when it travels alone."""
        told = {
            "name": self.name,
            "title": self.title_id,
            "license": self.licence,
            "attribution": self.publisher,
            "boundaries": self.edition,
            "catchments": self.catchments,
        }
        return {key: value for key, value in told.items() if value}


@dataclass(frozen=True)
class Written:
    """A file that lies in the folder: `rows` where it has any, `sha256` in hex."""

    file: str
    format: str
    media_type: str
    size: int
    sha256: str
    rows: int | None = None


def compact_json(value: object) -> str:
    """JSON without blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def readable_json(value: object) -> bytes:
    """JSON to be read by people, too; keys in the order of the alphabet, whatever order they came in."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
