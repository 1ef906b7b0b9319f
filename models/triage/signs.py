"""Signs: turns of phrase, figures and log marks that say how bad it is or what failed, where a single word can't."""

from __future__ import annotations

import re

_MANY = r"(?:\d{2,}|\d+[,.]\d{3}|dozens(?: of)?|hundreds(?: of)?|thousands(?: of)?)"
_FEW = r"(?:[2-9]|two|three|four|five|six|seven|eight|nine|a few|a couple of|both)"
_NUMBER = r"(?:\d+|a|two|three|four|five|six|ten|several|half an?|twenty|thirty|forty)"
_PEOPLE = (
    r"(?:people|persons?|users?|colleagues|customers|clients|employees|staff|agents|drivers|nurses|doctors|pupils|students"
    r"|teachers|patients|citizens|callers|clerks|tellers|passengers|guests|pickers|workers|cashiers|analysts|developers"
    r"|beds|wards|branches|shops|stores|sites|schools|tills|trucks|lorries|lines|teams|departments|offices|of us"
    r"|countries|households)"
)
_PLACE = (
    r"(?:site|company|plant|hospital|school|branch|store|shop|customer|user|till|ward|country|countries|offices?|staff"
    r"|employee|order|payment|everyone|everybody|system|hall|chain|house|campus|department)"
)
_CLOCK = r"(?:\d{1,2}(?::\d\d)?|noon|midnight|one|two|three|four|five|six) ?(?:am|pm|o'clock)?"
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday)"
_CHANGE = (
    r"(?:update|upgrade|release|version|deployment|rollout|change|migration|patch|switch|move|merger|reorg|maintenance"
    r"|cut-?over|restart)"
)

