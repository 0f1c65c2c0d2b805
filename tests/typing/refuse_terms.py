"""Terms that do not exist, and values that they do not take."""

from __future__ import annotations

from mailkit import From, LargerThan, Messages, Seen, Since, UidSet


def terms(messages: Messages) -> None:
    messages.where(form_="LDJ")  # refused [call-arg] Unexpected keyword argument "form_"
    messages.exclude(sene=True)  # refused [call-arg] Unexpected keyword argument "sene"
    messages.where(since="yesterday")  # refused [arg-type] expected "date
    messages.where(younger_than=7)  # refused [arg-type] expected "timedelta"
    messages.where(seen="yes")  # refused [arg-type] expected "bool"
    messages.where(from_=None)  # refused [arg-type] expected "str"
    messages.where(from_=b"LDJ")  # refused [arg-type] expected "str"
    messages.where(larger_than="1M")  # refused [arg-type] expected "int"
    messages.where(uid="1:5")  # refused [arg-type] expected "int | Iterable[int] | UidSet"
    messages.where(header="List-Id")  # refused [arg-type] expected "Mapping[str, str]"
    messages.where(matching=lambda message: message.sujbect)  # refused [attr-defined] no attribute "sujbect"
    messages.where("UNSEEN")  # refused [arg-type] expected "Criterion"
    messages.where(Seen)  # refused [arg-type] expected "Criterion"


def criteria() -> None:
    From(5)  # refused [arg-type] expected "str"
    From()  # refused [call-arg] Missing positional argument
    LargerThan("1M")  # refused [arg-type] expected "int"
    Since("yesterday")  # refused [arg-type] expected "date
    Seen() & "UNSEEN"  # refused [operator] Unsupported operand types
    5 & Seen()  # refused [operator] Unsupported operand types
    if From("LDJ"):  # refused [truthy-bool] could always be true
        pass
    UidSet.parse(5)  # refused [arg-type] expected "str | bytes"
    UidSet("1:5")  # refused [arg-type] expected "Iterable[int]"
    From("LDJ").text = "ldj"  # refused [misc] read-only
