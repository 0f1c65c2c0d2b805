"""Values to JSON and back: every value of mailkit has one form, and equal values the same text."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from itertools import repeat
from operator import is_
from types import NoneType, UnionType
from typing import TypeAlias, TypeVar, Union, get_args, get_origin

import attrs
import cattrs
import cattrs.gen
from cattrs.errors import IterableValidationNote

from mailkit.arrange.thread import Thread
from mailkit.connecting.endpoint import Endpoint
from mailkit.credentials import Custom, OAuth2, Password
from mailkit.errors import ProtocolViolation, UsageError
from mailkit.mailboxes.info import MailboxInfo
from mailkit.protocol.commands.select import Selected
from mailkit.protocol.sasl.secret import Secret
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.code_values import CodeValue
from mailkit.protocol.values.codes import Code
from mailkit.protocol.values.flags import Flag, FlagSet
from mailkit.protocol.values.listing import Listing
from mailkit.protocol.values.message_data import MessageData
from mailkit.protocol.values.metadata import Metadata
from mailkit.protocol.values.numbers import SequenceSet, UidSet
from mailkit.protocol.values.rights import ACL, Rights
from mailkit.protocol.values.sections import Section, read_section
from mailkit.protocol.values.status import MailboxStatus
from mailkit.protocol.values.structure import BodyStructure
from mailkit.protocol.values.updates import FlagsChanged
from mailkit.protocol.wire.frame import Frame
from mailkit.protocol.wire.reader import Reader
from mailkit.selecting.snapshot import Snapshot

T = TypeVar("T")

Data: TypeAlias = "bool | int | str | list[Data] | dict[str, Data] | None"
"""What JSON can say."""


def dumps(value: object, *, indent: int | None = None) -> str:
    """The value as JSON text in ASCII; see `to_data` for what becomes what, and for what is refused."""
    return json.dumps(to_data(value), indent=indent)


def loads(text: str | bytes, kind: type[T]) -> T:
    """The value of this type that the text holds: `loads(dumps(quota), Quota) == quota`.

    Containers of values can be asked for, too: `loads(text, list[Quota])`. The text decides nothing but the value's
    content; no other type is ever made of it. Raises `UsageError` for what is not JSON, or not such a value, and says
    where in it.
    """
    try:
        data: Data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"not JSON: {problem}") from None
    return from_data(data, kind)


def to_data(value: object) -> Data:
    """The value as `None`, booleans, numbers, texts, lists and dictionaries.

    A value with fields is a dictionary of them. Sets of flags and attributes are sorted lists, sets of message numbers
    texts like "1:3,7", rights their letters, sections what stands between the brackets, a tree of `Thread` the list of
    `[depth, uid]` in the order of display. Datetimes are ISO 8601 with their zone, octets base64. Where one of several
    types may stand, texts, numbers and lists stand as they are, others in a dictionary with the type's name as its one
    key. Of a message it is what was fetched, a `MessageData`, of a mailbox its `Listing`, of an `Endpoint` all but the
    password.

    Raises `UsageError` for credentials, and for what is no value of mailkit.
    """
    data: Data = _converter.unstructure(value)
    return data


def from_data(data: Data, kind: type[T]) -> T:
    """The value of this type that `to_data` made the data of; `UsageError` if it is none, which says where."""
    try:
        return _converter.structure(data, kind)
    except _PROBLEMS as problem:
        found = "; ".join(cattrs.transform_error(problem, format_exception=_said))
    raise UsageError(f"no {_name(kind)}: {found}")


_PROBLEMS = (cattrs.BaseValidationError, ValueError, TypeError, KeyError)


def _refuse(value: object) -> Data:
    raise UsageError(f"a {type(value).__name__} has no JSON form")


def _refuse_secret(value: object) -> Data:
    raise UsageError(f"a {type(value).__name__} holds a secret, which is not written to JSON")


def _refuse_type(kind: object) -> Callable[[object, object], object]:
    raise UsageError(f"{_name(kind)} has no JSON form")


_converter = cattrs.Converter(
    unstructure_fallback_factory=lambda _: _refuse,
    structure_fallback_factory=_refuse_type,
    forbid_extra_keys=True,
)


def _said(problem: BaseException, _: type | None) -> str:
    if isinstance(problem, cattrs.ForbiddenExtraKeysError):
        return f"there is no {', '.join(sorted(problem.extra_fields))} in {problem.cl.__name__}"
    return f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)


def _name(kind: object) -> str:
    return getattr(kind, "__name__", str(kind))


def _itself(value: T) -> T:
    return value


# -- what JSON has itself: nothing is coerced, so that a text never passes for a number


def _exactly(kind: type) -> Callable[[object, Callable[[object], object]], object]:
    def checked(data: object, wanted: Callable[[object], object]) -> object:
        if type(data) is not kind:
            raise UsageError(f"{_name(kind)} is wanted, not {data!r:.60}")
        return data if wanted is kind else wanted(data)  # an enumeration of texts is reached by `str`, too

    return checked


for _kind in (NoneType, bool, int, str):
    _converter.register_unstructure_hook_func(partial(is_, _kind), _itself)
    _converter.register_structure_hook(_kind, _exactly(_kind))

_text = _exactly(str)


def _read(kind: type[T], read: Callable[[str], T], write: Callable[[T], str] = str) -> None:
    """Give a type a text as its form."""

    def structured(data: object, _: object) -> T:
        return read(str(_text(data, str)))

    _converter.register_unstructure_hook(kind, write)
    _converter.register_structure_hook(kind, structured)


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise UsageError(f"base64 is wanted, not {text!r:.60}") from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise UsageError(f"a time with a zone is wanted, not {text!r:.60}")
    return moment


def _section(text: str) -> Section:
    reader = Reader(Frame(b"[%b]" % text.encode("utf-8")))
    try:
        section = read_section(reader)
    except ProtocolViolation as problem:
        raise UsageError(str(problem)) from None
    if not reader.at_end:
        raise UsageError(f"not a section: {text!r:.60}")
    return section


_read(bytes, _octets, lambda octets: base64.b64encode(octets).decode("ascii"))
_read(date, date.fromisoformat, date.isoformat)
_read(datetime, _moment, datetime.isoformat)
_read(UidSet, lambda text: UidSet.parse(text) if text else UidSet())
_read(SequenceSet, lambda text: SequenceSet.parse(text) if text else SequenceSet())
_read(Rights, Rights)
_read(Section, _section)

# What these may hold is loaded by who asks the server for it, so that their own modules do not name its types.
attrs.resolve_types(Code, localns={"CodeValue": CodeValue})
attrs.resolve_types(Listing, localns={"MailboxStatus": MailboxStatus, "Metadata": Metadata, "Rights": Rights})
attrs.resolve_types(MessageData, localns={"BodyStructure": BodyStructure})
attrs.resolve_types(Selected, localns={"FlagsChanged": FlagsChanged, "Listing": Listing})


# -- lists, sets and mappings


def _is_one_of(*kinds: object) -> Callable[[object], bool]:
    def matches(kind: object) -> bool:
        return kind in kinds or get_origin(kind) in kinds

    return matches


def _array_reader(kind: object) -> Callable[[object, object], object]:
    """Reads an array and nothing else: cattrs would take a text for a list of letters."""
    make: Callable[[list[object]], object] = next(
        one for one in (list, tuple, frozenset) if one in (kind, get_origin(kind))
    )
    kinds = get_args(kind) or (str, ...)
    fixed = make is tuple and ... not in kinds

    def read(data: object, _: object) -> object:
        if not isinstance(data, list) or (fixed and len(data) != len(kinds)):
            raise UsageError(f"an array is wanted, not {data!r:.60}")
        found, problems = [], []
        for at, (one, its_kind) in enumerate(zip(data, kinds if fixed else repeat(kinds[0]), strict=False)):
            try:
                found.append(_converter.structure(one, its_kind))
            except _PROBLEMS as problem:
                problem.add_note(IterableValidationNote(f"element {at}", at, its_kind))
                problems.append(problem)
        if problems:
            raise cattrs.IterableValidationError(f"in {_name(kind)}", problems, list)
        return make(found)

    return read


def _sorted(members: Iterable[object]) -> Data:
    return sorted(to_data(one) for one in members)  # type: ignore[type-var]  # members of one set are of one type


_converter.register_structure_hook_factory(_is_one_of(list, tuple, frozenset), _array_reader)
_converter.register_unstructure_hook_factory(_is_one_of(frozenset), lambda _: _sorted)


def _flags(texts: Collection[str]) -> FlagSet:
    """As from a server: what it made up outside the grammar comes back as it was."""
    if wrong := [text for text in texts if " " in text or not text]:
        raise UsageError(f"not a flag: {wrong[0]!r:.60}")
    return FlagSet.read(b"(%b)" % " ".join(texts).encode("utf-8"))


_read(Flag, lambda text: next(iter(_flags([text]))))
_converter.register_unstructure_hook(FlagSet, sorted)
_converter.register_structure_hook(FlagSet, lambda data, _: _flags(_converter.structure(data, list[str])))
_converter.register_unstructure_hook(Capabilities, lambda found: list(found.advertised))
_converter.register_structure_hook(Capabilities, lambda data, _: Capabilities(_converter.structure(data, list[str])))


def _mapping(value: Mapping[object, object]) -> Data:
    """Sorted by key; a key is the text that its own form is."""
    return {str(_converter.unstructure(key)): to_data(value[key]) for key in sorted(value, key=str)}


def _mapping_reader(kind: object) -> Callable[[object, object], object]:
    key_kind, value_kind = get_args(kind) or (str, str)

    def read(data: object, _: object) -> object:
        if not isinstance(data, dict):
            raise UsageError(f"an object is wanted, not {data!r:.60}")
        return {
            _converter.structure(int(key) if key_kind is int else key, key_kind): _converter.structure(one, value_kind)
            for key, one in data.items()
        }

    return read


_converter.register_unstructure_hook_factory(_is_one_of(dict, Mapping), lambda _: _mapping)
_converter.register_structure_hook_factory(_is_one_of(dict, Mapping), _mapping_reader)
_converter.register_unstructure_hook(ACL, _mapping)
_converter.register_structure_hook(ACL, lambda data, _: ACL(_converter.structure(data, dict[str, Rights])))

# A value with fields may be a mapping as well, as `Quota` is: its fields are what it is made of.
_converter.register_unstructure_hook_factory(attrs.has, _converter.gen_unstructure_attrs_fromdict)
_converter.register_structure_hook_factory(attrs.has, _converter.gen_structure_attrs_fromdict)


# -- one of several types


_PLAIN = (NoneType, bool, int, str, tuple)


def _union(value: object) -> Data:
    return to_data(value) if type(value) in _PLAIN else {type(value).__name__: to_data(value)}


def _union_writer(kind: object) -> Callable[[object], Data]:
    others = [one for one in get_args(kind) if one is not NoneType]
    return _union if len(others) > 1 else to_data


def _union_reader(kind: object) -> Callable[[object, object], object]:
    kinds = {_name(get_origin(one) or one): one for one in get_args(kind)}
    others = [one for one in kinds.values() if one is not NoneType]

    def read_optional(data: object, _: object) -> object:
        return None if data is None else _converter.structure(data, others[0])

    def read(data: object, _: object) -> object:
        name = "tuple" if isinstance(data, list) else type(data).__name__
        if isinstance(data, dict) and len(data) == 1:
            ((name, data),) = data.items()
        if name not in kinds:
            raise UsageError(f"{' or '.join(kinds)} is wanted, not {data!r:.60}")
        return _converter.structure(data, kinds[name])

    return read_optional if len(others) == 1 else read


_converter.register_unstructure_hook_factory(_is_one_of(Union, UnionType), _union_writer)
_converter.register_structure_hook_factory(_is_one_of(Union, UnionType), _union_reader)


# -- values with a form of their own


def _thread(data: object, _: object) -> Thread:
    """From the leaves up, and without recursion: a thread may be 100,000 deep."""
    rows = _converter.structure(data, list[tuple[int, int | None]])
    below: dict[int, list[Thread]] = {}
    after = 0
    for depth, uid in reversed(rows):
        if depth < 0 or after > depth + 1:
            raise UsageError("each message of a thread is at most one level deeper than the one before it")
        below.setdefault(depth, []).append(Thread(uid, tuple(reversed(below.pop(depth + 1, [])))))
        after = depth
    if below.keys() != {0} or len(below[0]) != 1:
        raise UsageError("a thread has one message at depth 0, its first")
    return below[0][0]


_converter.register_unstructure_hook(Thread, lambda thread: [[depth, node.uid] for depth, node in thread.levels()])
_converter.register_structure_hook(Thread, _thread)

_converter.register_unstructure_hook(
    Endpoint, cattrs.gen.make_dict_unstructure_fn(Endpoint, _converter, password=cattrs.override(omit=True))
)

for _secret in (Secret, Password, OAuth2, Custom):
    _converter.register_unstructure_hook(_secret, _refuse_secret)

_converter.register_unstructure_hook(Snapshot, lambda message: to_data(message.data))
_converter.register_unstructure_hook(MailboxInfo, lambda mailbox: to_data(mailbox.listing))
