"""A secret is seen only where it is asked for by name."""

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest

from provision.model.secret import Secret

CANARY = "canary-5f3c"


@dataclass(frozen=True)
class Holder:
    secret: Secret


def test_it_is_revealed_on_request_alone():
    secret = Secret(CANARY)
    assert secret.reveal() == CANARY
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        repr([secret]),
        repr(Holder(secret)),
    ]
    assert not any("canary" in text for text in shown)
    assert not hasattr(secret, "__dict__")


def test_it_leaves_the_process_in_no_dump():
    with pytest.raises(TypeError) as pickled:
        pickle.dumps(Holder(Secret(CANARY)))
    with pytest.raises(TypeError) as dumped:
        json.dumps({"secret": Secret(CANARY)})
    assert "canary" not in f"{pickled.value}{dumped.value}"


def test_copies_stay_secret():
    secret = Secret(CANARY)
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
    assert asdict(Holder(secret)) == {"secret": secret}


def test_equality_and_truth_are_those_of_the_text():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("ü")}) == 2
    assert Secret("a")
    assert not Secret("")
