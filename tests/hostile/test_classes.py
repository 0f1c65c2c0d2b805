"""One test for each known class of vulnerability of IMAP clients, by its number and name."""

from __future__ import annotations

import contextlib
import time
import zlib
from pathlib import Path

import pytest

from mailkit.credentials import Password
from mailkit.errors import (
    ConnectionLost,
    MailkitError,
    NotSupported,
    ProtocolViolation,
    UsageError,
)
from mailkit.mime.filename import safe_name
from mailkit.protocol.authentication import log_in
from mailkit.protocol.commands.login import Login
from mailkit.protocol.commands.select import Select
from mailkit.protocol.commands.status import Status
from mailkit.protocol.compress import Deflate
from mailkit.protocol.sasl.scram import MAX_ITERATIONS, MIN_ITERATIONS
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.state import State
from mailkit.protocol.values.code_values import CopyUid
from mailkit.protocol.values.flags import FlagSet
from mailkit.protocol.values.names import decode_name, encode_name
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.wire.framer import Framer
from mailkit.protocol.wire.limits import Limits
from mailkit.protocol.wire.writer import Writer
from tests.certificates import Certificates
from tests.hostile import test_login, test_order, test_size, test_time, test_tls
from tests.hostile.captured import everything_shown
from tests.hostile.interface import PASSWORD, Interface, judge
from tests.hostile.scenario import PREAUTH, Act, End, Scenario, answering, greeting_with
from tests.protocol.answers import reader_of, written
from tests.protocol.commands_for_tests import Idling
from tests.scripted import Peer, ScriptedServer
from tests.worlds import World


@pytest.mark.parametrize("name", ["a\r\nA2 LOGOUT", "a\nb", "\r", 'x" "y', "x\\", "a {3}"])
def test_class_01_command_injection_through_arguments(world: World, name: str) -> None:
    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        await session.run(Status(name, ("MESSAGES",)))
        await session.close()

    heard: list[tuple[object, ...]] = []

    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        command = peer.command()
        heard.append(command.arguments)
        peer.ok(command.tag)
        peer.wait_closed()

    with ScriptedServer(script) as server:
        world.tell(story(server))
    assert heard == [(encode_name(name), (b"MESSAGES",))]


@pytest.mark.parametrize("value", ["a\0b", "\0"])
def test_class_02_nul_in_commands(value: str) -> None:
    for write in (Writer(b"A1").text, Writer(b"A1").string, Writer(b"A1").atom):
        with pytest.raises(UsageError):
            write(value)


@pytest.mark.parametrize("octets", [b"a{3}", b"a {3+}", b"(a {10}", b'"a" {0}'])
def test_class_03_literal_smuggling(octets: bytes) -> None:
    with pytest.raises(UsageError):
        Writer(b"A1").verbatim(octets)
    assert written(Status("a{3}", ("MESSAGES",))) == b'STATUS "a{3}" (MESSAGES)'


def test_class_04_starttls_response_injection(interface: Interface, certificates: Certificates) -> None:
    judge(interface, test_tls.ATTACKS["a response behind the OK"], certificates)


def test_class_05_data_from_before_starttls_believed_afterwards(world: World, certificates: Certificates) -> None:
    test_tls.test_rows_from_before_tls_belong_to_no_command_after_it(world, certificates)


def test_class_06_starttls_stripping(interface: Interface, certificates: Certificates) -> None:
    judge(interface, test_tls.ATTACKS["the offer is stripped"], certificates)


def test_class_07_starttls_answered_early(world: World, certificates: Certificates) -> None:
    test_tls.test_an_answer_before_starttls_is_sent_is_an_error(world, certificates)


def test_class_08_preauth_instead_of_starttls(interface: Interface, certificates: Certificates) -> None:
    judge(interface, test_tls.ATTACKS["PREAUTH instead of a greeting"], certificates)


def test_class_09_certificates_not_verified_by_default(world: World, certificates: Certificates) -> None:
    test_tls.test_the_system_decides_by_default_and_a_stranger_is_refused(world, certificates)


