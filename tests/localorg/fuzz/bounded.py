"""How much is tried, and what must hold of every answer, whatever was sent."""

import os
import time
from contextlib import contextmanager

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
"""Examples of each property: a sample in the suite, many more in `make fuzz`."""
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
MOST_SECONDS = 5.0
"""Of processor time for one request; honest ones take milliseconds."""
LONGEST_ANSWER = 1_000_000
SERVER_ERROR = 500


@contextmanager
def in_bounds():
    """Fail where what is done inside takes long; processor time, so that a loaded machine changes nothing."""
    start = time.thread_time()
    yield
    assert time.thread_time() - start < MOST_SECONDS


def ask(visitor, method, path, **more):
    """The answer, which is one of its protocol and of sound size."""
    with in_bounds():
        answer = visitor.send(method, path, **more)
    assert len(answer.data) < LONGEST_ANSWER
    return answer
