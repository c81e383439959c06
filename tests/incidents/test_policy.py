from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.errors import Invalid
from incidents import policy
from incidents.models import Category
from incidents.policy import current_policy, forget_policy
from incidents.validate import chosen_category


@pytest.fixture
def kept(categories: dict[str, Category], monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: what was read is kept for a while."""
    monkeypatch.setattr(policy, "KEEP_SECONDS", 60.0)
    forget_policy()
    current_policy()


def test_a_report_finds_its_category_and_agencies_without_asking_the_database(kept: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        category = chosen_category("banjir")
        assert category.lead is not None
        found = (category.parent, category.lead.code, [one.code for one in category.support.all()])

    assert len(queries) == 0
    assert (str(found[0]), found[1], found[2]) == ("Lingkungan", "pupr", ["bpbd"])


def test_a_change_is_seen_when_what_was_kept_is_too_old(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Category.objects.filter(code="banjir").update(active=False)
    assert chosen_category("banjir").code == "banjir"

    monkeypatch.setattr(policy, "KEEP_SECONDS", -1.0)

    with pytest.raises(Invalid):
        chosen_category("banjir")


def test_a_group_whose_topics_are_all_closed_can_be_chosen_itself(categories: dict[str, Category]) -> None:
    with pytest.raises(Invalid):
        chosen_category("lingkungan")

    Category.objects.exclude(code="lingkungan").update(active=False)

    assert chosen_category("lingkungan").code == "lingkungan"
