"""An installation's own types: added, renamed, merged, retired, and what becomes of what was said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from kb import services, training, triage
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.incidents.listing import Filters, save_view
from kb.labels import Role, Target
from kb.person import OPERATOR, Person
from kb.services import Merged
from kb.services.incident_types import slug_of
from kb.tables import Article, Incident, Prediction, Review, SavedView, Stamp, TimelineEntry
from kb.training import rows
from kb.training.rows import collect, starter
from tests.labelled import opinion, report, reviewed, stored, write_small_starter

WORDS = {"title": "Feed rejected", "body": "orders arrive twice since the release"}


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


@pytest.fixture
def small_models(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=6))
    training.first_models(desk)


@pytest.fixture
def merged(desk: Desk, admin: Person) -> int:
    """An incident whose type was then merged into another."""
    incident_id = report(desk)
    opinion(desk, incident_id, "data_corruption")
    reviewed(desk, incident_id, None, type="data_corruption")
    with desk.transaction() as session:
        session.get_one(Incident, incident_id).type = "data_corruption"
    services.merge_types(desk, admin, "data_corruption", into="data_integration")
    return incident_id


def slugs(desk: Desk) -> list[str]:
    return [row.slug for row in services.types(desk)]


def history(desk: Desk, person: Person) -> list[tuple[str, str, str, str]]:
    return [(row.slug, row.kind, row.old, row.new) for row in services.type_history(desk, person)]


def test_a_type_of_ones_own_gets_its_short_name_from_its_name(desk: Desk, admin: Person) -> None:
    assert services.save_type(desk, admin, "", name="Lost & found goods!") == "lost_found_goods"
    assert slugs(desk)[-1] == "lost_found_goods"
    assert history(desk, admin) == [("lost_found_goods", "added", "", "Lost & found goods!")]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("3-D printers", "type_3_d_printers"),
        ("Störung", "storung"),
        ("x" * 60, "x" * 40),
        ("故障", "type"),
        ("Q", "type_q"),
    ],
)
def test_a_short_name_fits_the_models(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_new_name_is_kept_with_the_old_one(desk: Desk, admin: Person) -> None:
    services.save_type(desk, admin, "performance", name="Too slow")
    services.save_type(desk, admin, "performance", name="Too slow")
    assert history(desk, admin) == [("performance", "renamed", "Performance", "Too slow")]


def test_two_types_in_use_have_different_names(desk: Desk, admin: Person) -> None:
    with pytest.raises(NotValid, match="already a type called Hardware failure"):
        services.save_type(desk, admin, "", name="hardware FAILURE")


def test_names_that_make_the_same_short_name_are_told_apart(desk: Desk, admin: Person) -> None:
    assert [services.save_type(desk, admin, "", name=name) for name in ("故障", "错误")] == ["type", "type_2"]


def test_a_merge_moves_the_incidents_and_tells_each(desk: Desk, merged: int) -> None:
    assert stored(desk, merged).type == "data_integration"
    with desk.reading() as session:
        last = session.exec(select(TimelineEntry).order_by(col(TimelineEntry.id).desc())).first()
    assert last
    assert (last.incident_id, last.field, last.old, last.new) == (merged, "type", "data_corruption", "data_integration")
    assert last.body == "Data corruption was merged into Data integration."


def test_a_merge_keeps_what_was_said_as_it_was_said(desk: Desk, admin: Person, merged: int) -> None:
    with desk.reading() as session:
        assert [row.type for row in session.exec(select(Review))] == ["data_corruption"]
        assert [row.label for row in session.exec(select(Prediction))] == ["data_corruption"]
    assert services.type_names(desk)["data_corruption"] == "Data corruption"
    assert history(desk, admin)[0] == ("data_corruption", "merged", "Data corruption", "Data integration")


def test_what_was_taught_of_a_merged_type_teaches_its_heir(desk: Desk, merged: int) -> None:
    with desk.reading() as session:
        taught = collect(session, Target.TYPE)
    assert taught.labels[-1] == "data_integration"
    assert "data_corruption" not in taught.labels
    assert taught.n_starter == starter(Target.TYPE).n_starter


def test_a_retired_type_teaches_nothing(desk: Desk, admin: Person) -> None:
    services.save_type(desk, admin, "access", name="Access", is_active=False)
    with desk.reading() as session:
        taught = collect(session, Target.TYPE)
    known = starter(Target.TYPE).labels
    assert "access" not in taught.labels
    assert taught.n_starter == len(known) - known.count("access")


def test_articles_lists_and_search_follow_a_merge(desk: Desk, admin: Person, make_article: object) -> None:
    article_id = make_article("Broken file", type="data_corruption")  # type: ignore[operator]
    save_view(desk, admin, "Broken", Filters(type="data_corruption"))
    with desk.reading() as session:
        before = session.get_one(Stamp, "corpus").value
    assert services.merge_types(desk, admin, "data_corruption", into="software_bug") == Merged(0, 1)
    with desk.reading() as session:
        assert session.get_one(Article, article_id).type == "software_bug"
        assert session.exec(select(SavedView)).one().filters["type"] == "software_bug"
        assert session.get_one(Stamp, "corpus").value == before + 1


def test_a_merge_of_a_merge_leads_to_the_last(desk: Desk, admin: Person, merged: int) -> None:
    services.merge_types(desk, admin, "data_integration", into="configuration")
    with desk.reading() as session:
        assert services.labels_now(session)["data_corruption"] == "configuration"


def test_a_merged_type_put_in_use_again_counts_for_itself(desk: Desk, admin: Person, merged: int) -> None:
    services.save_type(desk, admin, "data_corruption", name="Data corruption")
    with desk.reading() as session:
        assert services.labels_now(session)["data_corruption"] == "data_corruption"
    assert history(desk, admin)[0][:2] == ("data_corruption", "revived")


def test_what_can_not_be_merged_is_refused(desk: Desk, admin: Person, merged: int) -> None:
    with pytest.raises(NotValid, match="another type"):
        services.merge_types(desk, admin, "access", into="access")
    with pytest.raises(NotFound):
        services.merge_types(desk, admin, "access", into="nothing")
    with pytest.raises(Conflict, match="Data corruption is not in use"):
        services.merge_types(desk, admin, "access", into="data_corruption")
    assert "access" in slugs(desk)


@pytest.mark.parametrize("role", [Role.USER, Role.AGENT, Role.LEAD])
def test_types_are_for_administrators(desk: Desk, make_person: object, role: Role) -> None:
    person = make_person(role)  # type: ignore[operator]
    with pytest.raises(NotAllowed):
        services.merge_types(desk, person, "access", into="security")
    with pytest.raises(NotAllowed):
        services.save_type(desk, person, "access", name="Access")


def test_the_assistant_says_the_heir_with_both_shares(desk: Desk, small_models: None, admin: Person) -> None:
    before = triage.label(desk, **WORDS).type
    assert before
    shares = {one.label: one.confidence for one in before.candidates}
    other = before.candidates[1].label
    services.merge_types(desk, OPERATOR, other, into=before.label)
    after = triage.label(desk, **WORDS).type
    assert after
    assert after.label == before.label
    assert after.confidence == pytest.approx(shares[before.label] + shares[other])


def test_the_assistant_is_not_sure_where_its_own_answer_was_retired(
    desk: Desk, small_models: None, admin: Person
) -> None:
    before = triage.label(desk, **WORDS).type
    assert before
    name = services.type_names(desk)[before.label]
    services.save_type(desk, admin, before.label, name=name, is_active=False)
    after = triage.label(desk, **WORDS).type
    assert after
    assert (after.label, after.is_sure) == (before.candidates[1].label, False)
    assert after.confidence == before.candidates[1].confidence


def test_what_a_type_counted_for_earlier_is_told_from_its_changes(desk: Desk, admin: Person, clock: Any) -> None:
    times = [desk.now()]

    def then(act: Callable[[], object]) -> None:
        clock.forward(hours=1)
        act()
        times.append(desk.now())

    then(lambda: services.merge_types(desk, admin, "data_corruption", into="data_integration"))
    then(lambda: services.save_type(desk, admin, "data_integration", name="Interfaces"))
    then(lambda: services.save_type(desk, admin, "", name="Data integration"))  # another one by the former name
    then(lambda: services.save_type(desk, admin, "data_corruption", name="Data corruption"))
    then(lambda: services.save_type(desk, admin, "data_corruption", name="Data corruption", is_active=False))
    with desk.reading() as session:
        counted = [services.labels_at(session, at)["data_corruption"] for at in times]
        assert services.labels_at(session, desk.now()) == services.labels_now(session)
    heir = ["data_integration"] * 3
    assert counted == ["data_corruption", *heir, "data_corruption", ""]