def test_class_10_tls_truncation(interface: Interface, certificates: Certificates) -> None:
    for octets in (b"", b"* 1 FETCH (UID 1 BODY[] {10}\r\nhello"):
        judge(interface, Scenario(test_tls.cut_after(octets), Act.FETCH, (End.LOST,), tls=True), certificates)


def test_class_11_unlimited_line_length(interface: Interface, certificates: Certificates) -> None:
    judge(interface, test_size.FLOODS["an endless line"], certificates)


def test_class_12_literal_announcement_is_allocation(interface: Interface, certificates: Certificates) -> None:
    for shape in ("a literal of 9999999999 octets", "a literal of 5000 digits", "a negative literal"):
        judge(interface, test_size.SHAPES[shape], certificates)
    framer = Framer()
    framer.feed(b"* X {50331648}\r\n")
    assert framer.next_frame() is None
    assert len(framer.space()) < 1_000_000


@pytest.mark.parametrize(
    "octets",
    [
        b"* X" + b" {0}\r\n" * 9_000 + b"\r\n",
        b"* FLAGS (" * 100_000 + b"\r\n",
        b'* LIST () "' + b'\\"' * 400_000 + b"\r\n",
    ],
    ids=["literals", "parentheses", "quotes"],
)
def test_class_13_quadratic_time(octets: bytes) -> None:
    framer = Framer()
    began = time.process_time()
    for at in range(0, len(octets), 4096):
        framer.feed(octets[at : at + 4096])
        framer.next_frame()
    with contextlib.suppress(MailkitError):
        FlagSet.read(octets)
    assert time.process_time() - began < 2


def test_class_14_number_sets_expanded() -> None:
    began = time.process_time()
    assert UidSet.parse("1:4294967295").count == 4294967295
    everything = CopyUid(1, ((1, 4294967295),), ((1, 4294967295),))
    with pytest.raises(ProtocolViolation):
        everything.mapping()
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "shape", ["BODYSTRUCTURE 100,000 deep", "ENVELOPE 100,000 deep", "an unknown item 100,000 deep"]
)
def test_class_15_deep_nesting(interface: Interface, certificates: Certificates, shape: str) -> None:
    judge(interface, test_size.SHAPES[shape], certificates)


def test_class_16_endless_unsolicited_data(interface: Interface, certificates: Certificates) -> None:
    judge(interface, test_size.FLOODS["long rows without end that nobody asked for"], certificates)


def test_class_17_stalls_and_slow_drip(interface: Interface, certificates: Certificates) -> None:
    for wait in ("no answer", "a line that drips", "a literal that drips"):
        judge(interface, test_time.WAITS[wait], certificates)


@pytest.mark.parametrize("octets", [b"TAG OK [CAPABILITY\r\n", b"* \xff\0\r\nTAG OK \xff\r\n", b"*\r\nTAG OK []\r\n"])
def test_class_18_malformed_responses_crash_the_caller(
    interface: Interface, certificates: Certificates, octets: bytes
) -> None:
    judge(interface, Scenario(answering("NOOP", octets), Act.NOOP, (End.FINE, End.VIOLATION)), certificates)


def test_class_19_desynchronisation(interface: Interface, certificates: Certificates) -> None:
    for order in ("an answer to a command not yet sent", "an OK in the plus's place", "a NO in the plus's place"):
        judge(interface, test_order.ORDERS[order], certificates)


def test_class_20_sasl_abuse(world: World) -> None:
    test_login.test_a_server_that_ignores_our_star_is_left(world)
    test_login.test_a_refused_scram_is_not_followed_by_plain(world)


def test_class_21_credentials_in_clear_although_forbidden(world: World) -> None:
    test_login.test_no_secret_is_sent_where_it_must_not_be(world, b"LOGINDISABLED", True, NotSupported)


