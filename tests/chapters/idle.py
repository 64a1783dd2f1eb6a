"""A worker that says nothing and never ends by itself."""

from __future__ import annotations


class Idle:
    code: int | None = None

    def poll(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.code = -9
