"""The few pages that are plain HTML, so that a password never passes through a page script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

STYLE = """
@font-face{font-family:Inter;src:url(/app/static/inter-latin.woff2) format("woff2");font-weight:100 900}
:root{color-scheme:light dark;--back:#fff;--card:#f4f6fa;--text:#0f172a;--soft:#475569;--line:#8592a6;--accent:#1d4ed8;
--on:#fff;--bad:#b42318}
@media(prefers-color-scheme:dark){:root{--back:#0f1420;--card:#1a2130;--text:#f1f5f9;--soft:#b6c2d2;--line:#6b7a93;
--accent:#8ab4ff;--on:#0f1420;--bad:#ffb4ab}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--back);color:var(--text);
font:16px/1.5 Inter,sans-serif}
main{width:min(25rem,100%);padding:2rem;background:var(--card);border-radius:1rem}
h1{margin:1rem 0 .25rem;font-size:1.5rem;line-height:1.25}
p{margin:.25rem 0 1rem;color:var(--soft)}
.mark{display:flex;align-items:center;gap:.6rem;font-weight:650;color:var(--text);text-decoration:none}
.error{color:var(--bad);font-weight:550}
label{display:block;margin:1rem 0 .3rem;font-weight:550}
small{color:var(--soft)}
input{width:100%;padding:.65rem .75rem;font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);
border-radius:.5rem}
button{width:100%;margin-top:1.5rem;padding:.7rem;font:inherit;font-weight:600;border:0;border-radius:.5rem;
background:var(--accent);color:var(--on);cursor:pointer}
.other{display:block;padding:.7rem;font-weight:600;text-align:center;text-decoration:none;overflow-wrap:anywhere;
border:1px solid var(--accent);border-radius:.5rem}
.or{display:flex;align-items:center;gap:.75rem;margin:1.5rem 0 0}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
a{color:var(--accent)}
"""


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form. `kind` is the HTML input type, `autocomplete` what password managers go by."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    hint: str = ""

    def html(self, value: str, is_next: bool) -> str:
        hint = f'<small id="{self.name}-hint">{escape(self.hint)}</small>' if self.hint else ""
        described = f' aria-describedby="{self.name}-hint"' if self.hint else ""
        return (
            f'<label for="{self.name}">{escape(self.label)}</label>'
            f'<input id="{self.name}" name="{self.name}" type="{self.kind}" autocomplete="{self.autocomplete}"'
            f' value="{escape(value)}" required{described}{" autofocus" if is_next else ""}>{hint}'
        )


@dataclass(frozen=True, slots=True)
class Other:
    """Another way than the form below it; `between` stands between the two."""

    button: str
    address: str
    between: str

    def html(self) -> str:
        return (
            f'<a class="other" href="{escape(self.address)}">{escape(self.button)}</a>'
            f'<p class="or">{escape(self.between)}</p>'
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A page with one form."""

    title: str
    intro: str
    action: str
    button: str
    fields: tuple[Field, ...]
    other: Other | None = None


def form_page(form: Form, *, error: str = "", hidden: Mapping[str, str], filled: Mapping[str, str]) -> str:
    """The page, ready to type into the first empty field; passwords typed before are never sent back."""
    values = ["" if field.kind == "password" else filled.get(field.name, "") for field in form.fields]
    empty = values.index("") if "" in values else 0
    inputs = "".join(
        field.html(value, number == empty)
        for number, (field, value) in enumerate(zip(form.fields, values, strict=True))
    )
    secrets = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items())
    trouble = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    return _page(
        form.title,
        f"<p>{escape(form.intro)}</p>{form.other.html() if form.other else ''}{trouble}"
        f'<form method="post" action="{escape(form.action)}">{secrets}{inputs}'
        f"<button>{escape(form.button)}</button></form>",
    )


def message_page(title: str, sentence: str, *, link: tuple[str, str] = ("/", "Find an answer")) -> str:
    """A page that says one thing and leads on, to Find unless `link` gives another address and its words."""
    address, words = link
    return _page(title, f'<p>{escape(sentence)}</p><p><a href="{escape(address)}">{escape(words)}</a></p>')


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="/app/static/favicon.png"><title>{escape(title)} · Firstline</title>'
        f"<style>{STYLE}</style></head><body><main>"
        '<a class="mark" href="/"><img src="/app/static/favicon.svg" width="28" height="28" alt="">Firstline</a>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )
