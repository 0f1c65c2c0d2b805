"""Text that says `format=flowed` put back into paragraphs (RFC 3676)."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, *, delsp: bool = False) -> str:
    """`text` with its flowed lines joined, one paragraph a line.

    `delsp` is the parameter DelSp=yes: the space that marks a flowed line is not part of the text. Lines are ended by
    LF or CRLF, and by LF in the result. A quoted paragraph begins with one `>` a level, and a space (RFC 3676 §4.5).
    """
    done: list[str] = []
    flow: list[str] = []  # the lines of the paragraph that is still open
    depth = 0
    lines = text.replace("\r\n", "\n").split("\n")
    last = lines.pop()
    for line in [*lines, last] if last else lines:
        level, content = _unquoted(line)
        if flow and (level != depth or content == _SIGNATURE):
            done.append(_paragraph(depth, flow))  # a flowed line that nothing can follow (RFC 3676 §4.5)
            flow = []
        depth = level
        if content.endswith(" ") and content != _SIGNATURE:
            flow.append(content[:-1] if delsp else content)
        else:
            done.append(_paragraph(depth, [*flow, content]))
            flow = []
    if flow:
        done.append(_paragraph(depth, flow))
    return "\n".join(done) + ("" if last or not done else "\n")


def _unquoted(line: str) -> tuple[int, str]:
    """The depth of quoting and the content, with the stuffed space taken off."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _paragraph(depth: int, lines: list[str]) -> str:
    content = "".join(lines)
    if not depth:
        return content
    return ">" * depth + (" " + content if content else "")
