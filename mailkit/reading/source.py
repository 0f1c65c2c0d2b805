"""One message on its server, as the place that its octets come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

import attrs

from mailkit.connecting.connections import Place
from mailkit.errors import MessageGone
from mailkit.pool import Begun, Pool
from mailkit.protocol.commands.fetch import Content, Fetch, FetchItem
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.numbers import UidSet
from mailkit.protocol.values.sections import Section
from mailkit.protocol.wire.framer import Sink
from mailkit.value import Value

_LARGE = 1024 * 1024


@attrs.frozen(eq=False, repr=False)
class Source(Value):
    """A message by mailbox, UIDVALIDITY and UID. `MessageGone` where it has been expunged meanwhile."""

    pool: Pool = attrs.field(repr=False)
    place: Place
    uid: int

    async def fetch(self, *items: FetchItem) -> MessageData:
        """These items of it."""
        return self.only(await self.pool.run(Fetch(UidSet.of(self.uid), items), self.place))

    async def begin(self, *items: FetchItem) -> Begun[list[MessageData]]:
        """Ask for these items, and do not wait for them."""
        return await self.pool.begin(Fetch(UidSet.of(self.uid), items), self.place)

    async def octets(self, content: Content, size: int) -> bytes:
        """A whole section of about this size; one that is far larger than announced is refused."""
        if size < self._large:
            return held(await self.fetch(content), content)
        buffer = BytesIO()

        def begin() -> Sink:
            buffer.seek(0)
            buffer.truncate()
            return buffer.write

        await self.stream(content, begin, most=2 * size)
        # BytesIO gives its own buffer away: no second copy.
        return buffer.getvalue()

    async def sections(self, sizes: Mapping[Section, int]) -> Mapping[Section, bytes | None]:
        """Sections of about these sizes: small ones together, each large one by itself."""
        small = [Content(section) for section, size in sizes.items() if size < self._large]
        found = dict((await self.fetch(*small)).sections) if small else {}
        for section, size in sizes.items():
            if size >= self._large:
                found[section] = await self.octets(Content(section), size)
        return found

    async def stream(self, content: Content, begin: Callable[[], Sink], *, most: int | None = None) -> None:
        """Hand a section over as it arrives. `begin` is called once more where it has to come once more."""

        def sink_of(_: int, size: int) -> Sink | None:
            return begin() if most is None or size <= most else None

        command = Fetch(UidSet.of(self.uid), (content,), sink_of=sink_of)
        kept = held(self.only(await self.pool.run(command, self.place)), content)
        if kept:  # it came as a quoted string, or before the UID
            begin()(memoryview(kept))

    @property
    def _large(self) -> int:
        """From which size a section is not held as a literal, but streamed into what becomes the result."""
        return min(_LARGE, self.pool.limits.literal // 2)

    def only(self, found: list[MessageData]) -> MessageData:
        """What was told of this message."""
        if not found:
            raise MessageGone(f"message {self.uid} is not in {self.place.mailbox!r} any more")
        return found[0]


def held(data: MessageData, content: Content) -> bytes:
    """The octets of a section that was fetched; none where the server says NIL."""
    return (data.binary if content.decoded else data.sections).get(content.section) or b""
