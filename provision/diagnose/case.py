"""One failure and everything that the causes look at: what is held, what the org shows, what was said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from provision.apps.standing import Place, Standing, standing
from provision.checks.proof import Proof
from provision.diagnose.sight import Sight
from provision.model.diagnosis import Cause, Failure, Verdict
from provision.model.observed import ObservedApp, ObservedUser

ADMIN = "takes an admin session"


@dataclass(frozen=True)
class Case:
    """What a cause is given."""

    proof: Proof
    failure: Failure
    sight: Sight

    @property
    def admin(self) -> bool:
        """Whether an administrator's view of the org is there."""
        return self.proof.observed is not None

    @property
    def app(self) -> ObservedApp | None:
        """The app as the org has it."""
        return self.proof.deployed

    @cached_property
    def standing(self) -> Standing | None:
        """What the app says of itself."""
        return standing(self.app) if self.app else None

    @property
    def user(self) -> ObservedUser | None:
        """The app's user as the org has them."""
        return self.proof.user

    @property
    def username(self) -> str:
        """The app's user as the settings have them."""
        return self.proof.app.user.username

    @property
    def options(self) -> str:
        """Flags that choose the org and the app."""
        return f"-o {self.proof.site.name} -a {self.proof.app.key}"

    def proved(self, name: str, evidence: str, remedy: str) -> Cause:
        """Return a cause that was seen."""
        return Cause(name, Verdict.PROVED, evidence, remedy)

    def possible(self, name: str, evidence: str, remedy: str) -> Cause:
        """Return a cause that nothing settles."""
        return Cause(name, Verdict.POSSIBLE, evidence, remedy)

    def unseen(self, name: str, remedy: str, takes: str = ADMIN) -> Cause:
        """Return a cause that could not be looked at."""
        return Cause(name, Verdict.UNSEEN, takes, remedy)


def setting(place: Place) -> str:
    """Return how people find an element of metadata."""
    type_name, path = place
    return f"{path} of {type_name}"
