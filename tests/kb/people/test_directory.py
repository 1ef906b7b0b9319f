import pytest

from kb import people
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.labels import Role, SupportModel
from kb.person import OPERATOR, Person


def names(desk: Desk, admin: Person) -> list[str]:
    return [account.name for account in people.accounts(desk, admin)]


def test_people_are_listed_by_name_with_team_and_skills(desk: Desk, admin: Person) -> None:
    team = people.add_team(desk, admin, "Team B")
    bob = people.add(desk, admin, name="bob", email="bob@example.com", role=Role.AGENT, team_id=team).account_id
    people.set_skills(desk, admin, bob, ["Networking", "data  bases", "networking"])
    found = people.accounts(desk, admin)
    assert [account.name for account in found] == ["Admin", "bob"]
    assert (found[1].team, found[1].skills, found[1].is_invited) == ("Team B", ("data_bases", "networking"), True)


def test_an_email_address_has_one_account(desk: Desk, admin: Person) -> None:
    people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.USER)
    with pytest.raises(Conflict):
        people.add(desk, admin, name="Ann Two", email="ANN@example.com", role=Role.USER)


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [("", "a@b.c", "name"), ("A\x00", "a@b.c", "name"), ("A", "nobody", "email"), ("A", "a b@c.d", "email")],
)
def test_bad_names_and_addresses_are_refused(desk: Desk, admin: Person, name: str, email: str, field: str) -> None:
    with pytest.raises(NotValid) as caught:
        people.add(desk, admin, name=name, email=email, role=Role.USER)
    assert caught.value.field == field


def test_nobody_is_added_as_a_guest(desk: Desk, admin: Person) -> None:
    with pytest.raises(NotValid):
        people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.GUEST)


def test_the_last_administrator_stays(desk: Desk, admin: Person, lead: Person) -> None:
    assert admin.id is not None
    assert lead.id is not None
    with pytest.raises(Conflict):
        people.disable(desk, OPERATOR, admin.id)
    with pytest.raises(Conflict):
        people.set_role(desk, OPERATOR, admin.id, Role.LEAD)
    people.set_role(desk, admin, lead.id, Role.ADMIN)
    people.disable(desk, OPERATOR, admin.id)


def test_a_team_is_told_by_its_living_members(desk: Desk, admin: Person, agent: Person, lead: Person) -> None:
    team = people.add_team(desk, admin, "Team C", support_model=SupportModel.OUTSOURCED)
    for member in (agent, lead):
        people.set_team(desk, admin, member.id or 0, team)
    people.disable(desk, admin, lead.id or 0)
    with desk.reading() as session:
        assert people.team_members(session, team) == [agent.id]
        assert people.leads(session) == [admin.id]
    assert [(view.slug, view.people) for view in people.teams(desk, agent)] == [("team_c", 1)]


def test_a_team_keeps_its_slug_when_renamed(desk: Desk, admin: Person) -> None:
    team = people.add_team(desk, admin, "Team A")
    people.change_team(desk, admin, team, name="First Line", support_model=SupportModel.OUTSOURCED)
    (view,) = people.teams(desk, admin)
    assert (view.slug, view.name, view.support_model) == ("team_a", "First Line", SupportModel.OUTSOURCED)


def test_two_teams_never_share_a_name(desk: Desk, admin: Person) -> None:
    people.add_team(desk, admin, "Team A")
    with pytest.raises(Conflict):
        people.add_team(desk, admin, " team  a ")


def test_unknown_people_and_teams_are_not_found(desk: Desk, admin: Person) -> None:
    for change in (
        lambda: people.set_role(desk, admin, 999, Role.USER),
        lambda: people.set_team(desk, admin, admin.id or 0, 999),
        lambda: people.disable(desk, admin, 999),
        lambda: people.find(desk, admin, "nobody@example.com"),
        lambda: people.change_team(desk, admin, 999, name="X", support_model=SupportModel.IN_HOUSE),
    ):
        with pytest.raises(NotFound):
            change()


def test_only_administrators_change_people(desk: Desk, lead: Person, user: Person) -> None:
    for change in (
        lambda: people.add(desk, lead, name="A", email="a@b.c", role=Role.USER),
        lambda: people.set_role(desk, lead, user.id or 0, Role.ADMIN),
        lambda: people.set_skills(desk, lead, user.id or 0, ["x"]),
        lambda: people.disable(desk, lead, user.id or 0),
        lambda: people.enable(desk, lead, user.id or 0),
        lambda: people.invite(desk, lead, user.id or 0),
        lambda: people.add_team(desk, lead, "X"),
        lambda: people.accounts(desk, user),
        lambda: people.teams(desk, user),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_suggested_and_used_skills_are_offered(desk: Desk, agent: Person, admin: Person) -> None:
    people.set_skills(desk, admin, agent.id or 0, ["Storage"])
    assert {"storage", "databases"} <= set(people.skills(desk, agent))
