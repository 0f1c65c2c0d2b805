"""Messages put into a mailbox: one, or many with as few round trips and as little waiting as the server allows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime

import attrs

from mailkit import changing
from mailkit.changing.outgoing import Outgoing, Sendable, outgoing
from mailkit.errors import MailkitError, OverQuota, TooBig, UsageError
from mailkit.pool import Pool
from mailkit.protocol import commands
from mailkit.protocol.commands.append import Append
from mailkit.protocol.pending import Pending
from mailkit.protocol.session import Session
from mailkit.protocol.values.append_message import AppendMessage, Form
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.code_values import AppendUid
from mailkit.protocol.values.flags import FlagSet
from mailkit.value import Value

_WORTH_ASKING = 64 * 1024
"""A smaller message is sent sooner than its quota can be asked for."""

_BATCH = 250
_BATCH_OCTETS = 4 * 1024 * 1024
_IN_FLIGHT = 64
_IN_FLIGHT_OCTETS = 2 * _BATCH_OCTETS


def _flags(flags: Iterable[str]) -> FlagSet:
    if isinstance(flags, FlagSet):
        return flags  # as a server may have told them
    wanted = FlagSet(flags)
    if wanted:
        changing.acts.check_meant(wanted)
    return wanted


@attrs.frozen(eq=False, repr=False)
class Upload(Value):
    """A message with the flags and the internal date that it shall have; without a date, the time it arrives."""

    message: Sendable = attrs.field(repr=False)
    flags: FlagSet = attrs.field(default=FlagSet(), converter=_flags)
    date: datetime | None = None


@attrs.frozen(eq=False, repr=False)
class Appended(Value):
    """Where a message went; both are None where the server does not tell (no UIDPLUS)."""

    uid_validity: int | None
    uid: int | None


@attrs.frozen(eq=False, repr=False)
class _Begun:
    """One APPEND on its way, and the files that it reads from."""

    pending: Pending[AppendUid | None]
    count: int
    octets: int
    open_files: ExitStack


class Appending:
    """Uploads to one mailbox; `append` any number of times, then `finish`."""

    def __init__(self, pool: Pool, mailbox: str, offered: Capabilities) -> None:
        self._pool = pool
        self._mailbox = mailbox
        self._offered = offered
        self._session: Session | None = None
        self._flight: deque[_Begun] = deque()
        self._done: list[Appended] = []
        self._failure: MailkitError | None = None

    async def append(self, uploads: Iterable[Upload]) -> None:
        """Send them, in one command for many where the server has MULTIAPPEND, without waiting for each answer."""
        together = _BATCH if "MULTIAPPEND" in self._offered else 1
        batch: list[AppendMessage] = []
        octets = 0
        open_files = ExitStack()
        try:
            for upload in uploads:
                message = await self.prepared(upload, open_files)
                batch.append(message)
                octets += message.size
                if len(batch) >= together or octets >= _BATCH_OCTETS:
                    await self._send(tuple(batch), octets, open_files)
                    batch, octets, open_files = [], 0, ExitStack()
                if self._failure is not None:
                    return
            if batch:
                await self._send(tuple(batch), octets, open_files)
        except BaseException:
            open_files.close()
            self.abandon()
            raise

    async def prepared(self, upload: Upload, open_files: ExitStack) -> AppendMessage:
        """What is sent of one, by files that `open_files` closes; raises what the server would refuse later."""
        content = await self._content(upload.message, open_files)
        await self._refuse_early(content)
        return AppendMessage(content.content, upload.flags, upload.date, self._form(content))

    async def finish(self) -> list[Appended]:
        """Wait for all answers.

        If one is a refusal, it is raised once the others are there, with a note that says how many were appended.
        """
        while self._flight:
            await self._answer()
        if self._failure is not None:
            self._failure.add_note(f"{len(self._done)} messages had been appended")
            raise self._failure
        return self._done

    def abandon(self) -> None:
        """Nobody waits for the rest."""
        while self._flight:
            begun = self._flight.popleft()
            if self._session is not None:
                self._session.abandon(begun.pending)
            begun.open_files.close()

    async def _content(self, message: Sendable, open_files: ExitStack) -> Outgoing:
        if isinstance(message, bytes) or hasattr(message, "as_bytes"):
            return outgoing(message, open_files)
        # To survey a large file takes its time.
        return await self._pool.network.call(lambda: outgoing(message, open_files))

    async def _send(self, messages: tuple[AppendMessage, ...], octets: int, open_files: ExitStack) -> None:
        while self._flight and (
            len(self._flight) >= _IN_FLIGHT or sum(one.octets for one in self._flight) + octets > _IN_FLIGHT_OCTETS
        ):
            await self._answer()
        command = Append(self._mailbox, messages)
        if self._session is None:
            # All go over one connection: only there do they arrive in the order in which they are sent.
            begun = await self._pool.begin(command)
            self._session, pending = begun.session, begun.pending
        else:
            pending = await self._session.begin(command)
        self._flight.append(_Begun(pending, len(messages), octets, open_files))

    async def _answer(self) -> None:
        begun = self._flight.popleft()
        assert self._session is not None
        try:
            where = await self._session.finish(begun.pending)
        except MailkitError as failure:
            self._failure = self._failure or failure
            return
        finally:
            begun.open_files.close()
        self._pool.expect_news(self._mailbox)
        self._done.extend(_places(where, begun.count))

    def _form(self, content: Outgoing) -> Form:
        if content.has_nul:
            if "BINARY" not in self._offered:
                raise UsageError("the message has a NUL octet, which only a server with BINARY takes (RFC 3516 §4.4)")
            return Form.BINARY
        if not content.is_ascii and "UTF8=ONLY" in self._offered:
            return Form.UTF8
        return Form.LITERAL

    async def _refuse_early(self, content: Outgoing) -> None:
        """What the server would refuse after the upload is refused before it, where the server says so."""
        limit = await self._limit()
        if limit is not None and content.size > limit:
            raise TooBig(
                self._shown, "NO", "TOOBIG", f"{content.size} octets are more than {limit}, so nothing was sent"
            )
        if content.size >= _WORTH_ASKING and "QUOTA" in self._offered:
            await self._check_quota(content.size)

    async def _limit(self) -> int | None:
        """The octets that a message may have (RFC 7889): said for all mailboxes, or asked once for this one."""
        if "APPENDLIMIT" not in self._offered or self._offered.append_limit is not None:
            return self._offered.append_limit
        limits = self._pool.memory.append_limits
        if self._mailbox not in limits:
            status = await self._pool.run(commands.status.Status(self._mailbox, ("APPENDLIMIT",)), about=self._mailbox)
            limits[self._mailbox] = status.append_limit
        return limits[self._mailbox]

    async def _check_quota(self, size: int) -> None:
        needed = {"STORAGE": -(-size // 1024), "MESSAGE": 1}
        for quota in await self._pool.run(commands.quota.GetQuotaRoot(self._mailbox), about=self._mailbox):
            for resource in quota.resources:
                if resource.usage + needed.get(resource.name, 0) > resource.limit and resource.name in needed:
                    words = f"{resource.name} is {resource.usage} of {resource.limit}, and this needs"
                    raise OverQuota(
                        self._shown,
                        "NO",
                        "OVERQUOTA",
                        f"{words} {needed[resource.name]} more, so nothing was sent",
                    )

    @property
    def _shown(self) -> str:
        return f"APPEND {self._mailbox!r}"


def _places(where: AppendUid | None, count: int) -> Iterator[Appended]:
    uids = list(where.uids) if where is not None and where.uids.count == count else [None] * count
    return (Appended(where.uid_validity if where is not None else None, uid) for uid in uids)
