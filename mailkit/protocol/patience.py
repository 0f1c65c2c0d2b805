"""How long a server is waited for (no clock of its own: the time is an argument, in seconds)."""

from __future__ import annotations

from mailkit.protocol.wire.limits import Limits


class Patience:
    """Two clocks that a server runs against.

    The first allows `timeout` seconds for the next step: a whole line once it has begun, a whole literal or so much of
    it as `Limits.rate` asks for, and where an answer is owed, a first sign of it. The second allows `Limits.answering`
    seconds for a tagged answer, and more for all that the answer has brought so far, again by `Limits.rate`: a long
    download may take long, repeating "still here" may not.
    """

    def __init__(self, timeout: float | None, limits: Limits, now: float) -> None:
        self.timeout = timeout
        self._answering = limits.answering
        self._rate = limits.rate
        self._step = now  # when the step under way began
        self._answer = now  # when the answer under way was asked for
        self._progress = (0, 0)
        self._octets = 0  # of the response under way, when the step began
        self._is_inside = False

    def sent(self, now: float) -> None:
        """The server took octets, and has something to think about."""
        self._step = self._answer = now

    def answered(self, now: float) -> None:
        """The server gave a tagged answer."""
        self._answer = now

    def heard(self, now: float, progress: tuple[int, int], octets: int, *, is_inside: bool) -> None:
        """Octets came; `progress` changes with every whole line or literal, `octets` are those of the response."""
        begins = is_inside and not self._is_inside
        self._is_inside = is_inside
        if progress != self._progress or begins:
            self._step = now
            self._progress = progress
            self._octets = octets
        elif self.timeout is not None and octets - self._octets >= self._rate * self.timeout:
            self._step = now
            self._octets = octets

    def deadline(self, octets: int, *, is_owed: bool) -> float | None:
        """When it is too late; `octets` are those that the answer has brought so far. None where nothing is due."""
        if not is_owed and not self._is_inside:
            return None
        step = None if self.timeout is None else self._step + self.timeout
        if not is_owed or self._answering is None:
            return step
        answer = self._answer + self._answering + octets / self._rate
        return answer if step is None else min(step, answer)

    def describe(self, now: float) -> str:
        """What was too late, in words."""
        if self.timeout is None or now < self._step + self.timeout:
            return f"no answer within {self._answering:g} s; the connection was closed"
        if self._is_inside:
            return f"a response was not whole within {self.timeout:g} s, nor came faster; the connection was closed"
        return f"no answer within {self.timeout:g} s; the connection was closed"
