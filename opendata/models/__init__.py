"""Tables of the open-data room: the public's side (`released_…`) and the data steward's, behind the wall."""

from opendata.models.building import Build, Definition, Policy, Rung
from opendata.models.catalogue import Dataset, Release, Resource, Withdrawal, is_english
from opendata.models.rows import (
    ReleasedAggregate,
    ReleasedArea,
    ReleasedCamera,
    ReleasedCatchment,
    ReleasedCode,
    ReleasedCount,
    ReleasedIncident,
    ReleasedPerformance,
)

__all__ = [
    "Build",
    "Dataset",
    "Definition",
    "Policy",
    "Release",
    "ReleasedAggregate",
    "ReleasedArea",
    "ReleasedCamera",
    "ReleasedCatchment",
    "ReleasedCode",
    "ReleasedCount",
    "ReleasedIncident",
    "ReleasedPerformance",
    "Resource",
    "Rung",
    "Withdrawal",
    "is_english",
]
