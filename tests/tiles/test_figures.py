from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from geo.models import City, Population
from incidents.access import Viewer, role_of
from incidents.figures.period import Period, last_days
from incidents.models import Camera, Category, CctvEvent, Incident
from tests.conftest import IN_KEPEL, person
from tests.tiles.cases import reported, seen, solved
from tiles.filters import Filters
from tiles.heatmap import figures
from tiles.heatmap.classes import classes_of
from tiles.heatmap.period import Bucket, context_of, cut
from tiles.heatmap.trend import trend_of_count, trend_of_days
from tiles.scope import Scope, scope_of

TODAY = datetime.now(ZoneInfo("Asia/Jakarta")).date()
MONTH = Period(TODAY - timedelta(days=29), TODAY)


@pytest.fixture
def everything(categories: dict[str, Category]) -> Scope:
    return Scope(Incident.objects.all(), CctvEvent.objects.all())


def scope(user: User) -> Scope:
    role = role_of(user)
    assert role is not None
    return scope_of(Viewer(user, role, user.member.agency))


def test_new_are_those_opened_in_the_period(everything: Scope) -> None:
    reported(days_ago=1)
    reported(days_ago=29)
    reported(days_ago=40)

    period = last_days(30)
    assert figures.totals(everything.incidents, period).new == 2
    assert figures.totals(everything.incidents, period.before()).new == 1


def test_late_are_those_open_past_their_deadline_when_the_period_ends(everything: Scope) -> None:
    past = timezone.now() - timedelta(days=10)
    reported(days_ago=90, due_at=past)  # open and late, though opened long before
    reported(days_ago=60, due_at=past, phase="selesai", resolved_at=timezone.now() - timedelta(days=3))
    reported(days_ago=60, due_at=past, phase="diarsipkan")
    reported(days_ago=5)

    week = last_days(7)
    assert figures.totals(everything.incidents, week).late == 1
    assert figures.totals(everything.incidents, week.before()).late == 2, "then the second was not solved yet"


def test_solved_counts_by_the_day_of_the_solution_and_half_took_at_most_the_median(everything: Scope) -> None:
    solved(days_ago=20, after_days=2)
    solved(days_ago=50, after_days=40)
    solved(days_ago=12, after_days=4)
    solved(days_ago=100, after_days=1)
    reported()

    found = figures.totals(everything.incidents, MONTH)

    assert found.solved == 3
    assert found.median_days == pytest.approx(4, abs=0.01)


def test_nothing_solved_has_no_median(everything: Scope) -> None:
    reported()
    assert figures.totals(everything.incidents, MONTH).median_days is None


def test_every_kelurahan_is_listed_in_alphabetical_order_with_what_its_people_make_of_it(
    everything: Scope,
) -> None:
    Population.objects.create(area_code="99.01.01.1001", year=2023, people=1, households=1)
    Population.objects.create(area_code="99.01.01.1001", year=2025, people=4000, households=1000)
    reported()
    reported()
    reported(at=IN_KEPEL)

    rows = figures.by_area(everything.incidents, MONTH)

    assert [(row.name, row.figures.new, row.per_thousand) for row in rows] == [
        ("Bakalan", 0, None),
        ("Kebonsari", 2, 0.5),
        ("Kepel", 1, None),
        ("Mayangan", 0, None),
    ]


def test_a_kelurahan_of_an_earlier_edition_is_not_lost(everything: Scope) -> None:
    reported(kelurahan_code="99.01.01.1009", kelurahan="Lama")
    rows = figures.by_area(everything.incidents, MONTH)
    assert ("Lama", 1) in [(row.name, row.figures.new) for row in rows]
    assert sum(row.figures.new for row in rows) == figures.totals(everything.incidents, MONTH).new


def test_categories_with_figures_are_listed_as_citizens_see_them(everything: Scope) -> None:
    reported("banjir")
    reported("sampah")
    rows = figures.by_category(everything.incidents, MONTH)
    assert [(row.code, row.figures.new) for row in rows] == [("sampah", 1), ("banjir", 1)]


def test_figures_of_an_agency_hold_nothing_of_another(
    everything: Scope, kepala_dlh: User, petugas_lain: User
) -> None:
    reported("sampah")
    reported("banjir")

    assert [row.code for row in figures.by_category(scope(kepala_dlh).incidents, MONTH)] == ["sampah"]
    assert [row.code for row in figures.by_category(scope(petugas_lain).incidents, MONTH)] == ["banjir"]
    assert figures.totals(scope(kepala_dlh).incidents, MONTH).new == 1


