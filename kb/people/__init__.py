"""People: accounts, teams, skills, sign-in sessions, invitations and API tokens."""

from kb.people.directory import (
    AccountView,
    Invited,
    accounts,
    add,
    disable,
    enable,
    find,
    set_away,
    set_role,
    set_skills,
    set_team,
    skills,
)
from kb.people.links import Invitation, accept, first_link, invitation, invite, make_first_admin
from kb.people.sessions import SignedIn, TooManyAttempts, change_password, resolve, resume, sign_in, sign_out
from kb.people.teams import TeamView, add_team, change_team, leads, team_members, teams
from kb.people.tokens import TokenView, by_token, create_token, revoke_token, tokens

__all__ = [
    "AccountView",
    "Invitation",
    "Invited",
    "SignedIn",
    "TeamView",
    "TokenView",
    "TooManyAttempts",
    "accept",
    "accounts",
    "add",
    "add_team",
    "by_token",
    "change_password",
    "change_team",
    "create_token",
    "disable",
    "enable",
    "find",
    "first_link",
    "invitation",
    "invite",
    "leads",
    "make_first_admin",
    "resolve",
    "resume",
    "revoke_token",
    "set_away",
    "set_role",
    "set_skills",
    "set_team",
    "sign_in",
    "sign_out",
    "skills",
    "team_members",
    "teams",
    "tokens",
]
