"""Every misconfiguration of the fault matrix in a served org of its own, and what a consumer of the app holds there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from provision.store.protocol import Slot
from tests.diagnose.bench import KEY, VERSION, Bench, set_up
from tests.diagnose.faults import FAULTS, Fault
from tests.localorg.serving.running import serving


@dataclass(frozen=True)
class Consumer:
    """What a program is configured with, wrong things included."""

    base_url: str
    """Where the org is served."""
    host: str
    """The name that the program knows the org by."""
    username: str
    consumer_key: str
    consumer_secret: str | None = field(repr=False)
    key_file: Path | None
    audience: str | None
    """One that was chosen by hand."""
    clock_is_off_seconds: float
    ca_file: str
    api_version: str = VERSION


@dataclass(frozen=True)
class Misconfigured:
    """One misconfiguration of one kind of app, ready to be met."""

    fault: Fault
    kind: str
    consumer: Consumer


@contextmanager
def misconfigured(folder: Path, kind: str, faults: Sequence[Fault] = tuple(FAULTS)) -> Iterator[list[Misconfigured]]:
    """Serve an org for each fault that apps of that kind can have."""
    chosen = {f"fault-{number}": fault for number, fault in enumerate(faults) if kind in fault.kinds}
    set_up(folder, kind, *chosen)
    benches = {name: Bench(folder, kind, org=name) for name in chosen}
    with serving(folder) as server:
        found = []
        for name, fault in chosen.items():
            fault.seed(benches[name])
            found.append(Misconfigured(fault, kind, _consumer(benches[name], server.base_url(name), server.ca_file)))
        yield found


def _consumer(bench: Bench, base_url: str, ca_file: str) -> Consumer:
    held = replace(bench.held, **bench.material)
    secret = held.consumer_secret
    return Consumer(
        base_url=base_url,
        host=bench.my_domain or bench.local.my_domain,
        username=bench.declared_username,
        consumer_key=str(held.consumer_key),
        consumer_secret=secret.reveal() if secret else None,
        key_file=_key_file(bench) if held.key_pair else None,
        audience=bench.options.audience,
        clock_is_off_seconds=round((bench.clock.now() - datetime.now(UTC)).total_seconds()),
        ca_file=ca_file,
    )


def _key_file(bench: Bench) -> Path:
    """Where the current private key is kept."""
    newest = bench.store.generations(Slot(bench.org, KEY))[-1].number
    return Path(bench.store.whereabouts(Slot(bench.org, KEY), newest))
