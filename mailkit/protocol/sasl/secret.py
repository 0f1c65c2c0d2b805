"""A password or token that shows itself only when asked by name."""

from __future__ import annotations

from typing import Final, final

from mailkit.errors import UsageError


@final
class Secret:
    """A text that prints as `***` everywhere; `reveal()` gives it.

    It is not an attrs class, so that `attrs.asdict` and JSON converters cannot walk into it either. Building one never
    fails, because the frames that an error passes on its way out would still hold the text: `checked()` comes after.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def checked(self) -> Secret:
        """Itself; raises `UsageError` for what no server could take: not a `str`, NUL, half a surrogate pair."""
        if not isinstance(self._text, str):
            raise UsageError(f"a password or token is a str, not {type(self._text).__name__}")
        if "\0" in self._text:
            raise UsageError("a password or token cannot contain NUL")
        if any("\ud800" <= character <= "\udfff" for character in self._text):
            # Found here, because the UnicodeEncodeError found later would carry the whole text.
            raise UsageError("a password or token cannot contain half a surrogate pair: it has no UTF-8 form")
        return self

    def reveal(self) -> str:
        """The text itself; pass it on at once, and keep it out of local variables."""
        return self._text

    def octets(self) -> bytes:
        """The text in UTF-8, which cannot fail."""
        return self._text.encode()

    def hide(self, text: str) -> str:
        """`text` with every occurrence of the secret replaced by `***`, for words that a server chose."""
        return text.replace(self._text, "***") if self._text else text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise UsageError("a password or token is not pickled")
