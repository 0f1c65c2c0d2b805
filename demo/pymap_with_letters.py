"""Run as a program: pymap with one backend more, `letters`, whose user has mail from the start."""

from __future__ import annotations

import os
import sys
import threading
from argparse import Namespace
from typing import Any

from pymap.backend import backends
from pymap.backend.dict import Config, DictBackend
from pymap.main import main
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag

from demo.letters import all_letters


class LettersBackend(DictBackend):
    """The in-memory backend, where the user's mailboxes are filled before anybody can log in."""

    @classmethod
    async def init(cls, args: Namespace, **overrides: Any) -> tuple[DictBackend, Config]:
        """The backend and its configuration, as pymap asks for them."""
        backend, config = await super().init(args, **overrides)
        async with backend.login.demo_user_identity.new_session() as session:
            mailboxes = {"INBOX"}
            for letter in all_letters():
                if letter.mailbox not in mailboxes:
                    await session.create_mailbox(letter.mailbox)
                    mailboxes.add(letter.mailbox)
                flags = frozenset(Flag(flag.encode()) for flag in letter.flags)
                message = AppendMessage(letter.octets, letter.received, flags)
                await session.append_messages(letter.mailbox, [message])
        return backend, config


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    backends.add("letters", LettersBackend)
    main()
