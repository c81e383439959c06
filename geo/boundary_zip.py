"""Take one boundary file out of a ZIP, trusting nothing that the archive says about itself."""

from __future__ import annotations

import lzma
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from geo.boundary_broken import why_unreadable
from geo.boundary_format import SIDE_SUFFIXES, demand_readable_size
from geo.refusal import Fault, FileRefused, refuse_if_any

MAX_MEMBERS = 1000
# zipfile says what is wrong in many tongues.
BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error, lzma.LZMAError,
)  # fmt: skip
DATA_SUFFIXES = {".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".kml"}


def unpack(path: Path, room: Path, wanted: str = "") -> Path:
    """Copy the one data file of the archive (or the one named `wanted`) with its side files into `room`; its new path.

    Raises FileRefused for a broken archive, names that lead outside, links, encrypted or oversized content, and when
    there is not exactly one file to choose.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _demand_harmless(path, archive.infolist())
            chosen = _choose(path, members, wanted)
            stem = PurePosixPath(chosen.filename).with_suffix("")
            parts = [member for member in members if member is chosen or _beside(member, stem)]
            # The sizes that the archive states bind: zipfile reads no further, and then misses the checksum.
            demand_readable_size(path, sum(part.file_size for part in parts), chosen.filename[:80])
            for part in parts:
                _copy(archive, part, _target(room, stem, part))
            return _target(room, stem, chosen)
    except BROKEN as error:
        reason = _("the archive cannot be opened: %(reason)s") % {"reason": why_unreadable(error)}
        raise FileRefused(path, reason) from error


def _target(room: Path, stem: PurePosixPath, member: zipfile.ZipInfo) -> Path:
    """Flat in `room`: no folder of the archive is made. GDAL looks for a Shapefile's side files in small letters."""
    return room / f"{stem.name}{PurePosixPath(member.filename).suffix.lower()}"


def _beside(member: zipfile.ZipInfo, stem: PurePosixPath) -> bool:
    name = PurePosixPath(member.filename)
    return name.suffix.lower() in SIDE_SUFFIXES and str(name.with_suffix("")).lower() == str(stem).lower()


def _demand_harmless(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise FileRefused(path, _("the archive holds more than %(most)d files") % {"most": MAX_MEMBERS})
    reason = _("a name in the archive leads outside of it")
    refuse_if_any(path, [Fault(member.filename[:80], reason) for member in members if _leads_outside(member)])


def _leads_outside(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    link = (member.external_attr >> 16) & 0o170000 == 0o120000
    return ".." in parts or parts[:1] == ("/",) or ":" in member.filename or link


def _choose(path: Path, members: list[zipfile.ZipInfo], wanted: str) -> zipfile.ZipInfo:
    named = {
        member.filename: member
        for member in members
        if PurePosixPath(member.filename).suffix.lower() in DATA_SUFFIXES
        and not PurePosixPath(member.filename).name.startswith(".")
    }
    if sum(PurePosixPath(name).suffix.lower() == ".kml" for name in named) > 1:
        named.pop("doc.kml", None)  # the cover sheet of a KMZ whose layers have files of their own
    stems = [member for name, member in named.items() if PurePosixPath(name).stem == wanted]
    if len(stems) == 1:
        return stems[0]
    if not named:
        raise FileRefused(path, _("the archive holds no boundary file"))
    if len(named) > 1:
        layers = ", ".join(sorted(PurePosixPath(name).stem for name in named))
        raise FileRefused(
            path, _("choose one layer with --layer; there are: %(layers)s") % {"layers": layers}
        )
    return next(iter(named.values()))


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    # Reading to the end makes zipfile compare the checksum, so a damaged member is not loaded as if it were whole.
    with archive.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, 1024 * 1024)
