"""The choice of texts and attachments needs the structure only, whoever tells it."""

from __future__ import annotations

import attrs
import pytest

from mailkit.mime.body import body_parts, is_inline
from mailkit.mime.parameters import Parameters
from mailkit.mime.text import join_texts
from mailkit.protocol.values.structure import BodyStructure


@attrs.frozen
class Told:
    """A part as a server tells it."""

    type: str
    subtype: str
    children: tuple[Told, ...] = ()
    parameters: Parameters = ()
    disposition: str | None = None
    disposition_parameters: Parameters = ()
    content_id: str | None = None


def part(
    content_type: str, *children: Told, name: bytes = b"", disposition: str | None = None, cid: str | None = None
) -> Told:
    type_, _, subtype = content_type.partition("/")
    return Told(type_, subtype, children, [("name", name)] if name else (), disposition, (), cid)


PLAIN, HTML, PDF = part("text/plain"), part("text/html"), part("application/pdf")
INNER = part("message/rfc822", part("multipart/mixed", PLAIN, PDF))
IMAGE = part("image/png", cid="<i@x>")

CHOICES = [
    (PLAIN, "p", "", ""),
    (HTML, "", "h", ""),
    (PDF, "", "", "f"),
    (part("nonsense/"), "p", "", ""),
    (part("multipart/alternative", PLAIN, HTML), "p", "h", ""),
    (part("multipart/alternative", PLAIN, part("multipart/related", HTML, IMAGE)), "p", "h", "f"),
    (part("multipart/related", part("multipart/alternative", PLAIN, HTML), IMAGE), "p", "h", "f"),
    (part("multipart/mixed", PLAIN, PDF, PLAIN, HTML), "pp", "h", "f"),
    (part("multipart/mixed", PLAIN, INNER), "p", "", "f"),
    (INNER, "", "", "f"),
    (part("multipart/mixed", part("text/plain", name=b"a.txt"), PLAIN), "p", "", "f"),
    (part("multipart/mixed", part("text/plain", name=b"a.txt", disposition="inline")), "p", "", ""),
    (part("multipart/mixed", part("text/html", disposition="attachment")), "", "", "f"),
    (part("multipart/signed", PLAIN, part("application/pgp-signature")), "p", "", "f"),
    (part("multipart/alternative", PLAIN, HTML, part("text/calendar")), "p", "h", "f"),
    (part("multipart/related", HTML, part("text/html", cid="x")), "", "h", "f"),
    (part("multipart/related"), "", "", ""),
    (part("text/csv"), "", "", "f"),
]


@pytest.mark.parametrize(("root", "plain", "html", "files"), CHOICES)
def test_every_leaf_is_in_its_place(root: Told, plain: str, html: str, files: str) -> None:
    found = body_parts(root)
    assert (len(found.plain), len(found.html), len(found.attachments)) == (len(plain), len(html), len(files))


def test_a_rendering_that_was_not_chosen_is_kept() -> None:
    poor, good = part("text/plain", cid="1"), part("text/plain", cid="2")
    found = body_parts(part("multipart/alternative", poor, good, HTML))
    assert found.plain == (good,)
    assert found.attachments == (poor,)


def test_a_body_structure_is_told_apart_as_it_is() -> None:
    text, image = BodyStructure("1", "text", "plain"), BodyStructure("2", "image", "png", content_id="<i@x>")
    found = body_parts(BodyStructure("", "multipart", "mixed", children=(text, image)))
    assert found == ((text,), (), (image,))


def test_what_belongs_to_the_text_is_inline() -> None:
    assert is_inline(IMAGE)
    assert is_inline(part("image/png", disposition="inline"))
    assert not is_inline(part("image/png", disposition="attachment", cid="x"))
    assert not is_inline(PDF)


def test_texts_are_joined_by_line_ends() -> None:
    assert join_texts([]) is None
    assert join_texts(["a", "b\n", "", "c"]) == "a\nb\nc"
