"""Every point of a run at which it can be cut off: before and after each file write and each request.

Points are not listed by hand. A run is watched once, which numbers them, and then made again for each number.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from provision.localorg.app import App
from provision.store import disk
from provision.transport import Transport

Told = Callable[[str], None]


@dataclass
class Watch:
    """Counts points and does something at one of them."""

    at: int | None = None
    act: Callable[[], None] = lambda: None
    seen: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.seen.append(name)
        if len(self.seen) - 1 == self.at:
            self.act()


def die() -> None:
    """End the process the way nothing can prepare for."""
    os.kill(os.getpid(), signal.SIGKILL)


def break_connection() -> None:
    """Let the connection go, as a server that vanishes does."""
    raise ConnectionResetError(104, "connection dropped by the test")


def watch_writes_and_requests(tell: Told) -> None:
    """Tell before and after every write of the product and every request, for the rest of the process."""
    for name in ("_write_through", "_put_in_place", "remove"):
        setattr(disk, name, _around(getattr(disk, name), name.lstrip("_"), tell))
    Transport._once = _around(Transport._once, "request", tell)  # type: ignore[method-assign]


def watch_effects(tell: Told) -> None:
    """Tell before and after the effect of every request on the org, where the connection may break."""
    App.__call__ = _around(App.__call__, "effect", tell)  # type: ignore[method-assign]


def _around(function: Callable[..., Any], name: str, tell: Told) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        where = f"{name} {_told(args)}"
        tell(f"before {where}")
        answer = function(*args, **kwargs)
        tell(f"after {where}")
        return answer

    return watched


def _told(args: Iterable[Any]) -> str:
    """Say which file or request it is."""
    for one in args:
        if hasattr(one, "url"):
            return f"{one.method} {one.url.rpartition('.com')[2].partition('?')[0]}"
        if isinstance(one, dict) and "PATH_INFO" in one:
            return f"{one['REQUEST_METHOD']} {one['PATH_INFO']}"
        if hasattr(one, "name") and hasattr(one, "parent"):
            return str(one.name)
    return ""
