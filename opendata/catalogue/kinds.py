"""What is said of each kind of dataset on its page: what its rows count, how it was made, what it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Promise | str

CONFIDENTIAL = _(
    "Confidential reports are taken out first, together with every report about the same problem. "
    "They are in no row and in no number from which they could be computed."
)
ATTACKED = _(
    "Then the files are attacked with our own tools (below). Only what withstands is released, and from then on it "
    "never changes. A correction is a new version."
)
BEWARE = _("Reports measure who reports")
WHO_REPORTS = _(
    "A kelurahan with many reports may have many problems, or many people who report. One with few may be well off, "
    "or unheard. Compare with care, and ask the people there."
)
ROWS = _("Rows")


@dataclass(frozen=True)
class Kind:
    """Words about a kind. `noun` stands over what the rows count, `row` over the number of rows; `made` are the
    steps; `limits` what to be careful of, under the title `beware`. `absent`: what it means that a kelurahan is not
    named; empty where it means that there was none.
    """

    noun: Words
    made: tuple[Words, ...]
    limits: Words = ""
    beware: Words = ""
    weeks: Words = ""
    where: Words = ""
    row: Words = ROWS
    absent: Words = ""


NOT_RELEASED = _("not released: fewer than the threshold, or none")
KINDS: dict[str, Kind] = {
    "reports": Kind(
        _("Reports"),
        (
            _(
                "Every report that citizens sent in the period is taken by the day on which it was received, in the "
                "city’s own time."
            ),
            CONFIDENTIAL,
            _(
                "What remains is counted per kelurahan, category and ISO week. Texts, photos, pins, contacts and codes "
                "are not used for this."
            ),
            _(
                "The files are audited (below). Only then are they released, and from then on they never change. A "
                "correction is a new version."
            ),
        ),
        limits=WHO_REPORTS,
        beware=BEWARE,
        weeks=_("Reports by the week in which they were received; the date is its Monday."),
        where=_("Reports"),
    ),
    "incidents": Kind(
        _("Problems"),
        (
            _(
                "Each problem of public space that citizens reported or a camera saw becomes one row, by the week in "
                "which it became known. Several reports of one problem are one row."
            ),
            CONFIDENTIAL,
            _(
                "The exact place is replaced by a catchment: a cell with at least %(households)s households, counted "
                "from real homes. Where homes are not known, only the kelurahan is named."
            ),
            _(
                "The day becomes a week; how long it took and how many reported become bands. Texts, photos, pins, "
                "ticket numbers and people are not used."
            ),
            _(
                "Each row gets a number at random that means nothing outside this release, and the rows are shuffled. "
                "The key of the numbers is thrown away."
            ),
            ATTACKED,
        ),
        limits=WHO_REPORTS,
        beware=BEWARE,
        weeks=_("Problems by the week in which they became known; the date is its Monday."),
        where=_("Problems"),
    ),
    "counts": Kind(
        _("Reports"),
        (
            _(
                "Reports on protected topics (health, social aid, safety, services, levies) are never shown row by "
                "row; they are counted."
            ),
            CONFIDENTIAL,
            _(
                "A number is shown only where at least %(k)s different people reported. All who did not confirm an "
                "address count as one person together."
            ),
            _(
                "Where fewer report, a topic is counted for a larger place or a longer time. Which step a topic is on "
                "was fixed from earlier data, not chosen for this release."
            ),
            _(
                "A number that could be computed from totals by subtraction is left out, too, with a neighbour that "
                "hides it; what is left out is told as a remainder."
            ),
            ATTACKED,
        ),
        limits=WHO_REPORTS,
        beware=BEWARE,
        where=_("Reports"),
        absent=NOT_RELEASED,
    ),
    "cameras": Kind(
        _("Camera events"),
        (
            _(
                "What the city’s cameras recognised is counted by catchment, week and class. No picture leaves."
            ),
            _(
                "A number is shown only from %(k)s events; smaller ones are left out, and there are no totals."
            ),
            ATTACKED,
        ),
        limits=_(
            "Cameras see only where they hang, and recognise some things better than others. A place without numbers "
            "has no camera, or fewer events than are shown."
        ),
        weeks=_("Events by week; the date is its Monday."),
        where=_("Camera events"),
        absent=NOT_RELEASED,
    ),
    "performance": Kind(
        _("Agencies"),
        (
            _("For each agency: how soon it answered and solved the cases of a quarter."),
            CONFIDENTIAL,
            _(
                "An agency is shown from %(k)s cases; of topics that are only counted, those with at least %(k)s cases "
                "by %(k)s different people. The number of cases is a band, days are rounded to half days, shares to "
                "5 per cent."
            ),
            ATTACKED,
        ),
        limits=_(
            "Agencies have different tasks: a fallen tree is cleared within a day, a road is not. Compare an agency "
            "with its own earlier quarters before you compare it with others."
        ),
    ),
    "catchments": Kind(
        _("Households"),
        (
            _(
                "Each kelurahan is divided into cells with at least %(households)s households each, counted from the "
                "places of real homes, never spread over the area."
            ),
            _(
                "No cell crosses the border of a kelurahan. The same homes give the same cells; a later version only "
                "joins cells, so that nothing can be cut out by comparing two versions."
            ),
            ATTACKED,
        ),
        where=_("Households"),
        row=_("Catchments"),
        absent=_("not divided: the homes are not known"),
    ),
    "areas": Kind(
        _("Areas"),
        (
            _(
                "The borders in force, simplified to about 10 metres, with the number of people where it is known."
            ),
        ),
        where=_("People"),
    ),
    "codes": Kind(
        _("Codes"),
        (_("Each list of codes that the other datasets use, with its words in Indonesian and English."),),
    ),
}
