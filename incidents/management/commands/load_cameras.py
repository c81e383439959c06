"""`load_cameras FILE`; docs/commands.md."""

from __future__ import annotations

from geo.management.file_command import FileCommand
from incidents.camera_file import load_cameras


class Command(FileCommand):
    help = "Load the camera registry (GeoJSON or CSV), all or nothing."
    load = staticmethod(load_cameras)
