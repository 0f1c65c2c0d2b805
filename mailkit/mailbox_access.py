"""Who may do what with a mailbox, how much may be in it, and what is noted about it."""

from __future__ import annotations

from typing import NoReturn

from mailkit.errors import MailboxNotFound, NotSupported
from mailkit.listing import look_up_use
from mailkit.mailbox_info import MailboxInfo, Sought
from mailkit.protocol.commands.acl import DeleteAcl, GetAcl, ListRights, MyRights, RightsAction, SetAcl
from mailkit.protocol.commands.quota import GetQuotaRoot
from mailkit.protocol.values.capability import Capabilities
from mailkit.protocol.values.quota import Quota
from mailkit.protocol.values.rights import ACL, Rights, RightsOffered


class MailboxAccess(MailboxInfo):
    """The verbs for what surrounds a mailbox, awaited."""

    # -- rights

    async def acl(self) -> ACL:
        """Who has which rights: a mapping from identifier to `Rights` (RFC 4314 §3.3); needs the right `a`."""
        await self.require("ACL")
        name = await self.find_name()
        return await self.pool.run(GetAcl(name), about=name)

    async def set_rights(self, who: str, rights: Rights | str) -> None:
        """Give an identifier exactly these rights, such as `Rights.READ_ONLY` or "lrs" (RFC 4314 §3.1)."""
        await self._set_acl(who, rights, RightsAction.SET)

    async def grant(self, who: str, rights: Rights | str) -> None:
        """Give an identifier these rights beside those that it has."""
        await self._set_acl(who, rights, RightsAction.ADD)

    async def revoke(self, who: str, rights: Rights | str) -> None:
        """Take these rights from an identifier and leave it the others."""
        await self._set_acl(who, rights, RightsAction.REMOVE)

    async def remove_rights(self, who: str) -> None:
        """Take an identifier off the list, with all its rights (RFC 4314 §3.2)."""
        await self.require("ACL")
        name = await self.find_name()
        await self.pool.run(DeleteAcl(name, who), about=name)

    async def my_rights(self) -> Rights:
        """What oneself may do with it (RFC 4314 §3.5)."""
        await self.require("ACL")
        name = await self.find_name()
        return await self.pool.run(MyRights(name), about=name)

    async def list_rights(self, who: str) -> RightsOffered:
        """Which rights an identifier has always, and which it can be given (RFC 4314 §3.4)."""
        await self.require("ACL")
        name = await self.find_name()
        return await self.pool.run(ListRights(name, who), about=name)

    async def _set_acl(self, who: str, rights: Rights | str, action: RightsAction) -> None:
        wanted = rights if isinstance(rights, Rights) else Rights(rights)
        offered = await self.require("ACL")
        old = not any(name.startswith("RIGHTS=") for name in offered)
        name = await self.find_name()
        await self.pool.run(SetAcl(name, who, wanted, action, rfc2086=old), about=name)

    # -- quotas

    async def quotas(self) -> list[Quota]:
        """The quotas that limit it, each with what is used of it (RFC 9208 §4.1.3); empty where there are none."""
        await self.require("QUOTA")
        name = await self.find_name()
        return list(await self.pool.run(GetQuotaRoot(name), about=name))

    # -- what verbs begin with

    async def require(self, *capabilities: str) -> Capabilities:
        """What the server offers; `NotSupported` unless one of these is among it."""
        offered = await self.pool.capabilities()
        if not any(name in offered for name in capabilities):
            raise NotSupported(f"the server does not offer {capabilities[0]}", capability=capabilities[0])
        return offered

    async def find_name(self) -> str:
        """Its name; one that is known by its use is looked up."""
        if isinstance(self.what, Sought):
            return (await look_up_use(self.pool, self.what.use, guessing=self.what.guess)).name
        return self.what.name

    def raise_missing(self, name: str) -> NoReturn:
        """There is no such mailbox."""
        raise MailboxNotFound("LIST", "OK", None, f"there is no mailbox {name!r}")
