"""What each command does in a small server: `verb(session, command)` returns the text of the tagged answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from tests.scripted.command import Argument, Command, Malformed
from tests.scripted.mailstore import Mailbox, Message, fetch_items, format_set, literal, marks_seen, nstring, parse_set
from tests.scripted.searching import Search
from tests.scripted.session import Refused, Session

Verb: TypeAlias = "Callable[[Session, Command], bytes]"

_FLAGS = b"(\\Answered \\Flagged \\Deleted \\Seen \\Draft)"


def capability(session: Session, command: Command) -> bytes:
    session.untagged(b"CAPABILITY " + session.capability())
    return b"OK done"


def noop(session: Session, command: Command) -> bytes:
    return b"OK done"


def identify(session: Session, command: Command) -> bytes:
    session.untagged(b'ID ("name" "MiniServer")')
    return b"OK done"


def logout(session: Session, command: Command) -> bytes:
    session.untagged(b"BYE see you")
    return b"OK done"


def start_tls(session: Session, command: Command) -> bytes:
    if b"STARTTLS" not in session.capability().split():
        return b"BAD no TLS here"
    return b"OK begin"


def compress(session: Session, command: Command) -> bytes:
    if _upper(command.arguments) != [b"DEFLATE"] or session.compressed:
        return b"NO [COMPRESSIONACTIVE] no"
    session.compressed = True
    return b"OK begin"


def login(session: Session, command: Command) -> bytes:
    user, password = command.arguments
    return _log_in(session, user, password)


def authenticate(session: Session, command: Command) -> bytes:
    """`PLAIN`, with or without an initial response (RFC 4616, RFC 4959)"""
    mechanism, *initial = _strings(command.arguments)
    if mechanism.upper() != b"PLAIN":
        return b"NO [CANNOT] unknown mechanism"
    if not initial:
        session.send(b"+ \r\n")
        session.flush()
        initial = [session.peer.line()]
    if initial[0] == b"*":
        return b"BAD cancelled"
    _, user, password = base64.b64decode(initial[0], validate=True).split(b"\0")
    return _log_in(session, user, password)


def _log_in(session: Session, user: Argument, password: Argument) -> bytes:
    if not isinstance(user, bytes) or session.server.users.get(user) != password:
        return b"NO [AUTHENTICATIONFAILED] wrong user or password"
    session.authenticated = True
    return b"OK [CAPABILITY " + session.capability() + b"] welcome"


def enable(session: Session, command: Command) -> bytes:
    known = {name.upper() for name in session.server.capabilities}
    enabled = [name.upper() for name in _strings(command.arguments) if name.upper() in known]
    session.enabled.update(enabled)
    session.untagged(b" ".join([b"ENABLED", *enabled]))
    return b"OK done"


def namespace(session: Session, command: Command) -> bytes:
    session.untagged(b'NAMESPACE (("" "/")) NIL NIL')
    return b"OK done"


def select(session: Session, command: Command) -> bytes:
    if session.selected is not None:
        session.select(None)
        session.untagged(b"OK [CLOSED] previous mailbox closed")
    mailbox = session.mailbox(command.arguments[0])
    read_only = command.verb == "EXAMINE"
    session.select(mailbox, read_only=read_only)
    session.untagged(b"FLAGS " + _FLAGS)
    session.untagged(b"OK [PERMANENTFLAGS " + (b"()" if read_only else _FLAGS[:-1] + b" \\*)") + b"] flags")
    session.untagged(b"%d EXISTS" % len(mailbox.messages))
    if b"IMAP4REV2" not in session.enabled:
        session.untagged(b"0 RECENT")
    else:
        session.untagged(b'LIST () "/" ' + nstring(_strings(command.arguments)[0].decode()))
    session.untagged(b"OK [UIDVALIDITY %d] valid" % mailbox.uid_validity)
    session.untagged(b"OK [UIDNEXT %d] next" % mailbox.uid_next)
    return b"OK [READ-ONLY] done" if read_only else b"OK [READ-WRITE] done"


def unselect(session: Session, command: Command) -> bytes:
    session.select(None)
    return b"OK done"


def close(session: Session, command: Command) -> bytes:
    mailbox = _selected(session)
    if not session.read_only:
        mailbox.remove([message for message in mailbox.messages if b"\\Deleted" in message.flags])
    session.select(None)
    return b"OK done"


def create(session: Session, command: Command) -> bytes:
    name = _strings(command.arguments)[0].removesuffix(b"/")
    if name in session.server.mailboxes or name.upper() == b"INBOX":
        return b"NO [ALREADYEXISTS] there it is"
    session.server.mailboxes[name] = Mailbox()
    return b"OK done"


def delete(session: Session, command: Command) -> bytes:
    name = _strings(command.arguments)[0]
    session.mailbox(name)
    if name.upper() == b"INBOX":
        return b"NO [CANNOT] never INBOX"
    del session.server.mailboxes[name]
    return b"OK done"


def rename(session: Session, command: Command) -> bytes:
    old, new = _strings(command.arguments)
    mailbox = session.mailbox(old)
    if new in session.server.mailboxes:
        return b"NO [ALREADYEXISTS] there it is"
    session.server.mailboxes[new] = mailbox
    del session.server.mailboxes[old]
    return b"OK done"


def subscribe(session: Session, command: Command) -> bytes:
    name = _strings(command.arguments)[0]
    if command.verb == "SUBSCRIBE":
        session.server.subscribed.add(name)
    else:
        session.server.subscribed.discard(name)
    return b"OK done"


def list_mailboxes(session: Session, command: Command) -> bytes:
    """`LIST [SP (options)] SP reference SP pattern(s) [SP RETURN (options)]`"""
    arguments = list(command.arguments)
    options = _upper(arguments.pop(0)) if isinstance(arguments[0], tuple) else []
    reference, patterns, *returning = arguments
    assert isinstance(reference, bytes)
    if patterns == b"":
        session.untagged(b'LIST (\\Noselect) "/" ""')
        return b"OK done"
    wanted = [reference + pattern for pattern in _strings(patterns if isinstance(patterns, tuple) else (patterns,))]
    returned = returning[1] if len(returning) > 1 and isinstance(returning[1], tuple) else ()
    only_subscribed = b"SUBSCRIBED" in options or command.verb == "LSUB"
    for name, mailbox in sorted(session.server.mailboxes.items()):
        if not any(_pattern(pattern).match(name) for pattern in wanted):
            continue
        if only_subscribed and name not in session.server.subscribed:
            continue
        if b"SPECIAL-USE" in options and not mailbox.attributes:
            continue
        attributes = list(mailbox.attributes)
        has_children = any(other.startswith(name + b"/") for other in session.server.mailboxes)
        attributes.append(b"\\HasChildren" if has_children else b"\\HasNoChildren")
        if name in session.server.subscribed and (only_subscribed or b"SUBSCRIBED" in _upper(returned)):
            attributes.append(b"\\Subscribed")
        verb = b"LSUB" if command.verb == "LSUB" else b"LIST"
        session.untagged(verb + b" (" + b" ".join(attributes) + b') "/" ' + _astring(name))
        if b"STATUS" in _upper(returned):
            items = returned[_upper(returned).index(b"STATUS") + 1]
            session.untagged(b"STATUS " + _astring(name) + b" (" + mailbox.status(_strings(items)) + b")")
    return b"OK done"


def status(session: Session, command: Command) -> bytes:
    name, items = command.arguments
    mailbox = session.mailbox(name)
    session.untagged(b"STATUS " + _astring(name) + b" (" + mailbox.status(_strings(items)) + b")")
    return b"OK done"


def append(session: Session, command: Command) -> bytes:
    name, *options, octets = command.arguments
    mailbox = session.mailbox(name, b"TRYCREATE")
    if not command.literals or octets != command.literals[-1]:
        raise Malformed("the message is no literal")
    message = Message(octets)
    for option in options:
        if isinstance(option, tuple):
            message.flags = set(_strings(option))
        else:
            message.internal_date = option
    mailbox.add(message)
    return b"OK [APPENDUID %d %d] done" % (mailbox.uid_validity, message.uid)


def search(session: Session, command: Command) -> bytes:
    arguments = list(command.arguments)
    returning: list[bytes] | None = None
    if arguments[0] == b"RETURN" and isinstance(arguments[1], tuple):
        if not {b"ESEARCH", b"IMAP4rev2"} & {*session.server.capabilities}:
            raise Malformed("no ESEARCH here")
        returning, arguments = _upper(arguments[1]) or [b"ALL"], arguments[2:]
    if arguments and isinstance(arguments[0], bytes) and arguments[0].upper() == b"CHARSET":
        if arguments[1] not in (b"UTF-8", b"US-ASCII"):
            return b"NO [BADCHARSET (UTF-8)] unknown charset"
        arguments = arguments[2:]
    wanted = Search(arguments, session.view)
    by_uid = command.verb.startswith("UID ")
    numbers = [
        message.uid if by_uid else number
        for number, message in enumerate(session.view, 1)
        if wanted.matches(message, number)
    ]
    if returning is None and b"IMAP4REV2" in session.enabled:
        returning = [b"ALL"]
    if returning is None:
        session.untagged(b" ".join([b"SEARCH", *(b"%d" % number for number in numbers)]))
    else:
        session.untagged(_esearch(command, numbers, returning))
    return b"OK done"


def _esearch(command: Command, numbers: list[int], returning: list[bytes]) -> bytes:
    text = b'ESEARCH (TAG "' + command.tag + b'")' + (b" UID" if command.verb.startswith("UID ") else b"")
    if numbers and b"MIN" in returning:
        text += b" MIN %d" % numbers[0]
    if numbers and b"MAX" in returning:
        text += b" MAX %d" % numbers[-1]
    if b"COUNT" in returning:
        text += b" COUNT %d" % len(numbers)
    if numbers and b"ALL" in returning:
        text += b" ALL " + format_set(numbers)
    return text


def fetch(session: Session, command: Command) -> bytes:
    items = fetch_items(command.arguments[1])
    if command.verb == "UID FETCH" and b"UID" not in [item.upper() for item in items]:
        items.insert(0, b"UID")
    seen = not session.read_only and any(marks_seen(item) for item in items)
    for number, message in _named(session, command):
        extra: list[bytes] = []
        if seen and b"\\Seen" not in message.flags:
            message.flags.add(b"\\Seen")
            _selected(session).changes += 1
            session.knows_flags(message)
            extra = [] if b"FLAGS" in items else [b"FLAGS"]
        session.untagged(b"%d FETCH (%s)" % (number, message.render([*items, *extra])))
    return b"OK done"


def store(session: Session, command: Command) -> bytes:
    if session.read_only:
        return b"NO [READ-ONLY] examined only"
    _, what, *flags = command.arguments
    found = re.match(rb"([+-]?)FLAGS(\.SILENT)?\Z", what, re.IGNORECASE) if isinstance(what, bytes) else None
    if not found:
        raise Malformed(f"what to store: {what!r}")
    values = set(_strings(flags[0] if isinstance(flags[0], tuple) else tuple(flags)))
    for number, message in _named(session, command):
        if found[1] == b"+":
            message.flags = message.flags | values
        elif found[1] == b"-":
            message.flags = message.flags - values
        else:
            message.flags = set(values)
        _selected(session).changes += 1
        session.knows_flags(message)
        if not found[2]:
            uid = b"UID %d " % message.uid if command.verb.startswith("UID ") else b""
            session.untagged(b"%d FETCH (%sFLAGS %s)" % (number, uid, message.render_flags()))
    return b"OK done"


def copy(session: Session, command: Command) -> bytes:
    target = session.mailbox(command.arguments[1], b"TRYCREATE")
    messages = [message for _, message in _named(session, command)]
    code = _copy(messages, target)
    return b"OK " + code + b"done"


def move(session: Session, command: Command) -> bytes:
    target = session.mailbox(command.arguments[1], b"TRYCREATE")
    messages = [message for _, message in _named(session, command)]
    code = _copy(messages, target)
    if code:
        session.untagged(b"OK " + code + b"moved")
    _selected(session).remove(messages)
    return b"OK done"


def _copy(messages: Sequence[Message], target: Mailbox) -> bytes:
    if not messages:
        return b""
    copies = [
        target.add(Message(message.octets, {*message.flags}, message.internal_date, dict(message.data)))
        for message in messages
    ]
    sets = (format_set([message.uid for message in messages]), format_set([message.uid for message in copies]))
    return b"[COPYUID %d %s %s] " % (target.uid_validity, *sets)


def expunge(session: Session, command: Command) -> bytes:
    if session.read_only:
        return b"NO [READ-ONLY] examined only"
    mailbox = _selected(session)
    chosen = [message for message in mailbox.messages if b"\\Deleted" in message.flags]
    if command.verb == "UID EXPUNGE":
        named = {message.uid for _, message in _named(session, command)}
        chosen = [message for message in chosen if message.uid in named]
    mailbox.remove(chosen)
    return b"OK done"


def idle(session: Session, command: Command) -> bytes:
    session.send(b"+ idling\r\n")
    with session.server.lock:
        session.report_changes()
        session.flush()
        session.idling = True
    try:
        line = session.peer.line()
    finally:
        session.idling = False
    return b"OK done" if line.upper() == b"DONE" else b"BAD expected DONE"


def _named(session: Session, command: Command) -> list[tuple[int, Message]]:
    """The messages of the command's set, with their numbers; numbers that do not exist are BAD, UIDs nothing."""
    by_uid = command.verb.startswith("UID ")
    largest = (session.view[-1].uid if session.view else 0) if by_uid else len(session.view)
    ranges = parse_set(command.arguments[0], largest)
    if not by_uid and any(part.start < 1 or part.stop > largest + 1 for part in ranges):
        raise Refused(b"BAD no such message")
    return [
        (number, message)
        for number, message in enumerate(session.view, 1)
        if any((message.uid if by_uid else number) in part for part in ranges)
    ]