def test_class_22_credentials_in_logs_errors_objects(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    login = Login("alice", Secret(PASSWORD))

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        with pytest.raises(MailkitError) as caught:
            await session.run(login)
        assert PASSWORD not in everything_shown(caught.value)
        assert PASSWORD not in repr(vars(session)) + repr(vars(session.engine))
        await session.close()

    script = greeting_with(b"* OK ready\r\n", lambda peer: peer.send(peer.command().tag + b" NO no\r\n"))
    with ScriptedServer(script) as server:
        world.tell(story(server))
    assert PASSWORD not in caplog.text + repr(login)


def test_class_23_stale_capabilities_and_state(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR OLD] ready\r\n")
        peer.ok(peer.command().tag)
        peer.send(b"* CAPABILITY IMAP4rev1 NEW\r\n%b OK\r\n" % peer.command().tag)
        peer.ok(peer.command().tag)
        peer.send(b"%b NO\r\n" % peer.command().tag)
        peer.wait_closed()

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        await log_in(session, Password("a", "b"), host="localhost", port=143, plaintext_allowed=True)
        capabilities = await session.capabilities()
        assert ("NEW" in capabilities, "OLD" in capabilities) == (True, False)
        await session.run(Select("INBOX"))
        with pytest.raises(MailkitError):
            await session.run(Select("Nowhere"))
        assert session.state is State.AUTHENTICATED
        await session.close()

    with ScriptedServer(script) as server:
        world.tell(story(server))


def test_class_24_idle_on_a_dead_connection(world: World) -> None:
    def script(peer: Peer) -> None:
        peer.send(PREAUTH)
        peer.command()
        peer.send(b"+ idling\r\n* 4 EX")
        peer.sleep(0.05)
        peer.send(b"ISTS\r\n")

    async def story(server: ScriptedServer) -> None:
        session = await world.connect(server.address)
        news: list[bytes] = []
        session.listeners.append(lambda row: news.append(row.name))
        idling = await session.begin(Idling())
        await session.wait_for(lambda: idling.is_over, 5)
        with pytest.raises(ConnectionLost):
            await session.finish(idling)
        assert news == [b"EXISTS"]

    with ScriptedServer(script) as server:
        world.tell(story(server))


@pytest.mark.parametrize("greeting", [b"* BYE no\r\n", b"nonsense\r\n", b""])
def test_class_25_resource_leaks(world: World, greeting: bytes) -> None:
    """The server sees the end of the connection as soon as the client has its error."""

    async def story(server: ScriptedServer) -> None:
        with pytest.raises(MailkitError):
            await world.connect(server.address, timeout=0.3)

    with ScriptedServer(greeting_with(greeting), timeout=5) as server:
        world.tell(story(server))
        server.finish()


@pytest.mark.parametrize("name", ["Entwürfe", "台北", "a&b", "\U0001f600", "&-"])
def test_class_26_non_ascii_and_surrogates(name: str) -> None:
    assert decode_name(encode_name(name)) == name
    assert encode_name(name).isascii()
    with pytest.raises(UsageError):
        written(Status("\ud800", ("MESSAGES",)))
    assert reader_of(b'"\xff\xfe"').string() == b"\xff\xfe"


def test_class_27_at_the_level_of_the_application(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "..", "/etc/passwd", "a/../../b", "C:\\x", "CON", "\0", ""):
        safe = safe_name(name, "text/plain")
        assert (tmp_path / safe).resolve().parent == tmp_path.resolve()
    bomb = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    octets = bomb.compress(b"x" * 100_000_000) + bomb.flush()
    framer = Framer(Limits(line=1_000_000))
    deflate = Deflate(octets)
    with pytest.raises(ProtocolViolation):
        while deflate.has_more:
            deflate.expand(b"", framer)
            framer.next_frame()
    assert 1_000 < MIN_ITERATIONS < MAX_ITERATIONS < 10_000_000


def test_the_27_classes_are_all_here() -> None:
    numbers = {name.split("_")[2] for name in globals() if name.startswith("test_class_")}
    assert numbers == {f"{number:02}" for number in range(1, 28)}
