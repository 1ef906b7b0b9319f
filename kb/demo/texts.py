"""What the people of the demo year are called and say; written for it by hand."""

from __future__ import annotations

import csv
from pathlib import Path

HERE = Path(__file__).parent

AGENTS = {
    "team_a": (
        ("Amara Okafor", "system_administration troubleshooting"),
        ("Jonas Lindqvist", "system_administration networking"),
        ("Mei Tanaka", "databases system_administration"),
        ("Piotr Zielinski", "networking"),
    ),
    "team_b": (
        ("Lucia Ferrari", "system_administration troubleshooting"),
        ("Daniel Osei", "system_administration databases"),
        ("Hanna Virtanen", "troubleshooting"),
        ("Rafael Souza", "networking databases"),
    ),
    "team_c": (
        ("Nadia Haddad", "databases system_administration"),
        ("Tomas Novak", "databases networking"),
        ("Grace Mbeki", "troubleshooting"),
        ("Emil Sorensen", "system_administration"),
    ),
}
"""Slug of the team -> name and skills; the first leads it. Twenty skills: 7, 5, 4 and 4 of a kind."""

FIRST_NAMES = (
    "Aisha", "Bruno", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hiro", "Ines", "Jamal", "Katya", "Liam",
    "Maria", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Thandiwe",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Becker", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hoang", "Ivanova", "Jansen", "Kim",
    "Larsen", "Moreau", "Nguyen", "Olsen", "Patel", "Rossi", "Schmidt", "Torres", "Weber",
)  # fmt: skip

ANSWERS = (
    "Hello, I am looking at it now and will write again within the hour.",
    "Thank you for the clear description. I can see the same here and have found where it begins.",
    "I have your report. Please leave the machine on, I connect in a few minutes.",
    "We know of two more people with this. I will tell you as soon as it works again.",
    "Thanks, that helps. Could you try once more while I watch the log?",
    "I have passed it to the colleague who looks after this system and stay on it myself.",
)
QUESTIONS = (
    "Could you tell me the number on the label and when it happened first?",
    "Does it happen with another account on the same machine as well?",
    "Please send the exact words of the message, or a picture of it.",
)
RESOLUTIONS = {
    "performance": (
        "Added the missing index; the query takes 40 ms again in place of 30 seconds.",
        "Stopped the report that ran in a loop and moved it to the night.",
        "Gave the server two more cores and set the alert to 80 %.",
        "Cleared the queue and raised the number of workers from 4 to 12.",
    ),
    "configuration": (
        "Put the old value back and wrote it into the deployment so that it stays.",
        "Renewed the certificate and set a reminder 30 days before its end.",
        "Corrected the group rule; the setting reached all machines within the hour.",
        "Entered the new address of the server; nothing to do at your side.",
    ),
    "security": (
        "Blocked the sender, reset the password and ended all sessions. No other mailbox was touched.",
        "Took the machine off the network, checked and set it up anew.",
        "Revoked the key, made a new one and looked through the log: it was not used.",
        "Installed the update on all hosts the scanner had named.",
    ),
    "data_integration": (
        "Restarted the transfer and loaded the missing files again; counts agree now.",
        "Mapped the new field; the rejected records went through at the second try.",
        "Removed the duplicates and made the import refuse an order number it has seen.",
        "The partner had changed a key. Exchanged it, and the nightly run was complete.",
    ),
    "software_bug": (
        "Rolled back to the version of last week until the maker has mended it.",
        "The maker's patch is installed; the report computes the right sum again.",
        "Cleared the damaged profile; the program starts again.",
        "Switched the new function off for all; it comes back with the next release.",
    ),
    "hardware_failure": (
        "Exchanged the disk; the array is complete again.",
        "You have a new laptop, your files were copied over.",
        "Replaced the power supply and the cable under the desk.",
        "The technician changed the fuser; the test page is clean.",
    ),
    "data_corruption": (
        "Restored the folder from last night's backup and compared it with yesterday's list.",
        "Repaired the table and loaded the 214 damaged rows again.",
        "Brought back the version of 9:40; what came after it was entered by hand.",
        "The checksum is right again after copying the file anew from the source.",
    ),
    "access": (
        "Added you to the group; sign out once and in again.",
        "Unlocked the account and removed the old password from your phone.",
        "The permission is set for you and your deputy.",
        "Gave you a new one-time code; the old phone is taken off the list.",
    ),
}
CAUSES = (
    "A change of last week that was not written down.",
    "Grew slowly over months; the alert was set too high.",
    "The same as last month, in another place.",
    "Worn out after five years.",
    "A step of the checklist was left out.",
    "",
)
QUERIES_WITHOUT_RESULT = (
    "parking permit", "coffee machine descale", "holiday calendar 2019", "fax over voip t.38", "as/400 green screen",
    "desk booking app", "canteen card balance", "lotus notes archive", "payslip explained", "meeting room key",
)  # fmt: skip
DRAFTS = (
    ("Label printer prints the label of the order before", "software_bug", "in_review"),
    ("Web orders arrive twice after a time-out", "data_integration", "in_review"),
    ("Invoice mails refused: SPF after a change of provider", "configuration", "draft"),
    ("Scanner loses its connection between new shelves", "configuration", "draft"),
)
"""Articles on their way: title, type, status."""
REMARKS = (
    "In our version the button has another name.",
    "Step 3 needs administrator rights, please say so.",
    "This path exists only on Windows 10.",
    "Worked for us after a restart as well.",
)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file beside this one."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def starter_incidents() -> list[dict[str, str]]:
    """The labelled incidents a new installation learns from: title, body, type, severity, impact, urgency."""
    return rows("../starter/incidents.csv")
