"""Ninety made-up days of a city, in the order of time, through the doors that real people and cameras use."""

from __future__ import annotations

import csv
import heapq
import io
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from geo.city import city_zone
from geo.errors import DomainError
from geo.registry import current_locator
from incidents.access import Viewer
from incidents.cctv.events import Sighting, take_sightings
from incidents.demo.place import Homes, homes_of, some_moment
from incidents.demo.reporters import introduce
from incidents.filing import Filing, Words
from incidents.intake import take
from incidents.models import Assignment, Camera, Category, Complaint, Entry, Incident, Member, Rule
from incidents.photos import Picture
from incidents.workflow import Step, take_step

SEED = 2026
WITHOUT_PIN, ANONYMOUS, CONFIDENTIAL = 0.06, 0.45, 0.08
RETURNED, NEGLECTED = 0.03, 0.12
IN_BURSTS, BURST = 0.25, 6
SERVICES = 0.22
BATCH_HOURS = 3
Act = Callable[[], None]


@dataclass
class Story:
    """What is still to happen, by time; acts may add further ones. Nothing after `until` happens."""

    dice: random.Random
    until: datetime
    texts: dict[str, list[str]]
    answers: dict[str, list[str]]
    clerk: User
    order: count[int] = field(default_factory=count)
    coming: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def plan(self, at: datetime, act: Act) -> None:
        if at <= self.until:
            heapq.heappush(self.coming, (at, next(self.order), act))

    def play(self) -> None:
        while self.coming:
            _at, _order, act = heapq.heappop(self.coming)
            act()


def tell_story(folder: Path, complaints: int, events: int, days: int, now: datetime) -> None:
    """Make up `complaints` and `events` over the last `days`, with a fixed seed. Call it inside a transaction."""
    clerk, _made = User.objects.get_or_create(username="demo", defaults={"is_active": False, "password": "!"})
    dice = random.Random(SEED)  # noqa: S311 (a demo has to repeat, not to be secret)
    story = Story(dice, now, _texts(folder / "demo_texts.csv"), _texts(folder / "answers.csv"), clerk)
    start = datetime.combine(now.astimezone(city_zone()).date(), time(), city_zone()) - timedelta(days=days)
    _plan_complaints(story, homes_of(folder, dice), complaints, start, days)
    _plan_events(story, events, start, days)
    story.play()
    introduce(random.Random(SEED))  # noqa: S311


def _texts(path: Path) -> dict[str, list[str]]:
    """Texts by category; those for every category under ''."""
    found: dict[str, list[str]] = defaultdict(list)
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                found[row["category"]].append(row["text"])
    return found


def _moment(story: Story, start: datetime, days: int) -> datetime:
    """A moment that has passed."""
    at = some_moment(story.dice, start, days + 1)
    while at > story.until:
        at = some_moment(story.dice, start, days + 1)
    return at


def _plan_complaints(story: Story, homes: Homes, number: int, start: datetime, days: int) -> None:
    dice = story.dice
    leaves = [c for c in Category.objects.filter(active=True, children=None) if story.texts.get(c.code)]
    leaves.sort(key=lambda c: c.code)
    dice.shuffle(leaves)
    for category in dice.choices(leaves, _how_often(leaves, story.texts), k=number):
        at, (lon, lat) = _moment(story, start, days), homes.near_one(dice)
        story.plan(at, partial(_complain, story, category, at, lon, lat))


def _how_often(leaves: list[Category], texts: dict[str, list[str]]) -> list[float]:
    """Some topics are common, most are rare; `SERVICES` of all reports are about what is only counted."""
    counted = [c for c in leaves if c.tier == Category.Tier.AGGREGATE]
    often = {c.code: 1 / (1 + i / 4) for i, c in enumerate(counted)}
    others = {
        c.code: len(texts[c.code]) ** 2 * (1.0 if c.tier == Category.Tier.OPEN else 0.3) / (1 + i / 8)
        for i, c in enumerate(leaves)
        if c.code not in often
    }
    scale = SERVICES / (1 - SERVICES) * (sum(others.values()) or 1) / (sum(often.values()) or 1)
    return [others[c.code] if c.code in others else often[c.code] * scale for c in leaves]


def _complain(story: Story, category: Category, at: datetime, lon: float, lat: float) -> None:
    dice = story.dice
    words = Words(
        description=dice.choice(story.texts[category.code]),
        channel=Complaint.Channel.DEMO,
        anonymous=dice.random() < ANONYMOUS,
        confidential=dice.random() < CONFIDENTIAL,
    )
    placed = current_locator().locate(lon, lat)
    if not placed.inside or placed.kelurahan is None:
        return _complain(story, category, at, *_step_inside(lon, lat))
    filing = Filing(category.code, at, lon, lat, words=words, demo=True)
    if dice.random() < WITHOUT_PIN:
        filing = Filing(category.code, at, kelurahan=placed.kelurahan.code, words=words, demo=True)
    _plan_work(story, take(filing).incident, at, patience=1.0)


