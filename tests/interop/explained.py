"""How much of what other clients print `provision explain` knows the cause of, measured; written into the docs.

`python -m tests.interop.explained` measures all clients and writes the page.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from provision.diagnose.matching import explain
from tests.diagnose.__main__ import DIAGNOSIS
from tests.diagnose.bench import KINDS
from tests.diagnose.faults import FAULTS, Fault
from tests.interop import clients
from tests.interop.misconfigured import Consumer, misconfigured
from tests.interop.printing import jsforce_prints, sf_prints, simple_salesforce_prints

BEGIN = "<!-- what clients print -->"
END = "<!-- end of what clients print -->"
HEADER = """\
| Client | Misconfigurations | The client prints a refusal | Its cause stands in the entry named first |
|---|---|---|---|
"""

MEANS = {
    "address": "login IP ranges",
    "api-access-control": "API Access Control",
    "api-not-enabled": "API Enabled",
    "app-blocked": "pressed Block",
    "app-disabled": "switched off",
    "app-missing": "the app is gone",
    "audience": "aud is|audience",
    "calls-used-up": "allowance of 24 hours",
    "certificate-differs": "does not belong to the certificate",
    "certificate-missing": "has no certificate",
    "certificate-out-of-date": "certificate has expired",
    "clock": "clock of the machine",
    "consumer-key-differs": "has another key",
    "flow-off": "switch of the flow is off",
    "login-host": "My Domain alone",
    "login-rate": "3,600 logins",
    "not-assigned": "holds none of the permission sets",
    "not-granted": "dropped the permission sets",
    "run-as-missing": "no user is named",
    "scope-missing": "does not have the scope",
    "secret-differs": "secret is of another app",
    "self-authorised": "users approve it themselves",
    "session-level": "High Assurance",
    "spreading": "minutes ago",
    "user-frozen": "frozen",
    "user-inactive": "deactivated|inactive",
    "user-missing": "not a Username of this org",
}
"""Words in which the catalogue tells of a cause that verify has a name for."""


@dataclass(frozen=True)
class Told:
    """What a client printed in one misconfigured org, and whether explain knows the cause of it."""

    fault: Fault
    kind: str
    printed: str = field(repr=False)

    @property
    def first(self) -> str | None:
        """The entry that is named first."""
        matches = explain(self.printed)
        return matches[0].entry.id if matches else None

    @property
    def explained(self) -> bool:
        """Whether it was found by its words, and the entry that is named first holds the cause."""
        matches = explain(self.printed)
        if not matches or matches[0].how != "text":
            return False
        return any(re.search(MEANS[self.fault.cause], each.cause) for each in matches[0].entry.causes)


@dataclass(frozen=True)
class Client:
    """A client, or a way to run one."""

    name: str
    prints: Callable[[Consumer, Path], str]
    faults: Sequence[Fault] = tuple(FAULTS)
    kinds: Sequence[str] = KINDS

    def tell(self, folder: Path) -> list[Told]:
        """Run into every misconfiguration."""
        found = []
        for kind in self.kinds:
            (folder / kind).mkdir()
            with misconfigured(folder / kind, kind, self.faults) as cases:
                for case in cases:
                    home = Path(tempfile.mkdtemp(dir=folder))
                    found.append(Told(case.fault, kind, self.prints(case.consumer, home)))
        return found

    def line(self, told: Sequence[Told]) -> str:
        """Return the line of the table."""
        printed = [each for each in told if each.printed]
        return f"| {self.name} | {len(told)} | {len(printed)} | {sum(each.explained for each in printed)} |"


def one_of_each_cause(kind: str) -> tuple[Fault, ...]:
    """The first misconfiguration of each cause that somebody who knows no client credentials can meet."""
    found: dict[str, Fault] = {}
    for fault in FAULTS:
        if kind in fault.kinds:
            found.setdefault(fault.cause, fault)
    return tuple(fault for cause, fault in found.items() if cause not in OF_CLIENT_CREDENTIALS)


OF_CLIENT_CREDENTIALS = frozenset({"flow-off", "run-as-missing", "run-as-other", "secret-differs"})

SIMPLE_SALESFORCE = Client(f"simple-salesforce {version('simple-salesforce')}", simple_salesforce_prints)
JSFORCE = Client(f"jsforce {clients.JSFORCE}", jsforce_prints)
SF = f"Salesforce CLI {clients.SALESFORCE_CLI}"
CONNECTED, EXTERNAL = KINDS
SF_TEXT = Client(f"{SF}", sf_prints, one_of_each_cause(CONNECTED), (CONNECTED,))
SF_JSON = Client(
    f"{SF} with `--json`",
    lambda consumer, home: sf_prints(consumer, home, "--json"),
    one_of_each_cause(EXTERNAL),
    (EXTERNAL,),
)
CLIENTS = (SIMPLE_SALESFORCE, JSFORCE, SF_TEXT, SF_JSON)


def with_lines(page: str, lines: Iterable[str]) -> str:
    """Return `page` with the table written anew."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    assert begin, BEGIN
    assert end, END
    body = "\n".join(lines)
    return f"{before}{BEGIN}\n\n{HEADER}{body}\n\n{END}{after}"


def measure(client: Client) -> str:
    """Run a client and say on stderr what it printed that explain does not know."""
    with tempfile.TemporaryDirectory() as folder:
        told = client.tell(Path(folder))
    for each in told:
        if each.printed and not each.explained:
            sys.stderr.write(f"{client.name}: {each.fault.title}: {each.first}\n{each.printed}\n")
    return client.line(told)


if __name__ == "__main__":
    DIAGNOSIS.write_text(with_lines(DIAGNOSIS.read_text(), [measure(client) for client in CLIENTS]))
