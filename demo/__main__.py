"""The demonstration: on a server of its own, or with `--url imaps://you@host` on your account, only reading there."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from demo import reading_scenes, scenes
from demo.letters import all_letters
from demo.server import EmbeddedServer
from demo.stage import Stage
from mailkit import Account, AsyncAccount, MailkitError, Security, UsageError
from mailkit.connecting.endpoint import Endpoint


def main(arguments: Sequence[str] | None = None) -> int:
    """Play all scenes; 1 if the account cannot be reached."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--url", help="imaps://you@host (TLS) or imap://you@host (STARTTLS): your own account, read only"
    )
    url: str | None = parser.parse_args(arguments).url
    stage = Stage(Console(highlight=False))
    try:
        if url is None:
            _embedded(stage)
        else:
            _own_account(stage, url)
    except MailkitError as error:
        stage.console.print(f"\n{type(error).__name__}: {error}", style="bold red", markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    _end(stage, is_own=url is not None)
    return 0


def _embedded(stage: Stage) -> None:
    stage.console.print("\n [bold]mailkit[/], at work")
    stage.say(
        f"An IMAP server (pymap) starts on the loopback interface, in memory, with {len(all_letters())} letters to one "
        "Ada Brandt, who looks after tide gauges. Then each piece of code is shown with what it gave; row(…) adds to "
        "the table below it."
    )
    with EmbeddedServer() as server:
        stage.play(scenes.CONNECTING, server)
        password, plain = server.password, Security.PLAINTEXT
        with Account.connect(server.url, credentials=password, security=plain, on_command=stage.note) as account:
            for scene in scenes.SCENES:
                stage.play(scene, account)
        asyncio.run(_at_once(stage, server))


async def _at_once(stage: Stage, server: EmbeddedServer) -> None:
    password, plain = server.password, Security.PLAINTEXT
    async with AsyncAccount.connect(server.url, credentials=password, security=plain, on_command=stage.note) as account:
        await stage.play_async(scenes.AT_ONCE, account)


def _own_account(stage: Stage, url: str) -> None:
    place = Endpoint.of(url)
    if place.user is None:
        raise UsageError("the URL must say who you are: imaps://you@host")
    stage.say(
        f"Reading at {place.host}. Nothing is changed there: mailboxes are opened for reading only, messages are "
        "fetched without marking them as seen, and no command that alters anything is sent."
    )
    password = place.password or os.environ.get("MAILKIT_PASSWORD")
    if password is None:
        password = getpass.getpass(f"Password of {place.user} (not shown): ")
    with Account.connect(url, credentials=password, on_command=stage.note) as account:
        for scene in reading_scenes.SCENES:
            stage.play(scene, account)


def _end(stage: Stage, *, is_own: bool) -> None:
    stage.console.print()
    stage.console.rule(style="blue")
    stage.say("All that was sent:" if is_own else "All of it:")
    stage.say_sent(Counter(dict(stage.verbs.most_common())), stage.seconds)
    if is_own:
        stage.say("None of these commands changes anything: EXAMINE opens for reading, FETCH was PEEK.")
        return
    where_next = Table.grid(padding=(0, 3))
    where_next.add_row(" scripts/demo --url imaps://you@host", "the same on your own mail, only reading")
    where_next.add_row(" scripts/test", "all checks")
    where_next.add_row(" demo/scenes.py", "the code above")
    stage.console.print(where_next)


if __name__ == "__main__":
    raise SystemExit(main())
