"""One builder per dataset, over processes: a second one is told so, and a killed one lets go."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from geo.errors import Conflict
from opendata.locks import is_building, sole_builder
from tests.opendata.another_process import building

pytestmark = pytest.mark.django_db


@pytest.fixture
def another() -> Iterator[subprocess.Popen[str]]:
    """Another process that builds the dataset `petak`."""
    with building("petak") as process:
        yield process


def test_a_second_builder_is_told_so_and_another_dataset_is_free(another: subprocess.Popen[str]) -> None:
    assert is_building("petak")
    with pytest.raises(Conflict, match="petak"), sole_builder("petak", wait=False):
        pass

    with sole_builder("kode-acuan", wait=False):
        assert is_building("kode-acuan")
    assert not is_building("kode-acuan")


def test_whoever_is_killed_lets_go(another: subprocess.Popen[str]) -> None:
    os.kill(another.pid, signal.SIGKILL)
    another.wait()

    with sole_builder("petak", wait=True):
        assert is_building("petak")
