"""Annotations of mailboxes and of the server: METADATA, and ANNOTATEMORE where there is nothing else."""

from __future__ import annotations

import pytest

from mailkit import Depth, NotSupported, UsageError
from mailkit.pool import Pool
from tests.domain.conftest import Open, OpenAs
from tests.servers.cyrus import Cyrus


async def test_annotations_are_set_read_and_removed(open_dovecot: Open) -> None:
    async with open_dovecot() as account:
        for holder in (account.inbox, account):
            await holder.set_metadata({"/private/comment": "żółć", "/private/comment/more": b"\r\nmany lines"})
            assert dict(await holder.metadata("/private/comment")) == {"/private/comment": "żółć".encode()}
            deep = await holder.metadata("/private/comment", depth=Depth.ALL)
            assert dict(deep) == {"/private/comment": "żółć".encode(), "/private/comment/more": b"\r\nmany lines"}
            small = await holder.metadata("/private/comment", "/private/comment/more", max_size=8)
            assert dict(small) == {"/private/comment": "żółć".encode()}
            await holder.set_metadata({"/private/comment": None, "/private/comment/more": None})
            assert not (await holder.metadata("/private/comment")).get("/private/comment")
        with pytest.raises(UsageError):
            await account.inbox.metadata("comment")


async def test_the_way_before_metadata_says_the_same(
    open_cyrus: OpenAs, cyrus: Cyrus, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_cyrus(cyrus.fresh_user()) as account:
        inbox = account.inbox
        await inbox.set_metadata({"/private/comment": b"mine"})
        monkeypatch.setattr(Pool, "offered", {"ANNOTATEMORE"})
        assert dict(await inbox.metadata("/private/comment")) == {"/private/comment": b"mine"}
        await inbox.set_metadata({"/private/comment": b"yours"})
        found = await inbox.metadata("/private/comment", depth=Depth.ALL)
        assert found["/private/comment"] == b"yours"
        assert (await inbox.metadata("/private/comment", max_size=4)).longest == 5
        with pytest.raises(UsageError, match="begins with"):
            await inbox.metadata("/comment")


async def test_a_server_without_annotations_is_said_to_have_none(open_pymap: Open) -> None:
    async with open_pymap() as account:
        with pytest.raises(NotSupported):
            await account.inbox.metadata("/private/comment")
        with pytest.raises(NotSupported):
            await account.set_metadata({"/private/comment": None})
