"""Template marks of site generators become what a reader should see."""

from __future__ import annotations

import pytest

from kb.importing.templates import without_erb, without_shortcodes


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Use {{< new-in 0.141.0 />}}", "Use New in 0.141.0."),
        ('A {{% glossary-term "global resource" %}} is', "A global resource is"),
        ("{{< youtube w7Ft2ymGmfc >}}", ""),
        ('{{< img\n  src="a.png"\n  alt="A plan"\n>}}', "A plan"),
        ("{{% note %}}\nMind this\n{{% /note %}}", "\nMind this\n"),
        ('{{%/* param "x" */%}} is shown', '{{% param "x" %}} is shown'),
        ("{{ .Title }} stays", "{{ .Title }} stays"),
        ('[a]({{< ref "page.md" >}})', "[a](page.md)"),
        ("{{< highlight go >}}\nx := 1\n{{< /highlight >}}", "```go\nx := 1\n```"),
        ("{{< code-toggle file=hugo >}}\na = 1\n{{< /code-toggle >}}", "```toml\na = 1\n```"),
        ("{{< code-toggle config=x />}}\ntext", "\ntext"),
        ("> [!warning]\n> Hot", "> **Warning**\n>\n> Hot"),
        ("## Settings {#settings-one .wide}", "## Settings"),
    ],
)
def test_shortcodes(given: str, expected: str) -> None:
    assert without_shortcodes(given, lambda name: f"<{name}>") == expected


def test_an_include_brings_the_other_text() -> None:
    given = 'Before\n{{% include "/_common/x.md" %}}\nAfter'
    assert without_shortcodes(given, {"/_common/x.md": "Other"}.get) == "Before\nOther\nAfter"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<% if x %>\nshown\n<% end %>\nlast", "shown\nlast"),
        ('<%= RunRakeTask.links("search-api", "search:all") %>', "`search-api search:all`"),
        ('url: <%= ENV["DATABASE_URL"]%>', "url: DATABASE_URL"),
        ('<%= render "x/y", { a: 1 } %>\ntext', "text"),
        ("There are <%= page.count %> pages", "There are  pages"),
    ],
)
def test_erb(given: str, expected: str) -> None:
    assert without_erb(given) == expected
