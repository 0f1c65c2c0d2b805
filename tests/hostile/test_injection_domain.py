"""Whatever text a caller passes: one command with the value unchanged, or `UsageError` and nothing sent."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailkit import (
    Account,
    Attachment,
    Content,
    Mailbox,
    MailkitError,
    Message,
    MessageGone,
    Messages,
    Security,
    Upload,
    UsageError,
)
from mailkit.protocol.values.names import encode_name
from tests.scripted import ScriptedServer
from tests.scripted.command import Argument, Command, Malformed
from tests.scripted.peer import Peer

CAPABILITIES = (
    b"IMAP4rev1 LITERAL+ ESEARCH UIDPLUS MOVE ACL QUOTA METADATA NAMESPACE ID X-GM-EXT-1 OBJECTID SPECIAL-USE "
    b"MULTIAPPEND CONDSTORE SORT"
)


MESSAGE = b"1 (UID FLAGS)"
"""What is fetched to have a message that something can be done to."""


class Witness:
    """A server that takes down what it is sent, opens every mailbox, and refuses the rest."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.nonsense: list[bytes] = []

    def __call__(self, peer: Peer) -> None:
        peer.send(b"* PREAUTH [CAPABILITY %s] hello\r\n" % CAPABILITIES)
        while True:
            try:
                command = peer.command()
            except Malformed as problem:
                self.nonsense.append(str(problem).encode())
                raise
            self.commands.append(command)
            peer.send(self.answer(command))

    def answer(self, command: Command) -> bytes:
        if command.verb in ("SELECT", "EXAMINE"):
            rows = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n"
            return rows + command.tag + b" OK opened\r\n"
        if command.verb == "UID FETCH" and command.rest == MESSAGE:
            return b"* 1 FETCH (UID 1 FLAGS ())\r\n%s OK fetched\r\n" % command.tag
        if command.verb == "NOOP":
            return command.tag + b" OK nothing new\r\n"
        if command.verb == "LOGOUT":
            return b"* BYE x\r\n" + command.tag + b" OK bye\r\n"
        if command.verb == "UID SEARCH" and command.rest.endswith(b"UID 1:3"):
            return b'* ESEARCH (TAG "%s") UID ALL 1:3\r\n%s OK found\r\n' % (command.tag, command.tag)
        return command.tag + b" NO [CANNOT] refused\r\n"


def flat(arguments: tuple[Argument, ...]) -> Iterator[bytes]:
    for argument in arguments:
        if isinstance(argument, bytes):
            yield argument
        else:
            yield from flat(argument)


Call = Callable[[Account, str], object]


def text(value: str) -> bytes:
    return value.encode()


def name(value: str) -> bytes:
    return encode_name(value)


def searching(term: str) -> Call:
    return lambda account, value: account.inbox.messages.where(**{term: value}).count()  # type: ignore[arg-type]  # a term of text


def message_of(account: Account, mailbox: str) -> Message:
    """A message of a mailbox; `MessageGone` where there is none."""
    message = account.mailbox(mailbox).messages.only("flags").get(1)
    if message is None:
        raise MessageGone(mailbox)
    return message


