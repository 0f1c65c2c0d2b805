"""What a watched mailbox costs while nothing happens: `python benchmarks/idle.py [MAILBOXES]`.

Many accounts of one asyncio process watch a mailbox each, on a scripted server in a process of its own. Printed are the
resident memory for each, and the processor time that all of them take in five seconds without news.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from mailkit import AsyncAccount, Security

_OPENED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4] x\r\n* OK [HIGHESTMODSEQ 9] x\r\n"


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The server's side: it opens any mailbox, and has no news in IDLE."""
    writer.write(b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE ESEARCH LITERAL+ CONDSTORE] hello\r\n")
    tag = b""
    while words := (await _line(reader)).split():
        if words[0] == b"DONE":
            writer.write(tag + b" OK done\r\n")
            continue
        tag, verb = words[0], words[1].upper()
        if verb == b"IDLE":
            writer.write(b"+ idling\r\n")
            continue
        if verb == b"EXAMINE":
            writer.write(_OPENED)
        elif verb == b"UID":
            writer.write(b'* ESEARCH (TAG "%b") UID ALL 1:3\r\n' % tag)
        writer.write(tag + b" OK done\r\n")
    writer.close()


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ConnectionResetError:
        return b""  # the measurement is over


async def serve() -> None:
    """Listen on a free port of the loopback interface, and print it."""
    server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def watch(port: int) -> None:
    """Watch one mailbox for ever."""
    account = AsyncAccount.connect(host="127.0.0.1", port=port, user="u", credentials="p", security=Security.PLAINTEXT)
    async with account as opened:
        async for _ in opened.inbox.watch():
            pass


async def measure(port: int, mailboxes: int) -> None:
    """Print what so many watched mailboxes cost."""
    tasks = [asyncio.create_task(watch(port))]  # what is loaded once is not counted
    await asyncio.sleep(2)
    before = _resident()
    for number in range(mailboxes):
        tasks.append(asyncio.create_task(watch(port)))
        if number % 50 == 49:
            await asyncio.sleep(0.2)
    await asyncio.sleep(5)
    assert not any(task.done() for task in tasks)
    print(f"{mailboxes} watched mailboxes: {(_resident() - before) / mailboxes:.0f} KiB each")
    began = time.process_time()
    await asyncio.sleep(5)
    print(f"processor time in 5 s without news: {1000 * (time.process_time() - began):.1f} ms")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _resident() -> int:
    """KiB of this process that are in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4


def main() -> None:
    """Start the server, and measure."""
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    mailboxes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            asyncio.run(measure(int(server.stdout.readline()), mailboxes))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
