"""`claims`: verdicts and numbers are those known otherwise, and every command shows what it says."""

import inspect
import io
import shlex
from contextlib import redirect_stdout

import numpy as np
import pytest

import nodewise as nw
from nodewise.cli.parse import build
from nodewise.errors import NodewiseError

STARTS = 32
# What is known of each: derived by hand or measured independently.
VERDICTS = {
    "Ten sigmoid nodes learn a noisy sine in 1000 steps.": "depends",
    "A hundred ReLU nodes learn it.": "depends",
    "Three cosine nodes learn it.": "holds",
    "One cosine node learns it, if lucky.": "holds",
    "If one is not lucky, it is enough to train longer.": "fails",
    "The cosine's right phase is ¾π.": "fails",
    "This range needs 7 sigmoid nodes, one for each side of a bump.": "fails",
    "ReLU needs 100 nodes because many are dead.": "fails",
    "A saw wave cannot be trained: no gradient gets through modulo.": "depends",
    "Only the network with the right prior extrapolates.": "holds",
    "The cosine network extrapolates effortlessly.": "depends",
    "The nodes' contributions add up to the curve.": "holds",
    "Layers of linear nodes make one straight line, however many.": "holds",
    "Deep and two-layer curves are mathematically identical.": "fails",
    "A second layer makes a fifth of the nodes as rich.": "depends",
    "Outputs never cross ±1.": "depends",
    "The hand-written network answers (1, 0), (1/√2, 1/√2) and (0, 1).": "holds",
    "The rows are the training inputs, and all three examples are answered.": "fails",
    "A new product is answered by analogy, and nearly right.": "depends",
    "The hidden vector of (5/6, 1/3) has a negative third entry.": "fails",
    "On the half circle 32 is .924, .924, .383, 0 and 0 like 0, 64, 128, 192 and 256.": "holds",
    "A network written from its samples answers all of them.": "depends",
    "Zero mean and unit variance protect against the outlier 9804.": "fails",
    "L2 keeps the outlier from being memorised.": "fails",
}


@pytest.fixture(scope="module")
def found():
    return nw.claims(starts=STARTS)


@pytest.fixture(scope="module")
def numbers(found):
    return {one.claim: one.numbers for one in found.checked}


@pytest.mark.slow
def test_verdicts(found):
    assert {one.claim: one.verdict for one in found.checked} == VERDICTS
    counts = [list(VERDICTS.values()).count(verdict) for verdict in ("holds", "fails", "depends")]
    assert found.summary.startswith("Of {} claims {} hold, {} fail and {} depend".format(len(VERDICTS), *counts))


@pytest.mark.slow
def test_measured_numbers_are_within_what_was_measured_elsewhere(numbers):
    lucky = numbers["One cosine node learns it, if lucky."]
    assert lucky["low"] < 0.46 < lucky["high"]
    three = numbers["Three cosine nodes learn it."]
    assert (three["low"] < [0.84, 0.89, 0.90]).all()
    assert (three["high"] > [0.84, 0.89, 0.90]).all()
    dead = numbers["ReLU needs 100 nodes because many are dead."]
    assert dead["dead"] == pytest.approx(1 / (4 * 10), abs=1e-3)
    assert dead["knots_in_the_middle"] == pytest.approx(0.5, abs=5e-3)
    saw = numbers["A saw wave cannot be trained: no gradient gets through modulo."]
    assert saw["off_with_jumps"] < 4e-8  # rounding in the differences it is held against
    assert saw["off_autograd"] > 1
    rich = numbers["A second layer makes a fifth of the nodes as rich."]
    assert rich["parameters"] == [301, 140]
    assert rich["ratios"]["zero_crossings"] == pytest.approx(0.912 / 1.034, abs=0.05)
    assert rich["ratios"]["extrema"] == pytest.approx(2.151 / 1.512, abs=0.1)
    assert numbers["The cosine network extrapolates effortlessly."]["horizon"] == pytest.approx(316, rel=0.15)
    assert numbers["This range needs 7 sigmoid nodes, one for each side of a bump."]["rmse"][4] < 0.0144


@pytest.mark.slow
def test_exact_numbers(numbers):
    phase = numbers["The cosine's right phase is ¾π."]
    assert phase["largest_error"] == pytest.approx(2 * np.sin(3 * np.pi / 8), abs=1e-6)
    own = numbers["The rows are the training inputs, and all three examples are answered."]
    assert own["answer"] == pytest.approx((1 + np.sqrt(2)) / 2, abs=1e-12)
    product = numbers["A new product is answered by analogy, and nearly right."]
    assert product["answer"] == pytest.approx((1 + np.sqrt(2)) / 12, abs=1e-12)
    squeeze = numbers["Zero mean and unit variance protect against the outlier 9804."]
    assert squeeze["squeezed"] == pytest.approx([-0.1010, -0.0990], abs=5e-5)
    assert squeeze["score"] <= np.sqrt(100)
    slopes = numbers["L2 keeps the outlier from being memorised."]["slopes"]
    # That of least squares without L2, which takes 4 % of it; where 4 starts of L-BFGS stop depends on rounding.
    assert slopes["L2 on weights"] == pytest.approx(-1.0147e-4, rel=0.1)


@pytest.mark.slow
def test_every_command_is_understood(found, monkeypatch):
    whole = inspect.signature(nw.robustness)  # whose seven trainings the check has just done
    monkeypatch.setattr(nw, "robustness", lambda *given, **more: whole.bind(*given, **more))
    commands = dict.fromkeys(one.command for one in found.checked)
    for command in commands:
        program, *words = shlex.split(command)
        if program == "nodewise":
            build().parse_args(words, exit_on_error=False, print_error=False)
        else:
            assert (program, words[0]) == ("python", "-c")
            with redirect_stdout(io.StringIO()) as said:
                exec(words[1], {})  # our own text
            assert said.getvalue().strip()


@pytest.mark.parametrize("essay", [0, 4, True, "1"])
def test_an_essay_that_is_none(essay):
    with pytest.raises(NodewiseError) as refused:
        nw.claims(essay)
    assert str(refused.value) == f"essay must be 1, 2 or 3. Got {essay!r}; leave it out for all."


@pytest.mark.parametrize("starts", [0, -1, 2.0, True])
def test_starts_that_are_no_number(starts):
    with pytest.raises(NodewiseError) as refused:
        nw.claims(starts=starts)
    assert str(refused.value) == f"starts must be a whole number of at least 1. Got {starts!r}. Try 200."