def _selected(session: Session) -> Mailbox:
    assert session.selected is not None, "Session.check has seen to it"
    return session.selected


def _strings(argument: Argument) -> list[bytes]:
    """A list of strings, nothing else."""
    if not isinstance(argument, tuple):
        raise Malformed(f"no list: {argument!r}")
    strings = [value for value in argument if isinstance(value, bytes)]
    if len(strings) != len(argument):
        raise Malformed(f"a list in a list: {argument!r}")
    return strings


def _upper(argument: Argument) -> list[bytes]:
    """The words of a list; lists inside it count as words, empty ones."""
    words = argument if isinstance(argument, tuple) else (argument,)
    return [word.upper() if isinstance(word, bytes) else b"" for word in words]


def _astring(name: object) -> bytes:
    assert isinstance(name, bytes)
    if name.isascii() and name.isalnum():
        return name
    if name.isascii() and name.decode().isprintable():
        return nstring(name.decode())
    return literal(name)


def _pattern(pattern: bytes) -> re.Pattern[bytes]:
    """`*` matches anything, `%` anything but the hierarchy separator."""
    parts = re.split(rb"([*%])", pattern)
    wild = {b"*": b".*", b"%": b"[^/]*"}
    return re.compile(b"".join(wild.get(part, re.escape(part)) for part in parts) + rb"\Z", re.DOTALL)


