"""GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208; RFC 2087 before it)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from mailkit.protocol.command import Answer, Command
from mailkit.protocol.values.names import encode_name
from mailkit.protocol.values.quota import Quota, read_quota_response, read_quotaroot_response
from mailkit.protocol.wire.writer import Writer


@attrs.frozen(eq=False, repr=False)
class GetQuota(Command[Quota]):
    """Ask for the usage and the limits of a quota root."""

    root: str
    verb: ClassVar[str] = "GETQUOTA"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"QUOTA"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.string(encode_name(self.root, utf8=out.utf8))

    def fold(self, answer: Answer) -> Quota:
        return _of_root(self.root, answer)


@attrs.frozen(eq=False, repr=False)
class GetQuotaRoot(Command[tuple[Quota, ...]]):
    """Ask for the quota roots of a mailbox, with the usage and the limits of each."""

    mailbox: str
    verb: ClassVar[str] = "GETQUOTAROOT"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"QUOTAROOT", b"QUOTA"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        out.text(encode_name(self.mailbox, utf8=out.utf8))

    def fold(self, answer: Answer) -> tuple[Quota, ...]:
        quotas = {quota.root: quota for quota in answer.read(read_quota_response, b"QUOTA")}
        roots = [root for _, named in answer.read(read_quotaroot_response, b"QUOTAROOT") for root in named]
        return tuple(quotas.get(root, Quota(root)) for root in dict.fromkeys((*roots, *quotas)))


def _limits(limits: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(dict(limits).items())


@attrs.frozen(eq=False, repr=False)
class SetQuota(Command[Quota]):
    """Set the limits of a quota root, such as `{"STORAGE": 512}` in KiB; what is not named becomes unlimited."""

    root: str
    limits: tuple[tuple[str, int], ...] = attrs.field(converter=_limits)
    verb: ClassVar[str] = "SETQUOTA"
    answers: ClassVar[frozenset[bytes]] = frozenset({b"QUOTA"})
    repeatable: ClassVar[bool] = True

    def write(self, out: Writer) -> None:
        """`setquota-list = "(" [setquota-resource *(SP setquota-resource)] ")"`"""
        out.string(encode_name(self.root, utf8=out.utf8))
        with out.group():
            for name, limit in self.limits:
                out.atom(name).number(limit)

    def fold(self, answer: Answer) -> Quota:
        return _of_root(self.root, answer)


def _of_root(root: str, answer: Answer) -> Quota:
    found = list(answer.read(read_quota_response))
    return found[-1] if found else Quota(root)
