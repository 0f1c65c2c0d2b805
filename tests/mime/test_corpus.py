"""Every message of the corpus gives its text, its attachments and its defects, and every cut of it gives something."""

from __future__ import annotations

import pytest

from mailkit.mime.body import body_parts, is_inline
from mailkit.mime.filename import safe_name
from mailkit.mime.parse import parse
from mailkit.mime.part import Part
from mailkit.mime.text import join_texts
from mailkit.protocol.values.dates import message_date
from mailkit.protocol.values.words import decode_words
from tests.corpus import ExpectedAttachment, Sample, samples

every_sample = pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)


@every_sample
def test_texts_and_attachments_are_found(sample: Sample) -> None:
    plain, html, attachments = body_parts(parse(sample.raw))
    defects: list[str] = []
    found = []
    for part in attachments:
        data, more = part.decode()
        defects += more
        found.append(ExpectedAttachment.of(part.filename, part.content_type, data, inline=is_inline(part)))
    assert _text(plain, defects) == sample.expected.text
    assert _text(html, defects) == sample.expected.html
    assert tuple(found) == sample.expected.attachments
    assert sorted(defects) == sorted(sample.expected.defects)


@every_sample
def test_structural_defects_are_told(sample: Sample) -> None:
    parts = _walk(parse(sample.raw))
    assert tuple(defect for part in parts for defect in part.defects) == sample.expected.structure


@every_sample
def test_subjects_and_dates_are_decoded(sample: Sample) -> None:
    fields = parse(sample.raw).fields
    dates = [value for name, value in fields if name.lower() == b"date"]
    assert (message_date(dates[-1]) if dates else None) == sample.expected.date
    subjects = [value for name, value in fields if name.lower() == b"subject"]
    subject = " ".join(decode_words(subjects[-1]).split()) if subjects else None  # folds are as wide as they like
    assert subject == sample.expected.subject


@every_sample
def test_a_message_cut_anywhere_still_has_parts(sample: Sample) -> None:
    step = max(len(sample.raw) // 40, 1)
    for end in range(0, len(sample.raw), step):
        root = parse(sample.raw[:end])
        for kind in body_parts(root):
            for part in kind:
                part.text()
                assert safe_name(part.filename, part.content_type)


def _text(parts: tuple[Part, ...], defects: list[str]) -> str | None:
    texts = []
    for part in parts:
        text, more = part.text()
        defects += more
        texts.append(text)
    return join_texts(texts)


def _walk(part: Part) -> list[Part]:
    return [part, *(found for child in part.children for found in _walk(child))]
