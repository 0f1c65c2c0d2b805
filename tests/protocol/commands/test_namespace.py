from __future__ import annotations

import pytest

from mailkit.errors import ProtocolViolation
from mailkit.protocol.commands.namespace import Namespace as GetNamespaces
from mailkit.protocol.values.namespace import Namespace, Namespaces
from tests.protocol.answers import answered, written


@pytest.mark.parametrize(
    ("response", "namespaces"),
    [
        (b'NAMESPACE (("" "/")) NIL NIL', Namespaces([Namespace("", "/")])),
        (b'NAMESPACE NIL NIL (("" "."))', Namespaces(shared=[Namespace("", ".")])),
        (b'NAMESPACE (("" "/")) NIL (("Public Folders/" "/"))',
         Namespaces([Namespace("", "/")], (), [Namespace("Public Folders/", "/")])),
        (b'NAMESPACE (("" "/")) (("~" "/")) (("#shared/" "/")("#public/" "/")("#ftp/" "/")("#news." "."))',
         Namespaces([Namespace("", "/")], [Namespace("~", "/")],
                    [Namespace("#shared/", "/"), Namespace("#public/", "/"), Namespace("#ftp/", "/"),
                     Namespace("#news.", ".")])),
        (b'NAMESPACE (("" "/")("#mh/" "/" "X-PARAM" ("FLAG1" "FLAG2"))) NIL NIL',
         Namespaces([Namespace("", "/"), Namespace("#mh/", "/")])),
        (b'NAMESPACE (("INBOX." ".")) nil (("flat" NIL) ("empty" ""))',
         Namespaces([Namespace("INBOX.", ".")], (), [Namespace("flat", None), Namespace("empty", None)])),
        (b'NAMESPACE (("" "\\\\")) (({8}\r\nEntw&APw "\\"")) ()',
         Namespaces([Namespace("", "\\")], [Namespace("\U0010fe00Entw&APw", '"')])),
        (b'NAMESPACE (("Geteilt&APw-/" "/")) NIL NIL', Namespaces([Namespace("Geteiltü/", "/")])),
        (b"NAMESPACE (%b) NIL NIL" % (b'("" "/" "X" ("Y"))' * 200), Namespaces([Namespace("", "/")] * 200)),
    ],
)  # fmt: skip
def test_namespaces_are_read(response: bytes, namespaces: Namespaces) -> None:
    assert written(GetNamespaces()) == b"NAMESPACE"
    assert answered(GetNamespaces(), response) == namespaces


def test_in_utf8_mode_prefixes_are_utf8() -> None:
    found = answered(GetNamespaces(), 'NAMESPACE (("ü/" "/")) NIL NIL'.encode(), utf8=True)
    assert found.personal == (Namespace("ü/", "/"),)


@pytest.mark.parametrize(
    "hostile",
    [b"NAMESPACE", b"NAMESPACE NIL", b'NAMESPACE (("" "//")) NIL NIL', b'NAMESPACE (("" "/") NIL NIL',
     b"NAMESPACE ((x y)) NIL NIL", b"NAMESPACE " + b"(" * 300],
)  # fmt: skip
def test_a_broken_namespace_is_a_violation(hostile: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        answered(GetNamespaces(), hostile)