TEXTS = ("from_", "to", "cc", "bcc", "subject", "body", "text", "message_id", "gmail_raw", "gmail_label")
CALLS: dict[str, tuple[Call, Callable[[str], bytes]]] = {
    **{f"where({term}=)": (searching(term), text) for term in TEXTS},
    "where(keyword=)": (searching("keyword"), text),
    "where(email_id=)": (searching("email_id"), text),
    "where(header=) value": (lambda a, v: a.inbox.messages.where(header={"X-Name": v}).count(), text),
    "where(header=) name": (lambda a, v: a.inbox.messages.where(header={v: "value"}).count(), text),
    "messages of a mailbox": (lambda a, v: a.mailbox(v).messages.count(), name),
    "status": (lambda a, v: a.mailbox(v).status("messages"), name),
    "create": (lambda a, v: a.mailbox(v).create(), name),
    "delete": (lambda a, v: a.mailbox(v).delete(), name),
    "rename": (lambda a, v: a.mailbox("old").rename(v), name),
    "subscribe": (lambda a, v: a.mailbox(v).subscribe(), name),
    "unsubscribe": (lambda a, v: a.mailbox(v).unsubscribe(), name),
    "mailboxes": (lambda a, v: a.mailboxes(v), name),
    "acl": (lambda a, v: a.mailbox(v).acl(), name),
    "set_rights": (lambda a, v: a.mailbox("box").set_rights(v, "lr"), text),
    "remove_rights": (lambda a, v: a.mailbox("box").remove_rights(v), text),
    "list_rights": (lambda a, v: a.mailbox("box").list_rights(v), text),
    "quotas": (lambda a, v: a.mailbox(v).quotas(), name),
    "quota": (lambda a, v: a.quota(v), name),
    "server_id": (lambda a, v: a.server_id({"name": v}), text),
    "add_flags": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).add_flags(v), text),
    "add_labels": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).add_labels(v), name),
    "remove_flags": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).remove_flags(v), text),
    "set_labels": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).set_labels(v), name),
    "append flags": (lambda a, v: a.inbox.append(b"Subject: x\r\n\r\n", flags=(v,)), text),
    "append": (lambda a, v: a.mailbox(v).append(b"Subject: x\r\n\r\n"), name),
    "metadata entry": (lambda a, v: a.inbox.metadata("/private/" + v), lambda v: text("/private/" + v)),
    "set_metadata entry": (lambda a, v: a.inbox.set_metadata({"/private/" + v: b"x"}), lambda v: text("/private/" + v)),
    "set_metadata value": (lambda a, v: a.inbox.set_metadata({"/private/comment": v}), text),
    "copy_to": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).copy_to(v), name),
    "exclude": (lambda a, v: a.inbox.messages.exclude(subject=v).count(), text),
    "exists": (lambda a, v: a.mailbox(v).exists(), name),
    "my_rights": (lambda a, v: a.mailbox(v).my_rights(), name),
    "expunge": (lambda a, v: a.mailbox(v).expunge(), name),
    "changes": (lambda a, v: a.mailbox(v).changes(), name),
    "watch": (lambda a, v: next(a.mailbox(v).watch(timeout=0.01)), name),
    "raw": (lambda a, v: a.raw(v).__enter__(), name),
    "grant": (lambda a, v: a.mailbox("box").grant(v, "lr"), text),
    "revoke": (lambda a, v: a.mailbox("box").revoke(v, "lr"), text),
    "set_quota": (lambda a, v: a.set_quota(v, {"STORAGE": 1}), name),
    "set_quota resource": (lambda a, v: a.set_quota("root", {v: 1}), text),
    "metadata of the server": (lambda a, v: a.metadata("/private/" + v), lambda v: text("/private/" + v)),
    "set_metadata of the server": (lambda a, v: a.set_metadata({"/private/comment": v}), text),
    "append_many": (lambda a, v: a.mailbox(v).append_many([b"Subject: x\r\n\r\n"]), name),
    "append_many flags": (lambda a, v: a.inbox.append_many([Upload(b"x\r\n", (v,))]), text),
    "set_flags": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).set_flags(v), text),
    "remove_labels": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).remove_labels(v), name),
    "replace": (lambda a, v: message_of(a, v).replace(b"Subject: x\r\n\r\n"), name),
    "replace flags": (lambda a, v: message_of(a, "INBOX").replace(b"x\r\n", flags=(v,)), text),
    "headers": (
        lambda a, v: message_of(a, "INBOX").headers(v),
        lambda v: text(f"BODY.PEEK[HEADER.FIELDS ({v.upper()})]"),
    ),
    "move_to": (lambda a, v: a.inbox.messages.where(uid=(1, 2, 3)).move_to(v), name),
}

NASTY = (
    'a" OR ALL \r\nA1 LOGOUT',
    "x\r\nA2 DELETE INBOX\r\n",
    "{5}",
    "{5+}\r\nhello",
    'a" {3+}',
    "\\",
    '"',
    "NIL",
    "",
    " ",
    "(",
    ")",
    "*",
    "%",
    "]",
    "\0",
    "żółć",
    "\ud800",
    "a\nb",
    "&",
    "&-",
    "~{3}",
    "INBOX",
    "\\Seen",
    "$Work",
)

