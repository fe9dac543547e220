"""Why something does not work: what was looked at, and what that showed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from provision.model.check import Refusal
from provision.model.desired import GrantType


class Verdict(StrEnum):
    """What looking for a cause came to."""

    PROVED = "proved"
    """The org, or what is held, shows it."""
    POSSIBLE = "possible"
    """It can be this, and nothing that can be seen settles it."""
    UNSEEN = "unseen"
    """It can be this, and looking takes what is not there: admin access, for one."""


@dataclass(frozen=True)
class Cause:
    """One thing that can be behind a failure."""

    name: str
    """Stable name, for instance `certificate-differs`."""
    verdict: Verdict
    evidence: str
    """What was seen; for an unseen cause, what it takes to look."""
    remedy: str
    """The setting, command or query that settles it."""


@dataclass(frozen=True)
class Diagnosis:
    """What is behind one failed check: the causes that were proved, else the candidates in order."""

    check: str
    grant: GrantType | None
    causes: tuple[Cause, ...]

    @property
    def proved(self) -> tuple[Cause, ...]:
        """The causes that were proved."""
        return tuple(cause for cause in self.causes if cause.verdict is Verdict.PROVED)


@dataclass(frozen=True)
class Failure:
    """A check that failed, as far as a diagnosis needs to know it."""

    check: str
    grant: GrantType | None
    code: str
    refusal: Refusal | None = None
    """What the org said, where it was asked."""

    @property
    def said(self) -> tuple[str, str]:
        """Code and text, by which causes know whether they can be behind it; the text is empty for our own codes."""
        return (self.refusal.code, self.refusal.text) if self.refusal else (self.code, "")
