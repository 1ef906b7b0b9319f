"""Passwords, keys and tokens: how people and programs write them."""

# ruff: noqa: E501, S105 - a pattern is read in one piece, and PASSWORD is one

from __future__ import annotations

import re

from kb.redaction import checks
from kb.redaction.rule import Rule, at, near

PASSWORD = (  # nosec B105 # how the word is written, no password
    r"(?:pass(?:words?|wd|phrase|code|wort)|passwörter|paßwort|(?<![a-z])pass(?![a-z])|pwd|\bpw\b|kennwort|zugangscode"
    r"|mots?[ _]de[ _]passe|\bmdp\b|contrase(?:ñ|n)a|\bclave\b(?! (?:primaria|foránea))|parola(?: d'ordine| chiave)?"
    r"|wachtwoord|\bww\b)s?[0-9]?"
)
PASSWORD_STARTS = "pass|paß|pwd|pw|kennwort|zugangscode|mot|mdp|contrase|clave|parola|wachtwoord|ww"  # nosec B105 # the same
OF = "(?:api|d'api|de api|d'accès|de acceso|di accesso|secrète?|secreta|segreta|wi-?fi|de récupération|de recuperación"
KEY = (
    r"(?:api[-_ ]?(?:key|token|schlüssel|secret)|(?:access|secret|client|private|signing|encryption|license|licence"
    r"|product|recovery|account|shared|storage|subscription|master|activation|wifi|wlan|wpa2?|pre-?shared)"
    r"[-_ ]?(?:access[-_ ]?)?(?:key|token|secret|schlüssel|code)|(?:auth|refresh|id|bearer|csrf|xsrf|session)[-_ ]?token|(?<![a-z])token|(?<![a-z])secret"
    r"|credentials?\b|zugriffstoken|zugriffsschlüssel|geheimnis|wiederherstellungs(?:code|schlüssel)|lizenzschlüssel"
    rf"|schlüssel|\bjeton|(?:clé|jeton|code|clave|llave|código|chiave|codice) {OF}|di recupero|de licen[cz]ia?)"
    r"|(?:api-?|toegangs|herstel|licentie|wifi-?)(?:sleutel|code)|session[-_ ]?id|\bsid\b|psk\b)s?"
)
KEY_STARTS = (
    "api|access|secret|client|private|signing|encryption|licen|product|recovery|account|shared|storage|subscription|"
    "master|activation|wifi|wlan|wpa|pre|auth|refresh|id|bearer|csrf|xsrf|token|credential|zugriff|geheimnis|wiederherst|lizenz|schlüssel|jeton|clé|"
    "code|clave|llave|código|chiave|codice|toegangs|herstel|session|sid|psk"
)
PIN = r"\b(?:pin(?:[ -]?(?:code|nummer))?|(?:door|alarm|gate|entry|tür|deur)[ -]?code|(?:sms[ -]?|m)?tan|otp|(?:2fa|mfa|sms|einmal|one-?time|bestätigungs)[ -]?code)s?"
FOR = r"(?:[ ](?:\([^()\n]{1,40}\)|[\w.@\\/-]{1,40})){0,4}?"
SIGN = r"[\"'`]?[ \t]{0,5}(?::=|=>|->|→|[:=：])[ \t]{0,5}"
IS = (
    r"[\"'`]?(?:[ ](?:now|still|currently|jetzt|aktuell|maintenant|ahora|adesso|nu))?[ ]"
    r"(?:(?:was |were |has been |is )?(?:changed |set |reset )to|is|was|to|ist|war|lautet|heißt|heisst|auf|est|était|en"
    r"|es|era|è|a|luidt|naar)[ ]{1,3}(?:now |still )?:?[ ]{0,2}"
)
QUOTED = (
    r"(?:\\?\"(?P<value>[^\"\n\\]{1,200})\\?\"|'(?P<value2>[^'\n]{1,200})'"
    r"|[„“”«`‚‘]\s?(?P<value3>[^“”»`’‘\n]{1,200})[“”»`’‘])"
)
BARE = r"(?P<value4>(?:(?![;&,]\w{1,40}[=:])[^\s\"'`<>„“«]){1,300})"
VALUE = f"(?:{QUOTED}|{BARE})"
ALONE = r"(?=[ \t]{0,3}(?:$|[\n,;|/)&]|[.!](?:\s|$)))"
ISSUED = re.compile(
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|AIza[\w-]{35}|ya29\.[\w.-]{20,400}|GOCSPX-[\w-]{20,40}"
    r"|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{30,255}|gl(?:pat|ptt|dt|rt|cbt|soat)-[\w-]{18,60}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-[A-Za-z0-9-]{10,250}|(?:sk|rk|pk|whsec)_(?:live_|test_)?\w{16,250}"
    r"|sk-(?:ant-|proj-)?[\w-]{20,250}|npm_[A-Za-z0-9]{30,60}|pypi-[\w-]{16,300}|SG\.[\w-]{16,40}\.[\w-]{16,60}"
    r"|d(?:op|oo|or)_v1_[a-f0-9]{40,80}|hv[sb]\.[\w-]{20,250}|dapi[a-f0-9]{32}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"
    r"|ATATT3[\w=-]{20,300}|glsa_\w{30,60}|fl_[\w-]{43}|key-[a-f0-9]{32}|EAA[BC][A-Za-z0-9]{30,250}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,70}",
    re.ASCII,
)
"""Keys that carry the mark of who issues them, as their documentation gives it."""
ISSUED_STARTS = (
    "akia|asia|abia|acca|aiza|ya29.|gocspx-|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|glptt-|gldt-|glrt-|glcbt-|glsoat-|"
    "xoxa-|xoxb-|xoxe-|xoxo-|xoxp-|xoxr-|xoxs-|xapp-|sk_|rk_|pk_|whsec_|sk-|npm_|pypi-|sg.|dop_v1_|doo_v1_|dor_v1_|hvs.|"
    "hvb.|dapi|shpat_|shpca_|shppa_|shpss_|atatt3|glsa_|fl_|key-|eaab|eaac|age-secret-key"
)
WORDS = "login|log-in|zugang|anmeldung|credential|zugangsdaten|anmeldedaten|identifiant|credenciales|credenziali|"
WORDS += "inloggegevens|accesso|acceso|accès"


