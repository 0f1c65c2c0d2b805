"""pymap's in-memory backend with many users: run as a program, it is pymap with one backend more, `users`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from pymap.backend import backends
from pymap.backend.dict import Config, DictBackend, Identity
from pymap.main import main
from pymap.user import Passwords, UserMetadata

FRESH_PASSWORD = "pw"
FRESH_USERS = tuple(f"u-{n}" for n in range(1, 1001))


class UsersBackend(DictBackend):
    """The in-memory backend, where `FRESH_USERS` exist beside the one of its own."""

    @classmethod
    async def init(cls, args: Namespace, **overrides: Any) -> tuple[DictBackend, Config]:
        """The backend and its configuration, as pymap asks for them."""
        backend, config = await super().init(args, **overrides)
        password = await Passwords(config).hash_password(FRESH_PASSWORD)
        for name in FRESH_USERS:
            user = UserMetadata(config, name, password=password)
            await Identity(name, backend.login, None, frozenset()).set(user)
        return backend, config


if __name__ == "__main__":
    backends.add("users", UsersBackend)
    main()
