"""Order and threads of messages as a server would make them (RFC 5256, RFC 5957); no I/O."""

from mailkit.arrange.base_subject import BaseSubject, base_subject
from mailkit.arrange.message_ids import message_ids
from mailkit.arrange.sortable import AddressLike, Sortable
from mailkit.arrange.sorting import SortKey, sort
from mailkit.arrange.thread import Thread
from mailkit.arrange.threading import Algorithm, thread

__all__ = [
    "AddressLike",
    "Algorithm",
    "BaseSubject",
    "SortKey",
    "Sortable",
    "Thread",
    "base_subject",
    "message_ids",
    "sort",
    "thread",
]
