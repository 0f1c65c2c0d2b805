"""Values: what they are made of, and what their operators give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_type

from mailkit import ACL, Address, Flag, FlagSet, Quota, Resource, Rights, SequenceSet, SpecialUse, UidSet, internal_date
from mailkit.json import dumps, loads

assert_type(FlagSet.parse(r"(\Seen $Work)") | {"Work"}, FlagSet)
assert_type(FlagSet([Flag.SEEN, "Work"]) - {Flag.SEEN}, FlagSet)
assert_type([flag.is_system for flag in FlagSet(["a"])], list[bool])
assert_type(UidSet.parse("1:3,6:9")[-2:] & {6, 7}, UidSet)
assert_type(UidSet.of(1, 2)[0], int)
assert_type(SequenceSet([1]) | [2], SequenceSet)
assert_type(Rights("lrs") | Rights.READ_ONLY, Rights)
assert_type(ACL({"ldj": Rights.FULL})["ldj"], Rights)
assert_type(Quota("user", [Resource("STORAGE", 1, 2)])["storage"].fraction, float)
assert_type(SpecialUse.of(r"\Trash"), SpecialUse | None)
assert_type(Address.parse("LDJ <ldj@example.org>"), Address)
assert_type(internal_date(datetime.now(UTC)), str)
assert_type(loads(dumps(Rights("lr")), Rights), Rights)
assert_type(loads("[]", list[Quota]), list[Quota])
