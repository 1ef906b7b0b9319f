"""Every script is kept, found and given out as it was written, on both databases."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from kb import incidents, search
from kb.cleaning import clean, one_line
from kb.desk import Desk
from kb.importing.incidents import import_incidents
from kb.incidents.exporting import export
from kb.labels import Impact, Urgency
from kb.person import OPERATOR, Person
from kb.tables import Incident

WRITTEN = {
    "Latin": ("Überweisung schlägt fehl, façade naïve", "überweisung"),
    "Vietnamese": ("Không in được hóa đơn từ máy quầy", "hóa đơn"),
    "Turkish": ("İşlem sırasında yazıcı ısındı", "yazıcı"),
    "Cyrillic": ("Пароль не подходит после отпуска", "ПАРОЛЬ"),
    "Greek": ("Ο εκτυπωτής δεν απαντά", "εκτυπωτης"),
    "Hebrew": ("המדפסת בקומה 3 אינה מגיבה", "המדפסת"),
    "Arabic": ("الطابعة لا تستجيب منذ الصباح", "الطابعة"),
    "Hindi": ("प्रिंटर काम नहीं कर रहा", "प्रिंटर"),
    "Thai": ("เครื่องพิมพ์ไม่ทำงานตั้งแต่เช้า", "เครื่องพิมพ์"),
    "Chinese": ("打印机今天早上没有反应", "打印机"),
    "Japanese": ("パスワードを忘れてログインできない", "ﾊﾟｽﾜｰﾄﾞ"),
    "Korean": ("비밀번호가 만료되었습니다", "비밀번호"),
    "bidi": ("Code \u2067אבג\u2069 and (\u200fמחסן\u200f) stay apart", "stay apart"),
    "joined emoji": ("Badge shows 👩🏽‍🚀 and 🏳️‍🌈 instead of a name", "badge"),
    "combined": ("Cafe\u0301 printer prints A\u030angstro\u0308m as boxes", "café ångström"),
}
REPORT = {"impact": Impact.ONE, "urgency": Urgency.LOW}


@pytest.mark.parametrize("script", WRITTEN)
def test_an_article_is_found_however_its_characters_are_put_together(
    desk: Desk, visitor: Person, make_article: Callable[..., int], script: str
) -> None:
    title, asked = WRITTEN[script]
    make_article("Something else altogether", "Nothing of that.")
    article_id = make_article(title, f"{title}.")
    for form in ("NFC", "NFD", "NFKC"):
        for query in (asked, asked.casefold(), title):
            found = search.search(desk, visitor, unicodedata.normalize(form, query)).hits
            assert [hit.id for hit in found][:1] == [article_id], (form, query)
    assert found[0].title == one_line(title)


@pytest.mark.parametrize("script", WRITTEN)
def test_a_report_is_shown_and_given_out_as_it_was_written(
    desk: Desk, user: Person, lead: Person, tmp_path: Path, script: str
) -> None:
    text = WRITTEN[script][0]
    number = incidents.submit(desk, user, key="k" * 20, title=text, body=f"{text}\n{text}", **REPORT).id
    shown = incidents.get(desk, user, number)
    assert (shown.title, shown.body) == (clean(text), clean(f"{text}\n{text}"))
    assert again(desk, lead, tmp_path) == [(clean(text), clean(f"{text}\n{text}"))]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_comes_back_from_the_database_and_a_table(
    desk: Desk, user: Person, lead: Person, tmp_path: Path, text: str
) -> None:
    report = {"title": f"About {text}", "body": f"It says {text}", **REPORT}
    number = incidents.submit(desk, user, key=f"any {text!r}"[:60].ljust(20, "."), **report).id
    shown = incidents.get(desk, user, number)
    assert again(desk, lead, tmp_path)[-1] == (shown.title, shown.body)
    assert clean(shown.body) == shown.body


def again(desk: Desk, lead: Person, folder: Path) -> list[tuple[str, str]]:
    """What title and text of all reports are, once they went out as a table and came in again under other numbers."""
    file = folder / "out.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        export(desk, lead, out)
    file.write_text(file.read_text(encoding="utf-8").replace("INC-", "AGAIN-"), encoding="utf-8")
    import_incidents(desk, OPERATOR, file)
    with desk.reading() as session:
        rows = session.exec(select(Incident).order_by(Incident.id)).all()
    return [(row.title, row.body) for row in rows if row.source == "import"]
