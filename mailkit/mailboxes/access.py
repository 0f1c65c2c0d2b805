"""Who may do what with a mailbox, how much may be in it, and what is noted about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from mailkit import mailboxes
from mailkit.errors import MailboxNotFound, NotSupported
from mailkit.mailboxes.info import MailboxInfo
from mailkit.mailboxes.listing import name_of
from mailkit.protocol import commands, values
from mailkit.protocol.values.depth import Depth

if TYPE_CHECKING:
    from mailkit.protocol.values.capability import Capabilities
    from mailkit.protocol.values.metadata import Metadata
    from mailkit.protocol.values.quota import Quota
    from mailkit.protocol.values.rights import ACL, Rights, RightsOffered


class MailboxAccess(MailboxInfo):
    """The verbs for what surrounds a mailbox, awaited."""

    # -- rights

    async def acl(self) -> ACL:
        """Who has which rights: a mapping from identifier to `Rights` (RFC 4314 §3.3); needs the right `a`."""
        await self.require("ACL")
        name = await self.find_name()
        return await self.pool.run(commands.acl.GetAcl(name), about=name)

    async def set_rights(self, who: str, rights: Rights | str) -> None:
        """Give an identifier exactly these rights, such as `Rights.READ_ONLY` or "lrs" (RFC 4314 §3.1)."""
        await self._set_acl(who, rights, commands.acl.RightsAction.SET)

    async def grant(self, who: str, rights: Rights | str) -> None:
        """Give an identifier these rights beside those that it has."""
        await self._set_acl(who, rights, commands.acl.RightsAction.ADD)

    async def revoke(self, who: str, rights: Rights | str) -> None:
        """Take these rights from an identifier and leave it the others."""
        await self._set_acl(who, rights, commands.acl.RightsAction.REMOVE)

    async def remove_rights(self, who: str) -> None:
        """Take an identifier off the list, with all its rights (RFC 4314 §3.2)."""
        await self.require("ACL")
        name = await self.find_name()
        await self.pool.run(commands.acl.DeleteAcl(name, who), about=name)

    async def my_rights(self) -> Rights:
        """What oneself may do with it (RFC 4314 §3.5)."""
        await self.require("ACL")
        name = await self.find_name()
        return await self.pool.run(commands.acl.MyRights(name), about=name)

    async def list_rights(self, who: str) -> RightsOffered:
        """Which rights an identifier has always, and which it can be given (RFC 4314 §3.4)."""
        await self.require("ACL")
        name = await self.find_name()
        return await self.pool.run(commands.acl.ListRights(name, who), about=name)

    async def _set_acl(self, who: str, rights: Rights | str, action: commands.acl.RightsAction) -> None:
        wanted = values.rights.Rights(rights)
        offered = await self.require("ACL")
        old = not any(name.startswith("RIGHTS=") for name in offered)
        name = await self.find_name()
        await self.pool.run(commands.acl.SetAcl(name, who, wanted, action, rfc2086=old), about=name)

    # -- quotas

    async def quotas(self) -> list[Quota]:
        """The quotas that limit it, each with what is used of it (RFC 9208 §4.1.3); empty where there are none."""
        await self.require("QUOTA")
        name = await self.find_name()
        return list(await self.pool.run(commands.quota.GetQuotaRoot(name), about=name))

    # -- annotations

    async def metadata(self, *entries: str, depth: Depth = Depth.ENTRY, max_size: int | None = None) -> Metadata:
        """The values of annotations such as "/private/comment", by name (RFC 5464); those without a value are missing.

        `depth` asks for what is below the entries, too; with `max_size`, in octets, larger values are left out and
        `longest` tells the largest. Servers that had annotations before METADATA are asked in their way (ANNOTATEMORE).
        """
        return await mailboxes.annotations.get_metadata(self.pool, await self.find_name(), entries, depth, max_size)

    async def set_metadata(self, values: Mapping[str, bytes | str | None]) -> None:
        """Set annotations; None removes one. `MetadataRefused` says what is too large or too much."""
        await mailboxes.annotations.set_metadata(self.pool, await self.find_name(), values)

    # -- what verbs begin with

    async def require(self, *capabilities: str) -> Capabilities:
        """What the server offers; `NotSupported` unless one of these is among it."""
        offered = await self.pool.capabilities()
        if not any(name in offered for name in capabilities):
            raise NotSupported(f"the server does not offer {capabilities[0]}", capability=capabilities[0])
        return offered

    async def find_name(self) -> str:
        """Its name; one that is known by its use is looked up."""
        return await name_of(self.pool, self.what)

    def raise_missing(self, name: str) -> NoReturn:
        """There is no such mailbox."""
        raise MailboxNotFound("LIST", "OK", None, f"there is no mailbox {name!r}")
