"""Sizes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.errors import NodewiseError
from nodewise.network.sizes import parse


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=6))
def test_text_and_sequence_mean_the_same(sizes):
    assert parse("-".join(map(str, sizes))) == parse(sizes) == tuple(sizes)


RULE = "sizes must be whole numbers from 1 to a million joined by '-', such as 1-100-1. "


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("1-x-1", RULE + "Got 'x' at position 2 of '1-x-1'."),
        ("0-3", RULE + "Got '0' at position 1 of '0-3'."),
        ("1--1", RULE + "Got nothing at position 2 of '1--1'."),
        ("1-2-", RULE + "Got nothing at position 3 of '1-2-'."),
        ("", RULE + "Got nothing at position 1 of ''."),
        ("1-2.5-1", RULE + "Got '2.5' at position 2 of '1-2.5-1'."),
        ("1-99999999-1", RULE + "Got '99999999' at position 2 of '1-99999999-1'."),
        ((1, 0), RULE + "Got 0 at position 2 of '1-0'."),
        ((1, True), RULE + "Got True at position 2 of '1-True'."),
        ("5", "sizes must name at least features and outputs, such as 1-1 or 1-100-1. Got '5'; put hidden layers "
              "between them."),
        (b"1-2", "sizes must be a text such as '1-100-1' or a sequence such as (1, 100, 1). Got b'1-2'."),
        (7, "sizes must be a text such as '1-100-1' or a sequence such as (1, 100, 1). Got 7."),
    ],
)  # fmt: skip
def test_what_is_no_architecture_is_refused(spec, message):
    with pytest.raises(NodewiseError) as caught:
        parse(spec)
    assert str(caught.value) == message
