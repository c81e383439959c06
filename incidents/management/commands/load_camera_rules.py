"""`load_camera_rules FILE`; docs/commands.md."""

from __future__ import annotations

from geo.management.file_command import FileCommand
from incidents.camera_file import load_camera_rules


class Command(FileCommand):
    help = "Load the rules by which camera events open cases (CSV), all or nothing."
    load = staticmethod(load_camera_rules)
