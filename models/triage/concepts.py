"""Words of production support that mean much the same, so that a small training set knows more than it has read."""

from __future__ import annotations

from functools import lru_cache

# Groups of like words; one that ends in * stands for every word that begins so. A word may stand in several groups.
CONCEPTS: dict[str, str] = {
    "slowness": """
        slow slower slowest slowly slowness slows slowed sluggish lag lags lagging laggy latency latencies delay delays
        delayed hang hangs hanging hung frozen stutter* crawl crawls crawling snail* timeout* timing eternity ages
        forever hourglass spinn* spins wheel circle unresponsive jerky chopp* treacle molasses drag drags dragging
        creep* tortoise sleepy loading loads buffering slowdown* dawdl* glacial p50 p95 p99 milliseconds ms rtt freez*
        timed
    """,
    "waiting": """
        wait waits waited waiting takes take took taking minute minutes second seconds secs sec patience coffee until
        finally eventually longer long usual usually normally instead quick quicker quickly fast faster instant
        instantly speed speeds response respond responds responding responsive reaction
    """,
    "load": """
        cpu ram memory heap oom gc swap swapping load loadavg iops utilisation utilization saturat* backlog* threads
        thread connections contention deadlock* hikari replicas scale scaling autoscal* evict* overload* overwhelm* peak
        peaks spike* pressure throttl* buffer caching scan scans consumption usage bandwidth mbit mbps gbit throughput
        bottleneck* congest* capacity pool workers rush exhaust* performance perform performs tuning optimi* index query
        queries queue queues queued queuing requests concurrent simultaneous* sessions pending locks cache
    """,
    "space": """
        full quota space gb gigabyte* terabyte* tb mailbox limit limits exceed* inode* filesystem partition var percent
        capacity storage
    """,
    "setting": """
        config* setting settings setup parameter* param params variable* env yaml yml ini conf properties flag flags
        toggle* default defaults option options enabled disabled enable disable activated activate deactivat* switched
        preference* registry gpo policy policies hardcoded threshold value values checkbox tick ticked misconfig*
        defined definition assigned assignment profile* wrongly reconfigur* customi* adjust adjusted
    """,
    "region": """
        language languages english german french spanish italian dutch polish hungarian portuguese turkish swedish
        danish czech locale timezone zone clock daylight dst summertime currency decimal layout qwerty qwertz azerty
        format formats american british umlaut holiday holidays calendar
    """,
    "rule": """
        rule rules template templates routing routed route forward forwarding forwards redirect* autoreply signature
        footer letterhead header logo tariff extension ringtone voicemail ivr menu distribution subscription approver
        workflow escalation threshold schedule scheduled cron margin margins tray duplex a4 a5 landscape mapped mapping
    """,
    "rollout": """
        deploy deployed deployment release released rollout rolled upgrade upgraded update updated updates move moved
        change changed changes changeover maintenance patch patched switched switchover cutover helm terraform ansible
        ingress install* reinstall* build docker relocation relocated reorg renamed merger replaced exchange exchanged
        yesterday since migrat* classpath
    """,
    "names_certificates": """
        dns cname nxdomain resolv* hostname hostnames domain domains cert certs certificate certificates tls ssl chain
        x509 issuer proxy pac firewall port ports gateway vlan dhcp ntp endpoint url urls smtp relay subnet ip wpa ssid
        eap radius nameserver* registrar
    """,
    "expiry": """
        expired expire expires expiry expiring renew* lapsed overdue activation subscription seats trial serial licen*
    """,
    "address": """
        old former previous predecessor address addresses pointing points wrong still shows printed belongs test
        production staging environment server
    """,
    "attack": """
        phish* malware virus viruses trojan* ransom* bitcoin hack hacked hacker* attack attacks attacked attacker*
        intrud* intrusion breach* compromis* suspicious* spam scam* fraud* fake faked spoof* impersonat* pretend*
        keylogger botnet ddos brute exploit* injection xss csrf log4j payload exfiltrat* blackmail extort* worm spyware
        antivirus defender edr siem quarantin* sophos sandboxed c2 backdoor rootkit cryptominer miner mimikatz shellcode
        webshell defaced defacement encrypt*
    """,
    "odd_mail": """
        link links clicked click attachment attachments sender gift voucher* invoice ceo prince dhl docusign parcel
        lottery iban payee credentials opened macro macros zip sms smishing caller impostor qr recipient recipients mail
        mails email emails
    """,
    "intruder": """
        stranger strangers strange unknown unfamiliar foreign abroad overseas russia china nigeria loggedin somebody
        someone tailgat* snoop* spying visitor weird unexplained unauthori* unauthenticated tamper* manipulat* skimm*
        camera cameras
    """,
    "exposure": """
        leak leaks leaked leaking expos* disclos* confidential* secret secrets sensitive plaintext publicly public gdpr
        privacy private salaries salary payslip* diagnos* bcc cc visible readable anyone anybody everyone unlocked
        unprotected unencrypted shredder bin stick forgot* left printout* found lying
    """,
    "theft": """
        stolen steal stole theft thief thieves burglar* lost lose train taxi missing gone robbed pickpocket snatched
    """,
    "weakness": """
        vulnerab* cve* cvss pentest* scanner unpatched outdated obsolete eol endoflife weak insecure audit auditor*
        hardening security secure encryption kerberos acl token tokens ssh sudo root sticky sharing credential*
        authenticat*
    """,
    "flow": """
        feed feeds interface interfaces integrat* etl elt sync syncs synced syncing synchroni* replicat* export exports
        exported exporting import imports imported importing importer transfer transfers transferred transmi* pipeline*
        kafka topic consumer producer offset mq rabbitmq webhook* api apis rest soap edi edifact idoc* sftp ftp
        middleware connector* ingest* batch nightly message messages payloads partner* upstream downstream segment hl7
        fhir adt delta cdc endpoint sqoop hive loader serializ* deserializ* gateway bridge swift mt940 camt sepa bacs
        ebics clearing adapter scheduler queue subscriber dataset
    """,
    "formats": """
        csv xml json avro parquet schema column columns delimiter semicolon field fields record records file files
        header headers utf utf8 iso encoding umlauts codepage mapp* unmapped code codes key keys ean gtin sku
    """,
    "not_arriving": """
        arriv* missing late come comes came coming across through over reach reached reaches send sends sent sending
        deliver delivered delivers delivery empty blank duplicate duplicates duplicated doubled double twice passed pass
        passes pulled pull pushed push between rejected reject rejects refused stuck nothing stale outdated receiv*
    """,
    "systems": """
        crm erp sap salesforce workday dynamics navision datev oracle ehr emr lis ris pacs pos pms wms tms mes plm hr
        payroll core banking shop webshop marketplace supplier suppliers carrier carriers registry register portal
        insurer insurers bank authority laboratory lab partner system systems side both other central headquarters host
        mainframe lake jira sharepoint outlook calendar
    """,
    "fault": """
        bug bugs buggy crash crashes crashed crashing exception exceptions nullpointer* npe stacktrace traceback
        segfault panic abort* assertion unexpected invalid undefined null nan exits quits closes error errors failure
        fails failing fail glitch* defect defective regression race loops loop infinite keyerror typeerror valueerror
        indexerror illegalstate* 500 502 dump unhandled stack err failed render*
    """,
    "screen_parts": """
        button buttons page pages form forms field fields dialog dialogue menu menus dropdown list lists tab tabs window
        windows popup popups tooltip icon icons label labels filter filters filtering sort sorts sorting search column
        columns checkbox scroll* click clicks clicking clicked press pressing save saves undo redo printpreview browser
        firefox chrome safari edge app apps application program programme module feature website site darkmode display
        displays shows show displayed
    """,
    "computing": """
        calculat* miscalculat* computes computed computing rounding rounds rounded total totals sum sums adds subtract*
        multipl* divides formula negative zero minus plus percent percentage vat tax discount discounts price prices
        interest amount amounts count counts counter wrong incorrect incorrectly balance figure figures cent cents
        offbyone result results
    """,
    "version": """
        version versions release build hotfix upgrade v1 v2 v3 beta developer developers vendor programmer code logic
    """,
    "device": """
        printer* laptop* notebook* monitor monitors headset* webcam* dock docking charger* mouse scanner* reader readers
        terminal terminals till tills handheld* tablet* ipad* projector* beamer* speaker* microphone* phone phones
        telephone* handset* antenna hub ups psu robot* device devices hardware machine machines camera cameras copier*
        plotter* kiosk* display screen television tv pager* scale scales barcode gun guns drawer atm atms dispenser*
        recycler pinpad* whiteboard smartboard* thermometer* pump pumps ecg ultrasound xray analyser* analyzer*
        centrifuge* fridge freezer* sensor* trolley cart lamp led light bulb clock turnstile gate barrier door lock
        intercom print printing keyboard charging
    """,
    "parts": """
        disk disks drive drives ssd hdd nvme raid nic dimm chassis rack board motherboard mainboard bios fan fans server
        servers switch switches router routers controller controllers ap accesspoint fibre fiber sfp cable cables
        cabling plug plugs plugged unplug* socket sockets adapter adaptor usb hdmi battery batteries power supply fuse
        fuses hinge hinges key keys keycap roller rollers toner ink drum cartridge* paper tray jam jams jammed ribbon
        printhead bbu pdu nas san tape wall outlet lead glass lens belt motor gear bearing port ports
    """,
    "breakage": """
        broken broke break breaks smok* smell* smelt burn* noise noises noisy beep beeps beeping rattl* grind* whin*
        squeak* loud hot heat overheat* temperature dead dies died dying crack cracked cracks spill* spilt coffee water
        tea juice wet damp flood* leak leaks leaking drop dropped drops fell fallen bent loose wobbl* torn worn flicker*
        blink* black dark stripe* lines pixels powered electri* outage voltage surge lightning thunder* smart degraded
        ecc spark* swollen bulg* scratched shattered snapped unplugged
    """,
    "repair": """
        repair repaired repairs replace replacement replaced spare spares swap swapped technician technicians warranty
        rma vendor defective faulty courier engineer electrician loan loaner exchange mend fix part parts
    """,
    "damage": """
        corrupt* garbled garbage scrambl* overwrit* overwrote wiped wipe wipes vanish* disappear* truncat* inconsisten*
        mismatch* checksum* crc orphan* integrity unreadable damaged destroyed destroy mixed mangled gibberish
        hieroglyph* undo revert* wal fsck block blocks shuffled interleaved jumbled muddled merged halved zeroed
        nonsense salad duplicates swapped
    """,
    "loss": """
        lost loss gone deleted delete deletes deleting erased erase purged removed missing emptied dropped disappeared
        vanished empty history older earlier version
    """,
    "recovery": """
        restore restored restores restoring recover recovered recovery backup backups pitr snapshot snapshots copy
        copies undelete shadow journal archive archives rollback rebuild reconstruct* retype retyped reload
    """,
    "records": """
        table tables rows row record records database databases db spreadsheet spreadsheets excel xlsx document
        documents folder folders file files photo photos picture pictures text entries entry ledger inventory names
        characters letters list stock history chart charts minutes thesis
    """,
    "password": """
        password* passwd passcode pass pin pins login logins logon signin mfa 2fa otp authenticator sso ldap totp
        yubikey smartcard fingerprint reset resets forgot forgotten locked lock lockout unlock unlocking blocked
        credentials username attempts captcha code sign log logging logged
    """,
    "permission": """
        access permission permissions permitted grant granted role roles right rights group groups membership member
        members denied deny forbidden 401 403 privilege* authori* allowed readonly admin administrator sudo share shared
        folder invite invitation approve approved restricted owner ownership editor viewer guest delegat*
    """,
    "account": """
        account accounts user users badge badges card cards id profile identity active deactivated disabled suspended
        directory onboarding mailbox vpn remote homeoffice intranet
    """,
    "people_moves": """
        starter starters joiner joiners newcomer* newbie joined joins joining hired apprentice* trainee* intern interns
        temp temps temporary substitute* locum* agency maternity leave left leaver leavers successor colleague deputy
        covering transferred promoted monday new contractor* freelancer* volunteer* resident residents
    """,
    "asking": """
        please could can may request requesting requested need needs needed would like want wanted add added give given
        create set provide apply order where how who which whom possible question ask asking wonder wondering allowed
    """,
    "standstill": """
        stop stopped stops standstill halt halted halts down outage offline emergency critical total totally completely
        paralys* paralyz* idle closed shut evacuat* dead unreachable blackout standing collapse* unusable inoperable
        disaster catastroph* suspended nothing
    """,
    "everyone": """
        all every everyone everybody everything entire whole nobody none company site sites plant nationwide worldwide
        countrywide country countries chain each anywhere everywhere building campus network branches stores shops
        schools wards clinics warehouses depots locations houses
    """,
    "no_way_round": """
        cannot cant impossible unable neither nor no without only way fallback alternative alternatives workaround
        manual failover failback replica redundant backup helpless nothing
    """,
    "danger": """
        patient patients ambulance ambulances surgery theatre operating icu intensive ventilat* oxygen insulin
        medication dose doses allergy blood transfusion stroke trauma resuscitat* dying life lives injured injury fire
        alarm alarms safety danger dangerous police rescue evacuate gas toxic baby babies newborn
    """,
    "money": """
        euro euros eur usd dollars pounds gbp million millions thousand revenue sales losing loses penalty penalties
        fine fines payment payments salary salaries wages pay paid unpaid customers buyers orders
    """,
    "running_on": """
        running still ongoing spreading spreads continues growing grows increasing rising currently now irreversible
        irreversibly expiring counting copying leaving emptied minute underway active
    """,
    "many": """
        many most majority dozens hundreds thousands half third quarter several customers clients callers citizens
        guests passengers visitors pupils students teams team department departments floor class classes cohort
        colleagues staff agents drivers nurses clerks tellers cashiers teachers people offices ward
    """,
    "few": """
        two three four five six seven eight nine couple few handful some both several pair our we us small trio
        parttimers
    """,
    "alone": """
        my me mine i myself only one just own single personal im ive id alone sole
    """,
    "deadline": """
        today tonight deadline noon midday midnight hour hours oclock soon asap before by closes due morning afternoon
        evening payroll monthend yearend closing cutoff tender auction court hearing audit launch live exam exams
        opening departure departs board regulator inspector waiting shift
    """,
    "hurry": """
        urgent urgently urgency immediately instantly hurry emergency help desperate quick quickly priority escalate now
        sos prio
    """,
    "later": """
        tomorrow week weeks month months monday tuesday wednesday thursday friday next later autumn spring summer winter
        year sprint someday sometime eventually weekend
    """,
    "workaround": """
        workaround meanwhile manually hand paper phone instead alternatively otherwise borrow borrowed neighbour
        colleague other another spare second manage managing managed bypass possible still works working trick swap
        share sharing type typing retype copy pencil fax download resend refresh restart reboot helps helped
    """,
    "no_hurry": """
        whenever leisure curious curiosity wondering wonder annoying annoyance minor tiny little fine okay ok anyway
        rush hurry time patience nice hint sandbox demo lol haha smile harmless note fyi info informational backlog
        bother bothers bothered mind worry worries need urgent pressure suits convenient quiet never occasion someday
        nobody anyone retire retired hobby private old
    """,
    "cosmetic": """
        cosmetic cosmetics purely visual typo typos spelling spelled misspel* ugly looks look colour color colours font
        fonts alignment aligned overlap overlaps logo wallpaper background pixel shade grey pink tooltip slogan
        screensaver cat funny silly nuisance
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
