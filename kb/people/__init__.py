"""People: accounts, teams, skills, sign-in sessions, invitations and API tokens."""

from kb.people.sessions import SignedIn, TooManyAttempts, resolve, resume, sign_in, sign_out
from kb.people.teams import TeamView, add_team, change_team, leads, team_members, teams

__all__ = [
    "SignedIn",
    "TeamView",
    "TooManyAttempts",
    "add_team",
    "change_team",
    "leads",
    "resolve",
    "resume",
    "sign_in",
    "sign_out",
    "team_members",
    "teams",
]
