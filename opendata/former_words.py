"""What a publication says to the person who asked for it: the same words in the terminal and on the steward's page."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from opendata.build import Forecast
from opendata.periods import Window
from opendata.publish import Outcome, Result


def moment(at: datetime) -> str:
    """`1 Desember 2026, 00.00 WIB`: a local moment with its zone's own abbreviation."""
    return f"{date_format(at, 'j F Y, H.i')} {at.tzname()}"


def outcome(done: Outcome) -> str:
    """One line about what came of a publication."""
    period, release = str(done.window.month), done.release
    if done.result == Result.EMPTY:
        return _("%(period)s: nothing to release.") % {"period": period}
    assert release is not None
    values = {
        "period": period,
        "version": release.version,
        "rows": number_format(release.rows, force_grouping=True),
        "reports": number_format(release.reports, force_grouping=True),
    }
    if done.result == Result.ALREADY:
        return _("%(period)s was released already as %(version)s. Releases do not change.") % values
    if done.result == Result.UNCHANGED:
        return _("%(period)s: nothing has changed since %(version)s.") % values
    return _("%(version)s is released: %(reports)s reports in %(rows)s rows.") % values


def still_runs(window: Window, command: str) -> str:
    """When a month that still runs can be released, and how to release it before."""
    ends = moment(window.month.ends(window.zone))
    return _(
        "%(period)s still runs; it can be released from %(ends)s. Provisionally until today: %(command)s"
    ) % {"period": window.month, "ends": ends, "command": command}


def forecast(window: Window, seen: Forecast) -> list[str]:
    """What would leave and what stays inside, line by line."""

    def amount(number: int) -> str:
        return number_format(number, force_grouping=True)

    return [
        _("%(period)s would be released with %(reports)s reports in %(rows)s rows.")
        % {"period": window.month, "reports": amount(seen.reports), "rows": amount(seen.rows)},
        _("Held back: %(n)s reports that are confidential or belong to a confidential case.")
        % {"n": amount(seen.confidential)},
        _("Held back: %(n)s reports of closed categories.") % {"n": amount(seen.closed)},
        _("Held back: %(n)s reports of categories that are published as aggregates only.")
        % {"n": amount(seen.aggregate)},
    ]


def unwritable(error: OSError) -> str:
    """Why the files could not be written."""
    return _("Nothing was released; the files cannot be written: %(why)s") % {"why": error.strerror}
