"""Typed, object-oriented IMAP for threads and asyncio: connect by `Account.connect` or `AsyncAccount.connect`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailkit.loading import homes

if TYPE_CHECKING:
    from mailkit.account import AsyncAccount
    from mailkit.arrange.sorting import SortKey
    from mailkit.attachment import AsyncAttachment
    from mailkit.blocking.account import Account
    from mailkit.blocking.mailbox import Mailbox
    from mailkit.blocking.message import Attachment, Content, Message
    from mailkit.blocking.messages import Messages
    from mailkit.changing.appending import Appended, Upload
    from mailkit.changing.plan import Copied, Exported, Plan, Removed, Stored
    from mailkit.compilation import compiled
    from mailkit.connecting.endpoint import Security
    from mailkit.content import AsyncContent
    from mailkit.credentials import Anonymous, Custom, External, OAuth2, Password
    from mailkit.criteria import (
        All,
        Answered,
        Bcc,
        Before,
        Body,
        Cc,
        Criterion,
        Deleted,
        Draft,
        EmailId,
        Filename,
        Flagged,
        From,
        GmailLabel,
        GmailRaw,
        HasAttachment,
        Header,
        Keyword,
        LargerThan,
        Matching,
        MessageId,
        ModifiedSince,
        OlderThan,
        On,
        Recent,
        Seen,
        SentBefore,
        SentOn,
        SentSince,
        Since,
        SmallerThan,
        Subject,
        Text,
        ThreadId,
        To,
        Uid,
        YoungerThan,
    )
    from mailkit.errors import (
        AuthenticationFailed,
        AuthorizationFailed,
        CannotConnect,
        CertificateRejected,
        ClientFault,
        CommandRefused,
        ConfigurationError,
        ConnectionLost,
        CredentialsExpired,
        InUse,
        LimitReached,
        MailboxChanged,
        MailboxCorrupted,
        MailboxExists,
        MailboxNotEmpty,
        MailboxNotFound,
        MailkitError,
        MessageGone,
        MetadataRefused,
        NotFetched,
        NotSupported,
        OverQuota,
        PermissionDenied,
        PrivacyRequired,
        ProtocolViolation,
        ReadOnly,
        Referred,
        ServerFault,
        ServerUnavailable,
        Throttled,
        TimedOut,
        TooBig,
        Unsupported,
        UsageError,
    )
    from mailkit.events import Event, Expunged, FlagsChanged, NewMessage
    from mailkit.explanation import Explanation
    from mailkit.mailbox import AsyncMailbox
    from mailkit.mailboxes.sync import Changes, Cursor
    from mailkit.message import AsyncMessage
    from mailkit.messages import AsyncMessages
    from mailkit.protocol.values.address import Address
    from mailkit.protocol.values.capability import Capabilities
    from mailkit.protocol.values.dates import internal_date
    from mailkit.protocol.values.depth import Depth
    from mailkit.protocol.values.envelope import Envelope
    from mailkit.protocol.values.flags import Flag, FlagSet
    from mailkit.protocol.values.namespace import Namespace, Namespaces
    from mailkit.protocol.values.numbers import SequenceSet, UidSet
    from mailkit.protocol.values.quota import Quota, Resource
    from mailkit.protocol.values.rights import ACL, Rights, RightsOffered
    from mailkit.protocol.values.special_use import SpecialUse
    from mailkit.protocol.values.status import MailboxStatus
    from mailkit.protocol.values.structure import BodyStructure
    from mailkit.protocol.wire.limits import Limits
    from mailkit.reading.headers import Headers
    from mailkit.reading.ranges import AsyncReader
    from mailkit.threads import Thread
    from mailkit.tree import (
        MailboxCreated,
        MailboxDeleted,
        MailboxEvent,
        MailboxRenamed,
        MailboxSubscribed,
        MailboxUnsubscribed,
    )

__all__ = [
    "ACL",
    "Account",
    "Address",
    "All",
    "Anonymous",
    "Answered",
    "Appended",
    "AsyncAccount",
    "AsyncAttachment",
    "AsyncContent",
    "AsyncMailbox",
    "AsyncMessage",
    "AsyncMessages",
    "AsyncReader",
    "Attachment",
    "AuthenticationFailed",
    "AuthorizationFailed",
    "Bcc",
    "Before",
    "Body",
    "BodyStructure",
    "CannotConnect",
    "Capabilities",
    "Cc",
    "CertificateRejected",
    "Changes",
    "ClientFault",
    "CommandRefused",
    "ConfigurationError",
    "ConnectionLost",
    "Content",
    "Copied",
    "CredentialsExpired",
    "Criterion",
    "Cursor",
    "Custom",
    "Deleted",
    "Depth",
    "Draft",
    "EmailId",
    "Envelope",
    "Event",
    "Explanation",
    "Exported",
    "Expunged",
    "External",
    "Filename",
    "Flag",
    "FlagSet",
    "Flagged",
    "FlagsChanged",
    "From",
    "GmailLabel",
    "GmailRaw",
    "HasAttachment",
    "Header",
    "Headers",
    "InUse",
    "Keyword",
    "LargerThan",
    "LimitReached",
    "Limits",
    "Mailbox",
    "MailboxChanged",
    "MailboxCorrupted",
    "MailboxCreated",
    "MailboxDeleted",
    "MailboxEvent",
    "MailboxExists",
    "MailboxNotEmpty",
    "MailboxNotFound",
    "MailboxRenamed",
    "MailboxStatus",
    "MailboxSubscribed",
    "MailboxUnsubscribed",
    "MailkitError",
    "Matching",
    "Message",
    "MessageGone",
    "MessageId",
    "Messages",
    "MetadataRefused",
    "ModifiedSince",
    "Namespace",
    "Namespaces",
    "NewMessage",
    "NotFetched",
    "NotSupported",
    "OAuth2",
    "OlderThan",
    "On",
    "OverQuota",
    "Password",
    "PermissionDenied",
    "Plan",
    "PrivacyRequired",
    "ProtocolViolation",
    "Quota",
    "ReadOnly",
    "Recent",
    "Referred",
    "Removed",
    "Resource",
    "Rights",
    "RightsOffered",
    "Security",
    "Seen",
    "SentBefore",
    "SentOn",
    "SentSince",
    "SequenceSet",
    "ServerFault",
    "ServerUnavailable",
    "Since",
    "SmallerThan",
    "SortKey",
    "SpecialUse",
    "Stored",
    "Subject",
    "Text",
    "Thread",
    "ThreadId",
    "Throttled",
    "TimedOut",
    "To",
    "TooBig",
    "Uid",
    "UidSet",
    "Unsupported",
    "Upload",
    "UsageError",
    "YoungerThan",
    "compiled",
    "internal_date",
]

_HOMES = {
    "mailkit.account": "AsyncAccount",
    "mailkit.changing.appending": "Appended Upload",
    "mailkit.arrange.sorting": "SortKey",
    "mailkit.attachment": "AsyncAttachment",
    "mailkit.blocking.account": "Account",
    "mailkit.blocking.mailbox": "Mailbox",
    "mailkit.blocking.message": "Attachment Content Message",
    "mailkit.blocking.messages": "Messages",
    "mailkit.compilation": "compiled",
    "mailkit.content": "AsyncContent",
    "mailkit.credentials": "Anonymous Custom External OAuth2 Password",
    "mailkit.criteria": (
        "All Answered Bcc Before Body Cc Criterion Deleted Draft EmailId Filename Flagged From GmailLabel "
        "GmailRaw HasAttachment Header Keyword LargerThan Matching MessageId ModifiedSince OlderThan On "
        "Recent Seen SentBefore SentOn SentSince Since SmallerThan Subject Text ThreadId To Uid YoungerThan"
    ),
    "mailkit.connecting.endpoint": "Security",
    "mailkit.errors": (
        "AuthenticationFailed AuthorizationFailed CannotConnect CertificateRejected ClientFault CommandRefused "
        "ConfigurationError ConnectionLost CredentialsExpired InUse LimitReached MailboxChanged MailboxCorrupted "
        "MailboxExists "
        "MailboxNotEmpty MailboxNotFound MailkitError MessageGone MetadataRefused NotFetched NotSupported "
        "OverQuota PermissionDenied PrivacyRequired ProtocolViolation ReadOnly Referred ServerFault "
        "ServerUnavailable Throttled TimedOut TooBig Unsupported UsageError"
    ),
    "mailkit.events": "Event Expunged FlagsChanged NewMessage",
    "mailkit.explanation": "Explanation",
    "mailkit.reading.headers": "Headers",
    "mailkit.mailbox": "AsyncMailbox",
    "mailkit.message": "AsyncMessage",
    "mailkit.messages": "AsyncMessages",
    "mailkit.changing.plan": "Copied Exported Plan Removed Stored",
    "mailkit.protocol.values.depth": "Depth",
    "mailkit.protocol.values.address": "Address",
    "mailkit.protocol.values.capability": "Capabilities",
    "mailkit.protocol.values.dates": "internal_date",
    "mailkit.protocol.values.envelope": "Envelope",
    "mailkit.protocol.values.flags": "Flag FlagSet",
    "mailkit.protocol.values.namespace": "Namespace Namespaces",
    "mailkit.protocol.values.numbers": "SequenceSet UidSet",
    "mailkit.protocol.values.quota": "Quota Resource",
    "mailkit.protocol.values.rights": "ACL Rights RightsOffered",
    "mailkit.protocol.values.special_use": "SpecialUse",
    "mailkit.protocol.values.status": "MailboxStatus",
    "mailkit.protocol.values.structure": "BodyStructure",
    "mailkit.protocol.wire.limits": "Limits",
    "mailkit.reading.ranges": "AsyncReader",
    "mailkit.threads": "Thread",
    "mailkit.tree": "MailboxCreated MailboxDeleted MailboxEvent MailboxRenamed MailboxSubscribed MailboxUnsubscribed",
    "mailkit.mailboxes.sync": "Changes Cursor",
}
"""Where each public name lives."""

if not TYPE_CHECKING:  # a type checker would take every name for one of ours
    __getattr__ = homes(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
