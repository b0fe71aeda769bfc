"""`nodewise claims` prints what Python finds."""

import json

import pytest

from nodewise.studies.claims import curves, memory, read


@pytest.fixture
def quick(monkeypatch):
    """Leave out of the third essay what trains."""
    monkeypatch.setattr(read, "_CLAIMS", memory.CLAIMS[:-1])


def test_each_claim_with_verdict_numbers_and_command(run, quick):
    ran = run("claims", "--essay", 3)
    assert (ran.code, ran.err) == (0, "")
    head, *claims = ran.out.strip().split("\n\n")
    assert head.startswith("Of 7 claims 2 hold, 3 fail and 2 depend, checked on this machine in ")
    assert claims[1].splitlines() == [
        "FAILS  The rows are the training inputs, and all three examples are answered. (essay 3)",
        "  f(0, 2) = 1.2071068 where 0 is wanted: the row is (0, 1), and an input twice as long is twice as similar.",
        "  python -c 'import nodewise as nw; print(nw.memories(nw.problems.product_network(), nw.problems.product(), "
        "[0, 2]))'",
    ]


def test_json_has_the_numbers(run, quick):
    ran = run("claims", "--essay", 3, "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    answer = next(one for one in document["checked"] if one["claim"].startswith("The rows"))["numbers"]["answer"]
    assert answer == pytest.approx((1 + 2**0.5) / 2)


def test_commands_train_as_many_as_were_counted(run, monkeypatch):
    monkeypatch.setattr(read, "_CLAIMS", [one for one in curves.CLAIMS if one.words.startswith("One cosine")])
    ran = run("claims", "--starts", 3, "--seed", 5, "--json", "--quiet")
    (found,) = json.loads(ran.out)["checked"]
    assert found["numbers"]["starts"] == 3
    assert found["command"].endswith("--starts 3 --seed 5")


def test_an_essay_that_is_none(run):
    ran = run("claims", "--essay", 4)
    assert (ran.code, ran.out) == (2, "")
    assert "essay must be 1, 2 or 3. Got 4; leave it out for all." in ran.err
