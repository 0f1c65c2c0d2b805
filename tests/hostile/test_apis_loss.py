"""Loss through what programs use: cut anywhere, the error is of the right family, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

import pytest

from mailkit import AsyncAccount, ConnectionLost, Security
from mailkit.protocol import IMAP4
from tests.hostile.apis import ACCOUNT_ACTS, CLASSIC_ACTS, classic_end, connected, tell
from tests.hostile.scenario import Act, End, answering
from tests.scripted import Command, Cut, MiniServer, ScriptedServer
from tests.scripted.session import Session

WHOLE = b"* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {5}\r\nhello)\r\nTAG OK done\r\n"


def sizes(act: Act) -> tuple[int, int]:
    """How many octets a server says and hears when nothing happens."""
    with ScriptedServer(answering("UID FETCH", WHOLE)) as server:
        imap = IMAP4("localhost", server.port, 5)
        CLASSIC_ACTS[act](imap, None)  # type: ignore[arg-type]  # no TLS here
        imap.shutdown()
        server.finish()
        return server.connections[0].sent, len(server.received[0])


@pytest.mark.parametrize("act", [Act.FETCH, Act.APPEND, Act.COPY])
def test_a_classic_connection_cut_anywhere_says_so(act: Act) -> None:
    sent, received = sizes(act)
    cuts = (*(Cut(sent=at) for at in range(0, sent, 3)), *(Cut(received=at) for at in range(0, received, 3)))
    with ScriptedServer(answering("UID FETCH", WHOLE), cuts=cuts) as server:
        for _ in cuts:
            imap = None
            with pytest.raises((IMAP4.error, OSError)) as caught:
                imap = IMAP4("localhost", server.port, 5)
                CLASSIC_ACTS[act](imap, None)  # type: ignore[arg-type]  # no TLS here
            problem = caught.value
            assert isinstance(problem, IMAP4.error | OSError)
            assert classic_end(problem) is End.LOST, repr(problem)
            if imap is not None:
                with pytest.raises((IMAP4.error, OSError)):
                    imap.noop()
                imap.shutdown()


VERBS: dict[str, tuple[str, Callable[[AsyncAccount], Coroutine[object, object, object]]]] = {
    "APPEND": ("APPEND", ACCOUNT_ACTS[Act.APPEND]),
    "COPY": ("UID COPY", ACCOUNT_ACTS[Act.COPY]),
    "MOVE": ("UID MOVE", lambda account: account.inbox.messages.where(uid=(1, 2, 3)).move_to("Archive")),
    "EXPUNGE": ("UID EXPUNGE", lambda account: account.inbox.messages.where(uid=1).delete(permanently=True)),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("blocking", [True, False], ids=["Account", "AsyncAccount"])
def test_healing_never_repeats_what_must_not_be_done_twice(verb: str, when: str, blocking: bool) -> None:
    on_the_wire, act = VERBS[verb]

    def cut(session: Session, command: Command) -> None:
        session.peer.reset()

    async def story() -> End:
        account = await connected(
            server, blocking=blocking, security=Security.PLAINTEXT, timeout=5.0, credentials="alicepw"
        )
        try:
            with pytest.raises(ConnectionLost) as lost:
                await act(account)
            assert lost.value.may_have_run
            assert (await account.inbox.status("messages")).messages is not None  # the account is as good as before
        finally:
            await account.__aexit__(None, None, None)
        return End.FINE

    with MiniServer({"INBOX": [b"Subject: x\r\n\r\n%d\r\n" % at for at in range(3)], "Archive": []}) as server:
        (server.before if when == "before" else server.after)(on_the_wire, cut, times=1)
        tell(story(), blocking=blocking)
        assert server.count(on_the_wire) == 1
