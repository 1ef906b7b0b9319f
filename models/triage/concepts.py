"""Words of production support that mean much the same, so that a small training set knows more than it has read."""

from __future__ import annotations

import hashlib
from functools import lru_cache

# Groups of like words; one that ends in * stands for every word that begins so. A word may stand in several groups.
CONCEPTS: dict[str, str] = {
    "slowness": """
        slow* sluggish lag lags lagging laggy latency latencies delay* hang hangs hung freez* frozen stutter* crawl*
        snail timeout* timed timing wait* takes took minutes seconds secs ms p50 p95 p99 slower eternity forever
        instant quick faster fast speed responsive unresponsive tuning optimi* perform* performance throughput
        bottleneck* hourglass spinn*
    """,
    "load": """
        cpu ram memory heap oom gc swap swapping load loadavg iops utilisation utilization saturat* capacity quota
        exhaust* backlog queue* queued pending pool threads thread connections contention lock locks deadlock*
        hikari replica* scale scaling autoscal* evict* overload* peak spike* leak pressure throttl* buffer cache
        caching index scan consumption usage
    """,
    "setting": """
        config* setting* parameter* param variable* env yaml yml ini conf properties flag flags toggle* toggled
        default defaults option options enabled disabled enable disable activated activate profile preference*
        template rule rules misconfig* registry gpo policy policies hardcoded typo timezone locale licen* threshold
        value values defined switch
    """,
    "rollout": """
        deploy* release* released rollout rolled upgrade* upgraded update updated migrat* change changed maintenance
        patch* version cutover switched helm terraform ansible ingress install* build docker classpath
    """,
    "names_certificates": """
        dns cname nxdomain resolv* hostname domain cert certs certificate* tls ssl expired expire* expiry renew*
        chain x509 issuer proxy firewall port gateway route routing vlan dhcp ntp endpoint url smtp relay
    """,
    "attack": """
        phish* malware virus* trojan ransom* bitcoin encrypt* hack* attack* attacker* intrud* intrusion breach*
        compromis* suspicious strange unknown spam scam* fraud* fake spoof* impersonat* keylogger botnet ddos brute
        exploit* vulnerab* cve* injection xss csrf log4j payload exfiltrat* stolen steal* theft thief blackmail
        weird clicked click link gift voucher*
    """,
    "secrecy": """
        leak* leaked expos* disclos* confidential secret secrets sensitive plaintext public gdpr privacy private
        forward* recipient* wrong bcc cc unauthori* unauthenticated security secure insecure audit token tokens
        credential* credentials pentest encryption kerberos acl siem edr antivirus defender authenticat*
    """,
    "flow": """
        feed* interface* integration integrat* etl elt sync* synchroni* replicat* export* exported import* imported
        transfer* transmi* pipeline* kafka topic consumer producer offset mq rabbitmq webhook* api rest soap edi
        edifact idoc* sftp ftp csv xml json avro parquet middleware connector* mapping mapped mapp* schema ingest*
        batch nightly message messages payload* partner* upstream downstream segment rejected hl7 adt delta cdc
        endpoint* sqoop hive warehouse loader serializ* deserializ* queue
    """,
    "not_arriving": """
        arriv* missing late came come comes receiv* received across through over reach reached reaches sent send
        sends delivered deliver* empty duplicate* duplicates doubled twice passed pulled pull pushed between both
        other systems system side
    """,
    "fault": """
        bug bugs crash* exception* nullpointer* npe stacktrace traceback stack segfault error errors err unexpected
        invalid undefined null nan exits closes abort* assertion fails failed failure failing incorrect miscalculat*
        calculat* computes computed rounding rounds total totals sum shows displays display* button buttons screen
        page form field dialog menu render* sort* filter* regression race app application feature click clicking
        browser
    """,
    "device": """
        printer* print printing toner paper jam* laptop* notebook* monitor monitors screen keyboard key keys mouse
        headset webcam camera dock docking charger charging battery batteries usb cable* plug plugged socket adapter
        adaptor scanner* scan reader terminal till tills register handheld* tablet ipad phone* phones projector
        beamer speaker* switch router* antenna hub ups psu fan fans disk disks drive drives ssd hdd raid nic dimm
        chassis rack board motherboard bios server sensor* robot* tape controller device devices hardware badge lamp
        led light
    """,
    "breakage": """
        broken broke break smoke smok* smell* burn* burnt noise noisy click clicking beep* rattl* grind* loud hot
        heat overheat* temperature dead dies died dying crack* cracked spill* spilled coffee water drop dropped fell
        bent loose stuck torn worn flicker* blink* black dark stripe* power powered electri* fuse outage voltage
        smart degraded ecc repair replace* replacement spare swap swapped defective faulty
    """,
    "damage": """
        corrupt* garbled garbage scrambl* overwrit* overwrote wiped wipe lost loss gone vanish* disappear* truncat*
        deleted delete* dropped restore* restored restoring recover* recovery backup* backups pitr snapshot*
        inconsisten* mismatch* checksum* crc orphan* integrity unreadable damaged destroyed mixed swapped mangled
        gibberish undo revert* wal fsck block blocks table tables rows row records record duplicated characters
        encoding history file files
    """,
    "entry": """
        access password* passwd pin login log-in logins logon signin sign log logging logged lock locked unlock*
        account* accounts permission* permitted grant* granted role roles group groups membership member denied deny
        forbidden 401 403 reset forgot* forgotten mfa 2fa otp authenticator sso ldap vpn onboarding starter joiner
        newcomer joined first rights readonly admin sudo username user badge card invite invitation share shared
        folder allowed request approve* authori*
    """,
    "standstill": """
        stopped stop stops standstill halt* halted down outage offline nobody everyone everybody everything entire
        whole all company site plant business emergency critical total totally hospital patients ambulance cannot
        blocked impossible unable production nationwide worldwide zero evacuat* safety losing irreversible now
        immediately urgent urgently
    """,
    "many": """
        many several customers clients users team teams department colleagues people shops branches stores offices
        ward drivers dozens hundreds thousands staff class students we our us half third most
    """,
    "deadline": """
        today tonight deadline noon hour hours minutes soon asap before by until closes due morning afternoon
        payroll month-end tender auction court audit launch live urgent hurry board regulator
    """,
    "alone": """
        my me mine i myself only one just own single personal
    """,
    "no_hurry": """
        whenever someday sometime leisure cosmetic curious curiosity wondering wonder question ask asking tomorrow
        week weeks month annoying minor small tiny little fine okay ok works anyway workaround meanwhile rush hurry
        time patience nice hint sandbox test demo lol harmless purely visual note fyi backlog how
    """,
}


@lru_cache(maxsize=1 << 16)
def concepts_of(token: str) -> tuple[int, ...]:
    """Return the numbers of the groups that `token` stands in.

    >>> [list(CONCEPTS)[number] for number in concepts_of("phishing")]
    ['attack']
    """
    return tuple(n for n, (whole, starts) in enumerate(_GROUPS) if token in whole or token.startswith(starts))


def _split(words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    listed = words.split()
    return frozenset(w for w in listed if w[-1] != "*"), tuple(w[:-1] for w in listed if w[-1] == "*")


_GROUPS = tuple(_split(words) for words in CONCEPTS.values())
FINGERPRINT = hashlib.sha256(repr(CONCEPTS).encode()).hexdigest()[:16]
