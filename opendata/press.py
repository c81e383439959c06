"""One way from the working tables to files that have been attacked. The key of the row ids lives in here only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from opendata import telling
from opendata.audit import canaries
from opendata.audit.gate import examine
from opendata.audit.report import as_json, as_page
from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict
from opendata.candidates import empty_candidate, make_durable
from opendata.definitions import recipe_of
from opendata.formats import kinds
from opendata.formats.about import About, Written, readable_json
from opendata.formats.writing import add, seal, write
from opendata.imprint import about_candidate
from opendata.inside.copying import snapshot
from opendata.models import Build, Definition, Policy
from opendata.orders import fresh_order
from opendata.overlaps import refuse_twice
from opendata.policy import in_force
from opendata.progress import Step
from opendata.recipes.made import Made
from opendata.revisions import judge
from opendata.subjects import subject_of

AUDIT, MANIFEST = (kinds.JSON.file(name) for name in (kinds.AUDIT, kinds.MANIFEST))
NUMBER = re.compile(r"\d[\d.,]*")
AUDIT_PAGE = kinds.HTML.file(kinds.AUDIT)


class NothingToRelease(Exception):
    """There is no row that may leave, or nothing has changed since the last release."""

    def __init__(self, message: str, made: Made) -> None:
        super().__init__(message)
        self.message, self.made = message, made


@dataclass(frozen=True)
class Pressed:
    """A candidate on disk and what is kept of it beside its files. `refusal`: why it may not leave; empty: it may."""

    policy: Policy
    made: Made = field(repr=False)
    verdicts: tuple[Verdict, ...]
    refusal: str

    def kept(self) -> dict[str, Any]:
        """The fields of its Build."""
        return {
            "policy": self.policy,
            "rows": len(self.made.frame),
            "counted": self.made.counted,
            "audit": [verdict.as_json() for verdict in self.verdicts],
            "utility": dict(self.made.utility),
            "held": dict(self.made.held),
            "input_digest": self.made.input_digest,
        }


def press(build: Build, definition: Definition, step: Step) -> Pressed:
    """Make, write and attack a build's rows in one view of the tables.

    Raises NothingToRelease, a recipe's Conflict (no boundaries, …), and OSError (disk full).
    """
    policy, numbers = in_force()
    recipe, order = recipe_of(definition), fresh_order(definition, build.period, build.revision, numbers)
    step("read", 5)
    if recipe.prepare:
        recipe.prepare(order)
    with snapshot():
        refuse_twice(definition, build.period)
        made = recipe.make(order)
        if made.frame.empty:
            raise NothingToRelease(_("Nothing to release: no row may leave."), made)
        judged = judge(build, recipe, made, numbers)
        if judged.unchanged:
            raise NothingToRelease(_("Nothing has changed since the last release."), made)
        step("write", 30)
        folder = empty_candidate(build.dataset, build.folder)
        about = about_candidate(build, definition, recipe, policy, made)
        files = write(folder, made, recipe, about)
        step("audit", 55)
        subject = subject_of(recipe, order, made, folder, about)
        verdicts = tuple(examine(subject))
    step("seal", 95)
    _seal(folder, about, files, verdicts)
    last = canaries.examine(_knowing(subject, verdicts), only=(AUDIT, AUDIT_PAGE, MANIFEST))
    failed = [verdict for verdict in (*verdicts, *last) if not verdict.passed]
    return Pressed(policy, made, verdicts, judged.refusal or telling.stopped(failed))


def _knowing(subject: Subject, verdicts: Sequence[Verdict]) -> Subject:
    """With the words of the report itself, but for its numbers: a complaint may say the same of its own accord."""
    said = (f"{verdict.words_id}\n{verdict.words_en}" for verdict in verdicts)
    return replace(subject, public=subject.public.also(NUMBER.sub("\n", text) for text in said))


def _seal(folder: Path, about: About, files: Sequence[Written], verdicts: Sequence[Verdict]) -> None:
    """Put the audit's report beside the files, list all of them, and have the disk keep them."""
    report = {
        "dataset": about.slug,
        "version": about.version,
        **as_json(verdicts),
    }
    told = add(folder, AUDIT, kinds.JSON, readable_json(report))
    page = add(folder, AUDIT_PAGE, kinds.HTML, as_page(verdicts).encode())
    seal(folder, about, [*files, told, page])
    make_durable(folder)
