"""Take one boundary file out of a ZIP, trusting nothing that the archive says about itself."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from geo.refusal import FileRefused

MAX_BYTES = 4 * 1024**3
MAX_MEMBERS = 1000
DATA_SUFFIXES = {".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet"}
SIDE_SUFFIXES = {".shx", ".dbf", ".prj", ".cpg"}


def unpack(path: Path, room: Path, wanted: str = "") -> Path:
    """Copy the one data file of the archive (or the one named `wanted`) with its side files into `room`; its new path.

    Raises FileRefused for a broken archive, names that lead outside, links, encrypted or oversized content, and when
    there is not exactly one file to choose.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _demand_harmless(path, members)
            chosen = _choose(path, members, wanted)
            stem = PurePosixPath(chosen.filename).with_suffix("")
            for member in members:
                name = PurePosixPath(member.filename)
                side = name.suffix.lower() in SIDE_SUFFIXES and name.with_suffix("") == stem
                if member is chosen or side:
                    _copy(archive, member, _target(room, name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FileRefused(
            path, _("the archive is broken or cannot be opened: %(reason)s") % {"reason": error}
        ) from error
    return _target(room, PurePosixPath(chosen.filename))


def _target(room: Path, name: PurePosixPath) -> Path:
    """Flat in `room`: no folder of the archive is made. GDAL looks for a Shapefile's side files in small letters."""
    return room / f"{name.stem}{name.suffix.lower()}"


def _demand_harmless(path: Path, members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        link = (member.external_attr >> 16) & 0o170000 == 0o120000
        if ".." in parts or parts[:1] == ("/",) or ":" in member.filename or link:
            raise FileRefused(path, _("a name in the archive leads outside of it"), member.filename[:80])
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_BYTES:
        raise FileRefused(path, _("the archive is too large when unpacked"))


def _choose(path: Path, members: list[zipfile.ZipInfo], wanted: str) -> zipfile.ZipInfo:
    named = {
        member.filename: member
        for member in members
        if PurePosixPath(member.filename).suffix.lower() in DATA_SUFFIXES
        and not PurePosixPath(member.filename).name.startswith(".")
    }
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
