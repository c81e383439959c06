"""Which columns of a boundary file are the code, the name, the level: known styles, or a mapping by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from geo.refusal import FileRefused


@dataclass(frozen=True)
class Fields:
    """Column names of one file, '' where it has none. `parent_name`, `city_name` serve where parents are dissolved.

    `city_code` is there where each level has its columns: a row without the lowest level's is then an area of the level
    above.
    """

    style: str
    code: str
    name: str
    level: str = ""
    parent_code: str = ""
    parent_name: str = ""
    city_name: str = ""
    foreign_code: str = ""
    city_code: str = ""


MAPPABLE = ("code", "name", "level", "parent_code", "parent_name", "city_name", "foreign_code")

# A Shapefile cuts field names at ten letters: parent_cod, foreign_co.
_PLAIN = {
    "code": ("code", "kode", "kode_wilayah", "kode_wilay"),
    "name": ("name", "nama", "nama_wilayah", "nama_wilay"),
    "level": ("level", "tingkat"),
    "parent_code": ("parent_code", "parent_cod", "kode_induk"),
    "parent_name": ("parent_name", "parent_nam", "nama_induk"),
    "foreign_code": ("foreign_code", "foreign_co"),
}


class _Level(NamedTuple):
    """One level's columns: its code, its name, its code in another system, and a name that only its own layer has."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    foreign: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()


# From the villages up.
_RBI = (
    _Level(("kdepum",), ("wadmkd",), ("kdebps",), ("namobj",)),
    _Level(("kdcpum",), ("wadmkc",), ("kdcbps",), ("namobj",)),
    _Level(("kdpkab", "kdbpum"), ("wadmkk",), ("kdbbps",), ("namobj",)),
)
_HDX = tuple(
    _Level((f"adm{n}_pcode",), (f"adm{n}_en", f"adm{n}_id", f"adm{n}_name", f"adm{n}_name1"))
    for n in (4, 3, 2)
)


def _offices(words: Sequence[str], *names: str) -> _Level:
    """How offices call a level's columns: kode_desa, kd_desa, KODEDESA; nama_desa, NM_DESA, or just DESA."""
    codes = [prefix + word for word in words for prefix in ("kode_", "kd_", "kode", "kd")]
    named = [prefix + word for word in words for prefix in ("nama_", "nm_", "nama", "nm", "")]
    shapefile = {column[:10]: None for column in codes}, {column[:10]: None for column in (*named, *names)}
    return _Level(
        tuple(dict.fromkeys([*codes, *shapefile[0]])), tuple(dict.fromkeys([*named, *names, *shapefile[1]]))
    )


_KEMENDAGRI = (
    _offices(
        ("desa", "kel", "kelurahan", "kel_desa", "keldesa", "desa_kel"), "desa_kelurahan", "nama", "name"
    ),
    _offices(("kec", "kecamatan", "kemantren", "distrik"), "nama", "name"),
    _offices(("kab", "kota", "kab_kota", "kabkota", "kabkot", "kabupaten"), "nama", "name"),
)
_NONE = _Level((), ())


def recognise(path: Path, columns: Sequence[str], filled: set[str], mapping: Mapping[str, str]) -> Fields:
    """The fields of a file with these `columns`, of which those in `filled` hold at least one value.

    `mapping` (our word → the file's column) goes before what is recognised. FileRefused when no code or name is found,
    or the mapping names what is not there.
    """
    _check_mapping(path, columns, mapping)
    known = {column.lower(): column for column in columns if column in filled}
    fields = _recognised(known)
    if "code" in mapping:
        # The recognised codes are another system's then: kept beside, and no parents by them.
        foreign = fields.foreign_code or fields.code
        fields = replace(fields, parent_code="", city_code="", foreign_code=foreign)
    if mapping:
        fields = replace(fields, **mapping, style=_("by hand"))
    for word in ("code", "name"):
        if not getattr(fields, word):
            raise FileRefused(
                path,
                _(
                    "no column for “%(word)s” is recognised in: %(columns)s (say which with --map %(word)s=COLUMN)"
                )
                % {"word": word, "columns": ", ".join(columns) or "–"},
            )
    return fields


def _recognised(known: Mapping[str, str]) -> Fields:
    fields = _layered("BIG RBI", _RBI, known) or _layered("HDX COD-AB", _HDX, known)
    if fields is None and "code" not in known:
        fields = _layered("Kemendagri", _KEMENDAGRI, known)
    return fields or _plain(known)


def _check_mapping(path: Path, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    for word, column in mapping.items():
        if word not in MAPPABLE:
            raise FileRefused(
                path,
                _("--map knows %(words)s, not “%(word)s”") % {"words": ", ".join(MAPPABLE), "word": word},
            )
        if column not in columns:
            raise FileRefused(
                path,
                _("it has no column “%(column)s”; there are: %(columns)s")
                % {"column": column, "columns": ", ".join(columns) or "–"},
            )


def _named(known: Mapping[str, str], names: Sequence[str]) -> str:
    return next((known[name] for name in names if name in known), "")


def _plain(known: Mapping[str, str]) -> Fields:
    found = {word: _named(known, names) for word, names in _PLAIN.items()}
    return Fields(style="Kemendagri", **found)


def _layered(style: str, levels: Sequence[_Level], known: Mapping[str, str]) -> Fields | None:
    """The deepest level whose code column is filled is the layer's own; the levels above it give the parents."""
    for depth, own in enumerate(levels):
        if _named(known, own.codes):
            parent, city = (*levels[depth + 1 :], _NONE, _NONE)[:2]
            return Fields(
                style=style,
                code=_named(known, own.codes),
                name=_named(known, own.names + own.own_names),
                parent_code=_named(known, parent.codes),
                parent_name=_named(known, parent.names),
                city_name=_named(known, city.names),
                foreign_code=_named(known, own.foreign),
                city_code=_named(known, city.codes),
            )
    return None