def test_a_confidential_case_counts_for_who_holds_it_and_not_for_the_leadership(everything: Scope) -> None:
    head = person("kepala_bpbd", "kepala", Category.objects.get(code="pungli").lead)
    leader = person("wali_kota", "pimpinan")
    reported("pungli", confidential=True)

    assert figures.totals(scope(head).incidents, MONTH).new == 1
    assert figures.totals(scope(leader).incidents, MONTH).new == 0


def test_days_of_the_histogram_are_those_of_the_city(everything: Scope) -> None:
    reported(opened_at=datetime(2026, 11, 19, 17, 30, tzinfo=UTC))  # half past midnight in Jakarta
    reported(opened_at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))

    span = Period(date(2026, 11, 1), date(2026, 11, 30))

    assert figures.by_day(everything.incidents, span) == {date(2026, 11, 20): 2}


def test_buckets_hold_each_day_once() -> None:
    for days, unit in ((90, "day"), (400, "week"), (1000, "month")):
        span = Period(date(2026, 11, 20) - timedelta(days=days - 1), date(2026, 11, 20))
        named, buckets = cut(span)
        covered = [b.since + timedelta(days=i) for b in buckets for i in range((b.until - b.since).days + 1)]
        assert named == unit
        assert covered == [span.since + timedelta(days=i) for i in range(days)]
    assert figures.histogram({date(2026, 11, 2): 3}, [Bucket(date(2026, 11, 1), date(2026, 11, 7))]) == [3]


def test_the_histogram_shows_what_came_before_and_after_the_period(city: City) -> None:
    today = last_days(1).until
    near = Period(today - timedelta(days=40), today - timedelta(days=31))
    far = Period(date(2020, 1, 1), date(2020, 1, 31))

    assert context_of(near).until == today
    assert context_of(last_days(90)).days == 180
    assert context_of(far).until == date(2020, 3, 2)


def test_the_hottest_place_is_counted_with_what_is_near_it(everything: Scope, camera: Camera) -> None:
    for shift in (0.0, 0.0002, 0.0004):
        reported(at=(112.9102 + shift, -7.6702))
    reported(at=IN_KEPEL)
    seen(camera, "e1")

    month = Filters().during(MONTH.since, MONTH.until)
    assert figures.hottest(everything, month) == 3
    assert figures.hottest(everything, Filters(kind="cctv")) == 1
    assert figures.hottest(Scope(Incident.objects.none(), everything.events), month) == 0


def test_camera_events_are_counted_beside_the_cases(everything: Scope, camera: Camera) -> None:
    seen(camera, "e1")
    seen(camera, "e2", days_ago=60)
    month = Filters().during(MONTH.since, MONTH.until)
    assert figures.sightings(everything, month) == 1
    assert figures.sightings(everything, Filters(kind="warga")) == 0


def test_classes_of_about_equal_size_leave_nothing_uncoloured_or_nothing_coloured() -> None:
    classes = classes_of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0)

    assert classes.legend() == [(0, 1, 2), (2, 3, 4), (4, 5, 6), (6, 7, 8), (8, 9, None)]
    assert [classes.step(value) for value in (1, 2, 3, 10)] == [0, 0, 2, 8]


def test_few_different_values_make_few_classes() -> None:
    assert classes_of([1, 1, 1, 4], 0).legend() == [(0, 1, 3), (8, 4, None)]
    assert classes_of([2, 2], 0).legend() == [(0, 2, None)]
    assert classes_of([0, 0], 0).breaks == ()


def test_rates_are_classed_as_the_legend_shows_them() -> None:
    classes = classes_of([0.04, 1.26, 1.31, 2.0, 3.4], 1)
    assert classes.lowest == 0.1, "little is not nothing"
    assert classes.step(1.26) == classes.step(1.31), "both are 1.3"


def test_a_trend_says_the_direction_in_words() -> None:
    assert [trend_of_count(*pair).icon for pair in ((5, 3), (3, 5), (4, 4))] == [
        "trending-up", "trending-down", "move-right",
    ]  # fmt: skip
    assert trend_of_days(None, 3) is None
    assert trend_of_days(2.0, 3.0).icon == "trending-down"  # type: ignore[union-attr]
    assert trend_of_days(2.04, 2.01).icon == "move-right"  # type: ignore[union-attr]
