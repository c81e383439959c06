"""`load_categories FILE`; docs/commands.md."""

from __future__ import annotations

from geo.management.file_command import FileCommand
from incidents.category_file import load_categories


class Command(FileCommand):
    help = "Load categories with tiers, deadlines and agencies from a CSV file, all or nothing."
    load = staticmethod(load_categories)
