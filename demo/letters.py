"""Ada's mail: some 200 letters to somebody who looks after the tide gauges of a harbour; the same on every run."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import attrs

from demo.enclosures import csv_table, one_page_pdf, png_curve

ADA = Address("Ada Brandt", "ada", "tidewatch.example")
LDJ = Address("LDJ", "ldj", "harbour.example")
ZOE = Address("Zoë Castellanos", "zoe", "tidewatch.example")
HANAKO = Address("山田 花子", "hanako", "sensors.example")
JURGEN = Address("Jürgen Weiß", "j.weiss", "shipyard.example")
OLU = Address("Olu Adeyemi", "olu", "tidewatch.example")
MARTA = Address("Marta Żuławska", "marta", "shipyard.example")

_START = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
_SEEN = "\\Seen"
_POLICY = SMTP.clone(max_line_length=78)


@attrs.frozen
class Letter:
    """One message, in which mailbox it lies, and what the mailbox knows of it."""

    mailbox: str
    octets: bytes
    received: datetime
    flags: tuple[str, ...] = (_SEEN,)


def all_letters() -> list[Letter]:
    """All of them, oldest first."""
    found = [*_conversations(), *_weekly_reports(), *_newsletters(), *_receipts(), *_alarms(), *_junk(), *_odd_ones()]
    return sorted(found, key=lambda letter: letter.received)


# -- people who answer each other

_TOPICS: tuple[tuple[Address, str, tuple[str, ...]], ...] = (
    (LDJ, "Gauge 4 reads 12 cm high", ("Since the storm gauge 4 shows 12 cm more than its neighbours.",
        "Could be the stilling well. Is the inlet free?", "Full of mussels. Cleaned, and it agrees again.")),
    (ZOE, "Café on the pier, Friday?", ("They have the good almond cake again. Friday at four?",
        "Four is fine, I bring Olu.", "¡Perfecto! Table by the window.")),
    (HANAKO, "潮位計の校正について (calibration)", ("The certificates for the two sensors are ready. 来週送ります",
        "Thank you! Can you add the serial numbers to the cover page?", "Of course: 0417 and 0418.")),
    (JURGEN, "Maße für die Halterung", ("Wie breit ist die Halterung am Pegel 7? Größer als 40 mm wird schwierig.",
        "38 mm, gemessen heute früh.", "Dann paßt es. Grüße aus der Werft!")),
    (LDJ, "Budget for next year", ("I need your figures by the end of the month: sensors, boat hours, radio.",
        "Sensors 18,400, boat 96 hours, radio unchanged.", "Thanks. The boat hours will be the discussion.")),
    (OLU, "Who has the key of the north hut?", ("It is not on the hook, and I have to change the battery today.",
        "Zoë had it on Tuesday.", "Found. It was in the boat.")),
    (MARTA, "Łódź gotowa (the boat is ready)", ("The hull is painted, the engine runs. Fetch her on Thursday.",
        "Wonderful. We come with the morning tide.", "Bring gloves, the paint on the rail is still soft.")),
    (LDJ, "Re-levelling the benchmarks", ("The survey office wants all nine benchmarks levelled before winter.",
        "We can do three a week if the weather holds.", "Then start with the breakwater, it is closed from October.")),
)  # fmt: skip


def _conversations() -> Iterator[Letter]:
    """Eight topics, each talked about again and again: the others write to INBOX, Ada's answers are in Sent."""
    for round_, (at, (friend, topic, texts)) in itertools.product(range(3), enumerate(_TOPICS)):
        began = _START + timedelta(days=round_ * 55 + at * 6, hours=at)
        subject = topic if round_ == 0 else f"{topic} ({('again', 'and again')[round_ - 1]})"
        references: list[str] = []
        for step, text in enumerate(texts):
            author, reader = (ADA, friend) if step == 1 else (friend, ADA)
            sent = began + timedelta(hours=5 * step, minutes=17 * step)
            message = _message(author, reader, subject if step == 0 else f"Re: {subject}", sent)
            if references:
                message["In-Reply-To"] = references[-1]
                message["References"] = " ".join(references)
            references.append(message["Message-ID"])
            message.set_content(f"{text}\n\n{author.display_name.split()[0]}\n")
            flags = _flags_of_conversation(round_, at, step)
            yield Letter("Sent" if author is ADA else "INBOX", _octets(message), sent + timedelta(seconds=9), flags)


def _flags_of_conversation(round_: int, at: int, step: int) -> tuple[str, ...]:
    if round_ == 2 and at >= 4 and step == 2:
        return ()  # the newest are not read yet
    return (_SEEN, "\\Answered") if step == 0 else (_SEEN,)


# -- LDJ reports every week, with a table and a curve


def _weekly_reports() -> Iterator[Letter]:
    for week in range(24):
        sent = _START + timedelta(days=7 * week + 4, hours=8)
        message = _message(LDJ, ADA, f"Tide report, week {22 + week}", sent)
        message["Cc"] = OLU
        levels = _levels(week)
        message.set_content(f"The week in short: mean {sum(levels) / len(levels):.1f} cm, highest {max(levels)} cm.\n")
        name = f"levels-{sent:%Y-%m-%d}.csv"
        message.add_attachment(csv_table(levels).encode(), maintype="text", subtype="csv", **_named(name))
        message.add_attachment(png_curve(levels), maintype="image", subtype="png", **_named("curve.png"))
        flags = () if week >= 20 else (_SEEN, "\\Flagged") if week % 9 == 4 else (_SEEN,)
        yield Letter("INBOX" if week >= 12 else "Archive/2026", _octets(message), sent, flags)