# What a sign is called, and the pattern that finds it in a text in small letters, or as written for `_AS_WRITTEN`.
SIGNS: dict[str, str] = {
    # how many are hit
    "many_people": rf"\b{_MANY}\s+(?:\w+\s+)?{_PEOPLE}\b",
    "thousands_of_people": rf"\b(?:\d{{1,3}}[,. ]\d{{3}}|\d{{4,}}|thousands of)\s+(?:\w+\s+)?{_PEOPLE}\b",
    "few_people": rf"\b{_FEW}\s+(?:of\s+)?(?:us|\w+\s+)?{_PEOPLE}\b",
    "one_person": r"\b(?:only|just) (?:me|mine|my|i\b|one|this|for me)|\bmy own\b|\bonly i\b|nobody else"
    r"|others? (?:are|is|do|can|have)|colleagues?'?s? (?:is|are|can|has|have)",
    "whole_place": r"\b(?:all|every|entire|whole|none of|nobody|no one|not one|no \w+ (?:at all|anywhere))\b.{0,25}\b"
    + _PLACE,
    # how pressing it is
    "no_way_round": r"no (?:other )?(?:way|workaround|alternative|fallback|paper|manual)"
    r"|nothing (?:else )?(?:works|helps)|(?:no|without) (?:way )?(?:round|around)"
    r"|can ?not be (?:stopped|done by hand)|impossible by hand",
    "way_round": r"by hand|on paper|manual(?:ly)?|work(?:ing)? ?around|meanwhile|in the meantime|instead of"
    r"|(?:use|using|used|take|borrow\w*|lend\w*|share) (?:the|my|a|another|an old|hers|his|old)|still works?"
    r"|works? (?:fine )?(?:on|in|from|with|if|when)|after a (?:restart|refresh|reload)"
    r"|second (?:try|click|attempt)|goes away|we manage|managing",
    "no_hurry": r"no (?:rush|hurry|stress|pressure|urgency)|not (?:urgent|important|critical|dramatic|a big|pressing)"
    r"|nothing urgent|when(?:ever)? (?:you|someone|there)|take your time|at your (?:leisure|convenience)|can wait"
    r"|low prio|any ?time|some ?(?:day|time)|never ?mind|no drama|no biggie"
    r"|just (?:wonder|curious|a question|saying|asking|so you know|fyi|tell)"
    r"|if you (?:find|have) (?:a |some )?(?:time|minute)|next (?:release|sprint|version)|for your (?:info|records)",
    "today": r"\b(?:today|tonight|this (?:morning|afternoon|evening|noon)|within the hour"
    rf"|in (?:an|one|two|\d+) (?:hours?|minutes|min)|(?:at|before|until|till|by) {_CLOCK})\b",
    "later": r"\b(?:tomorrow|next (?:week|month)|end of (?:the )?(?:week|month)"
    rf"|in (?:two|three|a few|\d+) (?:weeks|days)|(?:by|on) {_WEEKDAY}|by the end of|this week|friday)\b",
    "question": r"\b(?:how (?:do|can|to)|is it (?:ok|okay|possible|allowed|normal)"
    r"|where (?:do|can|is)|who (?:do|can|is)|may i|could i|can i|what (?:does|is))\b|\w\s*\?\s*\Z",
    "shouting": r"\b[A-Z]{4,}\s+[A-Z]{4,}\b|\w\s*!!+",
    "going_on": r"right now|as (?:we|i) (?:speak|write)|still (?:going|running|coming)"
    r"|(?:every|each) (?:minute|second|hour)|per (?:minute|second)|more and more|keeps? \w+ing"
    r"|spreading|any more minute",
    # logs
    "stack_trace": r"\bat [\w$.]+\([\w.]+:\d+\)|traceback|\b\w{1,60}(?:exception|error)\b|goroutine"
    r"|panic:|file \"[^\"\n]{1,200}\", line|segfault|core dumped|stack ?trace",
    "log_level": r"\b(?:ERROR|WARN(?:ING)?|CRIT(?:ICAL)?|FATAL|INFO|ALERT|DEBUG)\b",
    "error_code": r"\b(?:[A-Z]{2,}-?\d{3,}|0x[0-9a-f]+|HTTP ?\d{3}|(?:[Ee]rror|[Cc]ode) ?:?#? ?\d+)\b",
    "not_permitted": r"\b(?:401|403|aadsts\d*)\b",
    "server_error": r"\b(?:500|502|503)\b",
    "timed_out": r"\b(?:504|408)\b",
    "host": r"\b[a-z]\w{1,30}-[\w-]{0,40}\d\b|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b",
    "nearly_full": r"\b(?:8\d|9\d|100)(?:\.\d+)? ?%",
    "duration": rf"\b{_NUMBER} ?(?:ms|s|secs?|seconds?|mins?|minutes?|hours?)\b(?! ago)",
    # what failed
    "since_a_change": r"(?:since|after|with) (?:the |your |our |last |yesterday.?s? |this )?"
    rf"(?:new |last |latest |big )?(?:\w+ )?{_CHANGE}",
    "new_version": r"(?:new|latest|current) (?:version|release|build)|version \d|\bv\d+\.\d"
    r"|\b\d+\.\d+\.\d+|since the new",
    "is_fine": r"(?:is|are|was|were) (?:fine|good|ok|okay|healthy|right|correct|intact|untouched|innocent)",
    "not_the_cause": r"(?:it'?s|it is|that'?s|they'?re|is|was) not (?:the|a|slow|broken|virus|hack)|not the \w+"
    r"|(?:isn'?t|aren'?t|wasn'?t) (?:the|a|it|broken|slow)|looks like an?|sounds like|thought (?:it|of|the)|at first",
    "wrong_value": r"(?:shows?|displays?|says?|prints?|reads?|computes?|gives?|counts?) (?:the )?"
    r"(?:wrong|nan|0|zero|negative|undefined|null|old|twice|double|-\d)",
    "slower_than_usual": r"instead of (?:the usual |about )?(?:\d+|one|two|three|five|ten|a few|seconds?)"
    r"|used to (?:take|be)|normally (?:takes?|\d|two|one)|(?:usual(?:ly)?|before) (?:it )?(?:takes?|took|was|\d+)",
    "not_let_in": r"(?:can(?:no|')?t|cannot|unable to|not able to|won'?t let (?:me|us)|doesn'?t let (?:me|us)"
    r"|not allowed to) (?:\w+ )?(?:open|read|see|view|edit|get in(?:to)?|log|sign|enter|access|reach|approve"
    r"|write|book)",
    "asks_for_access": r"(?:please |could you |can you |pls )(?:add|grant|give|create|unlock|reset|set up|enable|open)"
    r"|(?:need|needs|want|like) (?:\w+ )?(?:access|rights|permission|role|account|login|a log-?in|to be added)",
    "between_systems": r"from (?:the )?\w[\w .]{1,24} (?:to|into|in) (?:the |our )?\w+|between (?:the )?\w+ and",
    "former_value": r"(?:old|former|previous|last year'?s?|wrong) (?:address|name|logo|number|server|value|template"
    r"|queue|department|team|price|language|time|rate|printer|e-?mail)",
    "stored_harm": r"(?:is|are|was|were|has|have|all) (?:\w+ )?(?:gone|lost|empty|missing|disappeared|vanished|deleted"
    r"|overwritten|wiped|mixed|swapped|unreadable|garbled)",
    "restore": r"restore|back-?up|get (?:it|them|that) back|copy from|bring (?:it|them) back"
    r"|yesterday.?s (?:state|version|copy)",
}
_AS_WRITTEN = {"shouting", "log_level", "error_code"}
_PATTERNS = tuple((name in _AS_WRITTEN, re.compile(pattern)) for name, pattern in SIGNS.items())


def signs_in(text: str) -> list[tuple[int, int, int]]:
    """Return (number of the sign, start, end) of every sign in `text`.

    >>> [list(SIGNS)[number] for number, _, _ in signs_in("no rush, only me")]
    ['one_person', 'no_hurry']
    """
    text = text.replace("’", "'")
    small = text.lower() if len(text.lower()) == len(text) else text  # one letter, İ, grows
    found = ((n, pattern.finditer(text if as_written else small)) for n, (as_written, pattern) in enumerate(_PATTERNS))
    return [(number, *match.span()) for number, matches in found for match in matches]