VERBS: dict[str, Verb] = {
    "CAPABILITY": capability,
    "NOOP": noop,
    "CHECK": noop,
    "ID": identify,
    "LOGOUT": logout,
    "STARTTLS": start_tls,
    "COMPRESS": compress,
    "LOGIN": login,
    "AUTHENTICATE": authenticate,
    "ENABLE": enable,
    "NAMESPACE": namespace,
    "SELECT": select,
    "EXAMINE": select,
    "UNSELECT": unselect,
    "CLOSE": close,
    "CREATE": create,
    "DELETE": delete,
    "RENAME": rename,
    "SUBSCRIBE": subscribe,
    "UNSUBSCRIBE": subscribe,
    "LIST": list_mailboxes,
    "LSUB": list_mailboxes,
    "STATUS": status,
    "APPEND": append,
    "SEARCH": search,
    "UID SEARCH": search,
    "FETCH": fetch,
    "UID FETCH": fetch,
    "STORE": store,
    "UID STORE": store,
    "COPY": copy,
    "UID COPY": copy,
    "MOVE": move,
    "UID MOVE": move,
    "EXPUNGE": expunge,
    "UID EXPUNGE": expunge,
    "IDLE": idle,
}

NEEDS: dict[str, bytes] = {
    "ID": b"ID",
    "COMPRESS": b"COMPRESS=DEFLATE",
    "ENABLE": b"ENABLE",
    "NAMESPACE": b"NAMESPACE",
    "UNSELECT": b"UNSELECT",
    "MOVE": b"MOVE",
    "UID MOVE": b"MOVE",
    "UID EXPUNGE": b"UIDPLUS",
    "IDLE": b"IDLE",
}
"""The capability without which a verb is unknown; IMAP4rev2 has all but the first two."""

UNLOCKED = {"AUTHENTICATE", "IDLE"}
"""Verbs that wait for the client."""
