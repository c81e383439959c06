"""`load_days_off FILE`; docs/commands.md."""

from __future__ import annotations

from geo.management.file_command import FileCommand
from incidents.days_off_file import load_days_off


class Command(FileCommand):
    help = "Load a city's own days off (date, name, working) from a CSV file, year by year, all or nothing."
    load = staticmethod(load_days_off)