def _step_inside(lon: float, lat: float) -> tuple[float, float]:
    """A home at the border and a step over it: back to the middle of the nearest kelurahan."""
    near = current_locator().nearest(lon, lat)
    assert near is not None
    point = (
        current_locator().villages[current_locator().by_code[near.kelurahan.code]].geom.representative_point()
    )
    return point.x, point.y


def _plan_work(story: Story, incident: Incident, at: datetime, patience: float) -> None:
    """What the leading agency will do about it, and when; some cases are left lying."""
    dice = story.dice
    lead = incident.assignments.select_related("agency").filter(role=Assignment.Role.LEAD).first()
    if lead is None or dice.random() < NEGLECTED:
        return
    viewer = Viewer(story.clerk, Member.Role.OFFICER, lead.agency)
    answers = story.answers.get(incident.category.code, []) + story.answers.get("", [])
    accept = at + timedelta(hours=dice.lognormvariate(2.2, 1.0) * patience)
    answer = accept + timedelta(hours=dice.lognormvariate(2.5, 0.9) * patience)
    solve = answer + timedelta(hours=dice.lognormvariate(4.2, 0.9) * patience)

    def step(kind: Entry.Kind, when: datetime, text: str = "", pictures: tuple[Picture, ...] = ()) -> None:
        story.plan(when, lambda: _step(Step(viewer, lead, kind, text, pictures, at=when)))

    if dice.random() < RETURNED:
        step(Entry.Kind.RETURNED, accept, _("This is not our task; please pass it on to another agency."))
        return
    step(Entry.Kind.ACCEPTED, accept)
    step(Entry.Kind.ANSWERED, answer, dice.choice(answers) if answers else _("We are working on it."))
    step(Entry.Kind.RESOLVED, solve, _("We have solved this. Thank you for your report."), (_picture(dice),))
    _plan_support(story, incident, answer, solve)


def _plan_support(story: Story, incident: Incident, begin: datetime, solve: datetime) -> None:
    """Supporting agencies finish their part before the lead does: the case is resolved when all are done."""
    for one in incident.assignments.select_related("agency").filter(role=Assignment.Role.SUPPORT):
        viewer, at = Viewer(story.clerk, Member.Role.OFFICER, one.agency), begin + (solve - begin) / 2
        done = Step(viewer, one, Entry.Kind.RESOLVED, _("Our part is done."), (_picture(story.dice),), at=at)
        story.plan(at, partial(_step, done))


def _step(step: Step) -> None:
    try:
        take_step(step)
    except DomainError:
        return  # the case has moved on meanwhile, as cases do


def _picture(dice: random.Random) -> Picture:
    """A made-up photo of finished work: coloured ground and sky, marked as an example."""
    image = Image.new("RGB", (320, 240), (150 + dice.randrange(60), 180, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 140, 320, 240), fill=(90, 110 + dice.randrange(60), 90))
    draw.text((12, 216), "CONTOH / DEMO", fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return Picture(out.getvalue(), image.width, image.height)


def _plan_events(story: Story, number: int, start: datetime, days: int) -> None:
    dice = story.dice
    cameras = list(Camera.objects.filter(active=True).order_by("code"))
    general = sorted(set(Rule.objects.filter(active=True, camera=None).values_list("klass", flat=True)))
    if not cameras or not general:
        return
    seen = {
        c.pk: sorted(set(c.rules.values_list("klass", flat=True)) | set(dice.sample(general, k=2)))
        for c in cameras
    }
    batches: dict[datetime, list[Sighting]] = defaultdict(list)
    made = 0
    while made < number:
        camera, at = dice.choice(cameras), _moment(story, start, days)
        klass = dice.choice(seen[camera.pk])
        size = min(BURST if dice.random() < IN_BURSTS / BURST else 1, number - made)
        for _i in range(size):
            when = min(at + timedelta(minutes=dice.uniform(0, 30)), story.until)
            slot = when.replace(
                hour=when.hour // BATCH_HOURS * BATCH_HOURS, minute=0, second=0, microsecond=0
            )
            batches[slot].append(_sighting(dice, made, camera, klass, when))
            made += 1
    for slot, sightings in batches.items():
        at = min(slot + timedelta(hours=BATCH_HOURS), story.until)
        story.plan(at, partial(_see, story, sightings))


def _sighting(dice: random.Random, number: int, camera: Camera, klass: str, at: datetime) -> Sighting:
    confidence = round(dice.betavariate(6, 2), 3)
    amount = dice.randrange(20, 120) if klass == "kerumunan" else dice.randrange(1, 6)
    name = f"demo-{number}"
    detector = {"name": "demo", "version": "1"}
    return Sighting(
        name, "/demo", name, camera.code, klass, "end", at, confidence, amount, detector=detector, demo=True
    )


def _see(story: Story, sightings: list[Sighting]) -> None:
    sightings.sort(key=lambda one: one.time)
    before = Incident.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    take_sightings("demo", sightings, max(sightings[-1].time, story.until))
    for incident in Incident.objects.filter(pk__gt=before).select_related("category"):
        _plan_work(story, incident, incident.opened_at + timedelta(minutes=30), patience=0.3)
