"""What came of a deploy: one message per component, counts, and the state it ends in."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from provision.localorg.metadata.refusals import Refusal

ProblemType = Literal["", "Error", "Warning"]
FinalStatus = Literal["Succeeded", "SucceededPartial", "Failed"]


@dataclass(frozen=True, slots=True)
class Message:
    """One `DeployMessage`. `counted` says whether it stands for a component: manifests do not count."""

    file_name: str
    full_name: str
    component_type: str
    success: bool = True
    id: str = ""
    created: bool = False
    changed: bool = False
    deleted: bool = False
    problem: str = ""
    problem_type: ProblemType = ""
    line: int | None = None
    column: int | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished deploy; `error_code` and `error_text` are set where the request failed as a whole."""

    status: FinalStatus
    messages: tuple[Message, ...] = ()
    files: int = 0
    error_code: str = ""
    error_text: str = ""

    @property
    def succeeded(self) -> bool:
        """What the answer's `success` says; a partial success is one."""
        return self.status != "Failed"

    def failures(self) -> tuple[Message, ...]:
        """Messages of what failed, in the order of their files."""
        return tuple(message for message in self.messages if not message.success)

    def successes(self) -> tuple[Message, ...]:
        """Messages of what succeeded, in the order of their files."""
        return tuple(message for message in self.messages if message.success)

    def count(self, *, success: bool) -> int:
        """Number of components that did or did not succeed."""
        return sum(message.counted and message.success == success for message in self.messages)


def refused(file_name: str, full_name: str, component_type: str, refusal: Refusal, *, counted: bool = True) -> Message:
    """The failure that a refusal becomes."""
    return Message(
        file_name=file_name,
        full_name=full_name,
        component_type=component_type,
        success=False,
        problem=refusal.problem,
        problem_type=refusal.problem_type,
        line=refusal.at.line if refusal.at else None,
        column=refusal.at.column if refusal.at else None,
        counted=counted,
    )


def conclude(messages: Iterable[Message], files: int, *, rollback_on_error: bool) -> Outcome:
    """The state that these messages add up to."""
    ordered = tuple(sorted(messages, key=lambda message: (message.file_name, message.full_name)))
    status: FinalStatus = "Succeeded"
    if not all(message.success for message in ordered):
        saved_any = any(message.success and message.counted for message in ordered)
        status = "SucceededPartial" if saved_any and not rollback_on_error else "Failed"
    return Outcome(status, ordered, files)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """JSON-shaped, for the job that keeps it."""
    return asdict(outcome)


def from_json(value: Mapping[str, Any]) -> Outcome:
    """Back from `to_json`."""
    messages = tuple(Message(**message) for message in value["messages"])
    return Outcome(**{**value, "messages": messages})
