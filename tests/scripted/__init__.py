"""The other side of every test: a peer that says what a script tells it to, octet for octet.

Nothing here imports mailkit: a test compares two independent readings of the RFCs.
"""

from tests.scripted.command import Argument, Command, Malformed
from tests.scripted.listener import Listener
from tests.scripted.mailstore import Mailbox, Message
from tests.scripted.mini import MiniServer, Refused, Session
from tests.scripted.peer import ClientGone, Cut, Peer, Script, ScriptTimeout
from tests.scripted.proxy import CutProxy, DelayProxy, HidingProxy
from tests.scripted.server import ScriptedServer

__all__ = [
    "Argument",
    "ClientGone",
    "Command",
    "Cut",
    "CutProxy",
    "DelayProxy",
    "HidingProxy",
    "Listener",
    "Mailbox",
    "Malformed",
    "Message",
    "MiniServer",
    "Peer",
    "Refused",
    "Script",
    "ScriptTimeout",
    "ScriptedServer",
    "Session",
]