def _made_up(text: str) -> bool:
    """After "password is": what nobody would write there else, or a phrase of several words in quotes."""
    words = text.split()
    is_phrase = len(words) >= 4 and words[0].lower() not in checks.NOT_SECRET
    return (checks.is_made_up_secret(text) and not text.startswith("/")) or is_phrase


def _beside(text: str) -> bool:
    """Right beside the word "password", without any sign between."""
    has_digit = any(map(str.isdigit, text))
    is_path = "/" in text or "\\" in text or text.count(".") > 1
    return checks.is_made_up_secret(text) and has_digit and not text.isdecimal() and len(text) >= 6 and not is_path


def _is_code(text: str) -> bool:
    return 3 <= len(checks.digits(text)) <= 10


def _is_scheme_value(text: str) -> bool:
    return checks.is_secret(text) and text.lower() not in ("bearer", "basic", "digest")


CREDENTIALS: tuple[Rule, ...] = (
    at("private key", "-----begin",
       r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
       r"(?:(?>[^-]{0,20000}+(?:-(?!----)[^-]{0,20000}+){0,500}+)-----END [A-Z0-9 ]{0,60}-----"
       r"|(?:\s{0,8}+[A-Za-z0-9+/=]{16,200}+){0,300}+)"),
    at("private key", "private-lines", r"Private-Lines: \d{1,4}\s{1,4}(?P<value>(?:[A-Za-z0-9+/=]{4,100}\s{0,4}+){1,200}+)"),
    Rule("access key", rf"(?<![A-Za-z0-9])(?:{ISSUED.pattern})", tuple(ISSUED_STARTS.split("|")), flags=re.ASCII),
    near("access key", ":aa", r"(?<!\w)\d{8,10}:AA[\w-]{30,40}"),
    at("token", "eyj", r"(?<![A-Za-z0-9])eyJ[\w-]{8,4000}+\.[\w-]{8,8000}+(?:\.[\w-]{0,2000}+)?"),
    at("webhook address", "hooks.slack", r"hooks\.slack\.com/(?:services|workflows)/(?P<value>[\w/-]{10,200})"),
    at("webhook address", "api/webhooks", r"api/webhooks/(?P<value>\d{5,25}/[\w-]{20,120})"),
    at("webhook address", "webhook.office", r"webhook\.office\.com/webhookb2/(?P<value>[\w@/-]{20,300})"),
    at("password hash", "$2|$argon2|$1$|$5$|$6$|$y$|$7$|$scrypt$|$apr1$", r"\$(?:2[abxy]|argon2(?:id|i|d)|[156y]|7|scrypt|apr1)\$[A-Za-z0-9./$=,+-]{16,250}"),
    at("password", "://", r"://[^\s/:@'\"<>]{0,100}:(?P<value>[^\s/@'\"<>]{1,200})@", checks.is_secret),
    at("token", "://", r"://(?P<value>[A-Za-z0-9_]{20,120})@[\w.-]{3,100}", checks.is_key),
    at("password", "jdbc:oracle", r"jdbc:oracle:\w{2,10}:[^/\s]{1,60}/(?P<value>[^@\s]{1,100})@"),
    at("token", "authorization",
       r"authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:(?:bearer|basic|digest|token|apikey|negotiate|ntlm)\s{1,3})?"
       r"(?P<value>[^\s\"'<>,;]{6,4000})", _is_scheme_value),
    at("token", "bearer|basic", r"\b(?:bearer|basic)\s{1,3}(?P<value>[\w.~+/=-]{16,4000})", checks.is_random),
    at("cookie", "cookie", r"cookie\s{0,3}:\s{0,3}(?P<value>[\w.-]{1,80}=[^\n\"']{4,4000})"),
    at("cookie", "jsessionid|phpsessid|asp.net_sess|connect.sid",
       r"(?:jsessionid|phpsessid|asp\.net_sessionid|connect\.sid)=(?P<value>[\w.%:-]{8,200})"),
    at("link key", "key=|token=|code=|sig=|signature=|access_token=|id_token=|refresh_token=|api_key=|apikey=|secret=|auth="
       "|ticket=|x-amz-s|passwort=|password=|pwd=",
       r"(?<=[?&#;])(?:key|token|code|sig|signature|access_token|id_token|refresh_token|api_?key|secret|auth|ticket"
       r"|x-amz-signature|x-amz-security-token|passwort|password|pwd)=(?P<value>[^\s&#\"'<>]{8,4000})", checks.is_key),
    at("password", PASSWORD_STARTS, f"{PASSWORD}{SIGN}(?:{QUOTED}|{BARE}{ALONE})", checks.is_secret),
    at("password", PASSWORD_STARTS, f"{PASSWORD}{FOR}(?:{SIGN}|{IS}){VALUE}", _made_up),
    at("password", PASSWORD_STARTS, f"{PASSWORD}[ ]{{1,3}}{VALUE}", _beside),
    at("password", "pass|pwd|secret|apikey|api-key|token",
       r"(?:pass(?:word|wd|phrase)|pwd|secret|api-?key|token)[\w.-]{0,20}>\s{0,5}(?P<value>[^<\s]{3,300})\s{0,5}</",
       checks.is_secret),
    at("password", "--",
       rf"(?<!-)--(?:[a-z0-9]{{1,20}}-){{0,3}}(?:password|passwd|passphrase|pwd|secret|token|api-key)[ =]{VALUE}", checks.is_made_up_secret),
    at("password", "identified", r"identified (?:by|with [\w ]{1,40} by) '(?P<value>[^'\n]{1,200})'"),
    at("password", "sshpass", r"sshpass -p ?['\"]?(?P<value>[^\s'\"]{1,200})"),
    at("password", "curl", r"curl\b[^\n]{0,200}?\s(?:-u|--user)[ =]['\"]?[^\s:'\"]{1,80}:(?P<value>[^\s'\"]{1,200})"),
    at("password", "mysql|mariadb", r"(?:mysql|mysqldump|mariadb)\b[^\n]{0,120}?\s-p(?P<value>[^\s'\"]{3,100})"),
    at("password", "net use", r"net use\b[^\n]{0,120}?/user:\S{1,80}\s{1,3}(?P<value>[^\s/]{3,100})"),
    at("password", "login ", r"login \S{1,100}\s{1,4}password (?P<value>\S{1,200})", checks.is_secret),
    at("password", "community", r"community[ :=]{1,4}['\"]?(?P<value>[^\s'\"]{4,60})", checks.is_made_up_secret),
    near("password", PASSWORD_STARTS,
       rf"(?<!\S)(?P<value4>\S{{6,60}}+) (?:as|als|comme|como|come) (?:[^\W\d_]{{2,8}} )?{PASSWORD}", _beside),
    at("password", WORDS,
       rf"(?:{WORDS}|login)s?(?:\s{{0,3}}:| (?:is|are|ist|sind|lautet|lauten|est|sont|es|son|è|sono|zijn))\s{{0,3}}[\w.@\\-]{{2,80}}\s{{0,3}}[/|:,]\s{{0,3}}(?P<value4>[^\s,;]{{4,100}})", _beside),
    at("key", KEY_STARTS, f"{KEY}{FOR}(?:{SIGN}|{IS}){VALUE}", checks.is_key),
    near("key", "-", r"\b(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}\b"),
    near("key", "-", r"\b(?:\d{6}-){7}\d{6}\b"),
    at("key", "secret=", r"secret=(?P<value>[A-Z2-7]{16,64})"),
    at("code", "pin|door|alarm|gate|entry|tür|deur|tan|sms|mtan|otp|2fa|mfa|einmal|one|bestätigungs",
       f"{PIN}(?:{FOR}(?:{SIGN}|{IS})|[ ])[\"'„]?(?P<value>\\d{{3,4}}[ ]?\\d{{0,4}})(?![\\w:-]|\\.\\d)", _is_code),
)  # fmt: skip