def _levels(week: int) -> list[int]:
    luck = random.Random(week)
    return [luck.randint(-40, 60) + (80 if hour % 12 < 6 else -80) for hour in range(0, 168, 3)]


# -- what machines and shops send


def _newsletters() -> Iterator[Letter]:
    for week in range(26):
        sent = _START + timedelta(days=7 * week, hours=3)
        message = _message(Address("The Lighthouse Letter", "news", "lighthouse.example"), ADA, "", sent)
        del message["Subject"]
        message["Subject"] = f"The Lighthouse Letter № {181 + week}: fog, foxes & a “new” lamp"
        message["List-Id"] = "<letter.lighthouse.example>"
        message.set_content(f"Number {181 + week}. Read it in colour with a program that shows HTML.\n")
        message.add_alternative(
            f"<html><body><h1>№ {181 + week}</h1><p>Fog on <b>{sent:%A}</b>, foxes at the pier, and a lamp.</p>"
            "</body></html>",
            subtype="html",
        )
        yield Letter("Newsletters", _octets(message), sent, () if week % 3 else (_SEEN,))


def _receipts() -> Iterator[Letter]:
    shops = (Address("Boulangerie du Môle", "caisse", "mole.example"), Address("Seil & Tau", "shop", "tau.example"))
    for month, shop in itertools.product(range(6), shops):
        sent = _START + timedelta(days=30 * month + 12, hours=2)
        number = 4100 + 7 * month + len(shop.display_name)
        message = _message(shop, ADA, f"Reçu n° {number}", sent)
        message.set_content(f"Merci ! Votre reçu n° {number} est joint.\n")
        page = one_page_pdf(f"Receipt {number}, {sent:%d.%m.%Y}")
        message.add_attachment(page, maintype="application", subtype="pdf", **_named(f"Reçu {number}.pdf"))
        yield Letter("Reçus", _octets(message), sent)


def _alarms() -> Iterator[Letter]:
    robot = Address("Gauge monitor", "monitor", "tidewatch.example")
    for number in range(52):
        sent = _START + timedelta(days=3 * number + 12, hours=number % 24, minutes=13)
        state = ("battery low", "no data for 30 minutes", "back to normal")[number % 3]
        message = _message(robot, ADA, f"[gauge {1 + number % 9}] {state}", sent)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"gauge {1 + number % 9}\nstate {state}\ntime {sent.isoformat()}\n")
        yield Letter("Projects/Tidewatch", _octets(message), sent, () if number >= 45 else (_SEEN,))


def _junk() -> Iterator[Letter]:
    for number, subject in enumerate(("You have won a yacht", "Cheap anchors!!!", "Re: your invoice", "Дешёвые якоря")):
        for again in range(3):
            sent = _START + timedelta(days=11 * number + 40 * again, hours=1)
            message = _message(Address("Prince of Tides", f"win{number}{again}", "spam.example"), ADA, subject, sent)
            message.set_content(f"<p>{subject}. <a href='https://spam.example/'>Click!</a></p>", subtype="html")
            yield Letter("Junk", _octets(message), sent, ())


# -- what a parser must not stumble over


def _odd_ones() -> Iterator[Letter]:
    """A photograph to be shown within the text, a letter within a letter, and one that a machine wrote badly."""
    sent = _START + timedelta(days=170)
    photo = _message(MARTA, ADA, "Zdjęcie: the new hull", sent)
    photo.set_content("A photo of the hull, see below.\n")
    photo.add_alternative('<p>The hull:</p><img src="cid:hull@shipyard.example">', subtype="html")
    html = photo.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(png_curve([0, 40, 60, 40, 0]), maintype="image", subtype="png", cid="<hull@shipyard.example>")
    yield Letter("INBOX", _octets(photo), sent, ())

    forward = _message(OLU, ADA, "Fwd: Zdjęcie: the new hull", sent + timedelta(hours=1))
    forward.set_content("Look at that!\n")
    forward.add_attachment(photo)
    yield Letter("INBOX", _octets(forward), sent + timedelta(hours=1), ())

    broken = (
        b"From: old scanner <scan@harbour.example>\r\nTo: ada@tidewatch.example\r\n"  # and no date
        b"Subject: Menu of the week\r\nContent-Type: text/plain; charset=x-nobody-knows\r\n\r\nSoup 4.50\r\n"
    )
    yield Letter("INBOX", broken, sent + timedelta(hours=2), (_SEEN,))


def _message(author: Address, reader: Address, subject: str, sent: datetime) -> EmailMessage:
    """The header that all have; a Message-ID made of what is known, not of chance."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = author
    message["To"] = reader
    message["Subject"] = subject
    message["Date"] = format_datetime(sent.astimezone(timezone(timedelta(hours=1 + len(author.username) % 3))))
    message["Message-ID"] = f"<{sent:%Y%m%d%H%M%S}.{author.username}@{author.domain}>"
    return message


def _named(filename: str) -> dict[str, Any]:
    """The name said twice, as most programs do: as the disposition's, and as the type's for those of long ago."""
    return {"filename": filename, "params": {"name": filename}}


def _octets(message: EmailMessage) -> bytes:
    """As it is sent, with boundaries that are the same on every run."""
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_part_{number}_of_{message['Message-ID'].strip('<>').partition('@')[0]}")
    return bytes(message)