_AROUND = frozenset({"SELECT", "EXAMINE", "LOGOUT", "NOOP", "UNSELECT", "CAPABILITY"})
"""What mailkit sends of its own accord around a verb."""

values = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(['"', "\\", "\r\n", "{3}", "{3+}", "(", ")", " ", "A1 LOGOUT", "é", "a"]), max_size=8).map(
        "".join
    ),
)


@pytest.mark.parametrize("call", CALLS)
def test_a_text_is_one_value_of_one_command_or_nothing_is_sent(call: str) -> None:
    act, encoded = CALLS[call]
    witness = Witness()
    with (
        ScriptedServer(witness) as server,
        Account.connect(
            host="127.0.0.1", port=server.port, user="alice", credentials="pw", security=Security.PLAINTEXT, timeout=5.0
        ) as account,
    ):

        def check(value: str) -> None:
            before = len(witness.commands)
            try:
                act(account, value)
            except UsageError:
                is_refused = True
            except MailkitError:
                is_refused = False
            else:
                is_refused = False
            sent = [command for command in witness.commands[before:] if command.verb not in _AROUND]
            found = [
                command for command in witness.commands[before:] if value_of(encoded, value) in flat(command.arguments)
            ]
            if is_refused:
                assert all(command.verb == "UID SEARCH" or command.rest == MESSAGE for command in sent)
            else:
                assert found, (value, [command.octets for command in witness.commands[before:]])
            assert not any(command.verb == "LOGOUT" for command in witness.commands)
            assert all(command.octets.count(b"\r\n") == 1 + sum(map(_breaks, command.literals)) for command in sent)

        @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(values)
        @example("plain")
        def run(value: str) -> None:
            check(value)

        for value in NASTY:
            check(value)
        run()
    assert witness.nonsense == []


def value_of(encoded: Callable[[str], bytes], value: str) -> bytes:
    try:
        return encoded(value)
    except (UnicodeEncodeError, UsageError):
        return b"\0 cannot be said"


def _breaks(literal: bytes) -> int:
    """The line ends that a literal adds: that of its announcement, and its own."""
    return 1 + literal.count(b"\r\n")


NO_TEXT_OF_THEIRS_IS_SENT = {
    "configured": "the name and path of an account are looked for on this machine",
    "connect": "what it logs in with is in test_secrets.py and test_login.py",
    "spawn": "a command line is for the operating system, without a shell",
    "mailbox": "does no I/O: every verb of a mailbox is in the table with its name",
    "status": "in the table with its name; items are checked against those that there are",
    "only": "items are checked against those that there are",
    "prefetch": "items are checked against those that there are",
    "order_by": "keys are checked against those that there are",
    "threads": "an algorithm is one of an enumeration",
    "export": "a path of this machine",
    "save": "a path of this machine",
    "part": "is compared with what the server has told",
}
"""Public methods with a text among their arguments that need no place in the table, and why."""

PUBLIC = (Account, Mailbox, Messages, Message, Content, Attachment)
_TEXTUAL = re.compile(r"\bstr\b|Sendable|Upload|Criterion|Terms|MailboxInfo|Path|Cursor")


def test_every_public_method_that_takes_a_text_is_in_the_table_or_is_excused() -> None:
    methods = {
        method
        for kind in PUBLIC
        for method, made in inspect.getmembers(kind, inspect.isfunction)
        if not method.startswith("_")
        and any(_TEXTUAL.search(str(one.annotation)) for one in inspect.signature(made).parameters.values())
    }
    table = {call.partition("(")[0].split()[0] for call in CALLS}
    assert methods - table - set(NO_TEXT_OF_THEIRS_IS_SENT) == set()
    assert set(NO_TEXT_OF_THEIRS_IS_SENT) <= methods, "excused, but not there"
    assert {"where", "append", "replace", "changes", "set_rights"} <= methods, "nothing has been found"
