"""Every SCRAM that mailkit knows convinces scramp's server, and is convinced by it."""

from __future__ import annotations

import pytest
from scramp import ScramMechanism

from mailkit.protocol.sasl.mechanism import SCRAM
from mailkit.protocol.sasl.scram import Scram
from mailkit.protocol.sasl.secret import Secret


@pytest.mark.parametrize("name", [name for name in SCRAM if not name.endswith("-PLUS")])
def test_both_sides_are_convinced(name: str) -> None:
    side = ScramMechanism(name)
    salt, stored_key, server_key, iterations = side.make_auth_info("pencil", iteration_count=4096)
    server = side.make_server(lambda user: (salt, stored_key, server_key, iterations))
    client = Scram(name, "user", Secret("pencil"))

    server.set_client_first(client.first().decode())
    server.set_client_final(client.step(server.get_server_first().encode()).decode())
    assert client.step(server.get_server_final().encode()) == b""
    client.verify()
