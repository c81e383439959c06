"""What building and releasing says to the person who asked for it: the same words in the terminal and on pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendata.audit.verdicts import Verdict
from opendata.models import Build, is_english
from opendata.recipes.made import Made
from opendata.versions import version_of

STEPS: dict[str, Promise] = {
    "read": gettext_lazy("reading what was reported"),
    "write": gettext_lazy("writing the files"),
    "audit": gettext_lazy("attacking the files"),
    "seal": gettext_lazy("sealing the files"),
    "release": gettext_lazy("releasing"),
}
HELD: dict[str, Promise] = {
    "confidential": gettext_lazy("confidential, or in a case with a confidential report"),
    "closed": gettext_lazy("of protected topics"),
    "aggregate": gettext_lazy("of topics that are published as numbers only"),
    "place": gettext_lazy("in no known kelurahan, or in one with too few known households for a catchment"),
    "small": gettext_lazy("in cells with too few reporters or households"),
    "few": gettext_lazy("camera events in cells with too few of them"),
    "agencies": gettext_lazy("agencies with too few cases for a row"),
}


def step(key: str) -> str:
    """What is being done at this moment."""
    return str(STEPS.get(key, ""))


def held(reason: str) -> str:
    """Why something was held back."""
    return str(HELD.get(reason, reason))


def what(build: Build) -> str:
    """`kejadian-ruang-publik 2026-10`."""
    return f"{build.dataset} {version_of(build.period, build.revision)}"


def outcome(build: Build) -> str:
    """One line about what came of an order."""
    values = {
        "what": what(build),
        "rows": amount(build.rows or 0),
        "why": build.message,
        "state": build.get_state_display(),
    }
    lines = {
        Build.State.RELEASED: _("%(what)s is released: %(rows)s rows."),
        Build.State.READY: _("%(what)s passed its audit with %(rows)s rows and waits for approval. %(why)s"),
    }
    return (lines.get(Build.State(build.state), _("%(what)s: %(state)s. %(why)s")) % values).rstrip()


def forecast(name: str, made: Made) -> list[str]:
    """What would leave, what is coarsened and what stays inside, line by line. For the steward's eyes only."""
    lines = [
        _("%(what)s would be released with %(rows)s rows.") % {"what": name, "rows": amount(len(made.frame))}
    ]
    lines += [
        _("Held back: %(n)s %(why)s.") % {"n": amount(number), "why": held(reason)}
        for reason, number in made.held.items()
        if number
    ]
    return lines + [
        _("Coarsened: %(name)s %(value)s") % {"name": k, "value": v} for k, v in made.utility.items()
    ]


def amount(number: int) -> str:
    """A number with its thousands apart."""
    return number_format(number, force_grouping=True)


def stopped(failed: Iterable[Verdict]) -> str:
    """Why the audit let a candidate not leave, in the words of each attack that succeeded."""
    words = [one.words_en if is_english() else one.words_id for one in failed]
    return _("The audit stopped it. %(words)s") % {"words": " ".join(words)} if words else ""


def overtaken() -> str:
    """Why a candidate that had passed its audit may not leave any more."""
    return _(
        "Since it was built a report became confidential, or a case, topic, border or the policy was changed. Its "
        "files were removed; have it built again."
    )


def fault(error: Exception) -> str:
    """What is told of a fault of ours: the reason of the disk, never the words of a stack trace."""
    if isinstance(error, OSError):
        return _("Nothing was released; the files cannot be written: %(why)s") % {"why": error.strerror}
    return _("Nothing was released because of a fault on our side. The administrator finds it in the log.")
