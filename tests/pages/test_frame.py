from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from kb.person import Person


def test_a_guest_gets_find(open_page: Callable[..., AppTest]) -> None:
    assert not open_page(None).exception


def test_a_lead_gets_in(open_page: Callable[..., AppTest], lead: Person) -> None:
    assert not open_page(lead).exception
