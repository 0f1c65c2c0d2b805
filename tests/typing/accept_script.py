"""Ten lines that people write."""

from __future__ import annotations

from pathlib import Path

from mailkit import Account, OAuth2

with Account.connect("imaps://ldj@mail.example.org") as account:
    for message in account.mailbox("INBOX").messages.where(from_="LDJ", seen=False):
        print(message.date, message.subject, message.flags)
        for attachment in message.attachments():
            print(attachment.save(Path("inbox")))
    print(account.inbox.messages[-20:].uids(), account.inbox.status("unseen").unseen)
    account.inbox.messages.where(subject="spam").mark_seen()

Account.connect(
    host="localhost", port=1143, user="ldj", credentials=OAuth2("ldj", lambda: "token"), timeout=None
).close()
