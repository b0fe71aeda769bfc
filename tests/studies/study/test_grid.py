"""The grid: every combination once, chunks that share its trainings out, names that follow from what is in them."""

import itertools
from dataclasses import replace

import pytest

from nodewise.errors import NodewiseError
from nodewise.studies.study.grid import NUMERICS, Chunk, grid, read_chunk, read_grid
from nodewise.training.settings import Settings

SIZE = 64


def test_every_combination_is_there_once():
    made = grid(Settings(starts=5), {"hidden": [1, 2, 2], "activation": ["relu", "tanh"], "l2": 0.1}, SIZE)
    found = {(each.hidden, each.activation) for each in made.settings}
    assert found == set(itertools.product([(1,), (2,)], [("relu",), ("tanh",)]))
    assert len(made.settings) == 4
    assert made.varied == ("hidden", "activation")
    assert made.trainings == 20
    assert read_grid(made.as_dict()) == made


def test_a_tuple_is_one_network_of_several_layers():
    made = grid(Settings(), {"hidden": [(8, 4), (), 3], "activation": ("relu",)}, SIZE)
    assert [each.hidden for each in made.settings] == [(8, 4), (), (3,)]
    assert grid(Settings(), {"hidden": (8, 4)}, SIZE).settings[0].hidden == (8, 4)


def test_chunks_share_out_the_seeds():
    made = grid(Settings(starts=10, seed=7), {"hidden": [1, 2]}, size=4)
    chunks = list(made.chunks("data"))
    for place in (0, 1):
        seeds = [seed for at, chunk in chunks if at == place for seed in chunk.seeds]
        assert seeds == list(range(7, 17))
    assert [chunk.count for _, chunk in chunks] == [4, 4, 2] * 2
    assert len({chunk.key for _, chunk in chunks}) == 6


def test_a_name_follows_from_what_is_in_it():
    one = Chunk(Settings(hidden=(3,)), 4, "data")
    assert read_chunk(one.as_dict()) == one
    assert one.key == Chunk(Settings(hidden=3), 4, "data").key
    others = [
        Chunk(Settings(hidden=3, seed=1), 4, "data"),
        Chunk(Settings(hidden=3), 5, "data"),
        Chunk(Settings(hidden=3), 4, "d"),
    ]
    assert len({one.key, *(other.key for other in others)}) == 4


def test_what_the_data_decide_alone_is_drawn_by_chance():
    made = grid(Settings(), {"activation": ["cosine", "relu"], "start": ["spread", "glorot"]}, SIZE)
    assert [each.start for each in made.settings] == ["shifted", "glorot", "spread", "glorot"]


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"hidden": []}, "hidden must have at least one value. Got none."),
        (
            {"hidden": 0},
            "hidden must be a whole number of at least 1. Got 0. For a linear model give hidden=() (--hidden none).",
        ),
        (
            {"hidden": [1, 0], "activation": "relu"},
            "Of the combination hidden=0: hidden must be a whole number of at least 1. Got 0. "
            "For a linear model give hidden=() (--hidden none).",
        ),
        (
            {"hidden": [4, (8, 8)], "activation": [("relu", "tanh")]},
            "Of the combination hidden=4: activation must be one name, or one per hidden layer. Got 2 for 1 hidden layer(s).",
        ),
        (
            {"solver": "auto"},
            "solver must be named in a study, whose trainings have one start each. Got 'auto'; try lbfgs.",
        ),
        (
            {"start": ["glorot", "spectral"]},
            "Of the combination start='spectral': start must draw by chance in a study. Got 'spectral', which the data "
            "alone decide; shifted scatters around it.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_grid_is_refused(lists, message):
    with pytest.raises(NodewiseError) as refused:
        grid(Settings(), lists, SIZE)
    assert str(refused.value) == message


@pytest.mark.parametrize("size", [0, 1.5, True, "4"])
def test_a_chunk_has_trainings(size):
    with pytest.raises(NodewiseError) as refused:
        grid(Settings(), {"hidden": 1}, size)
    assert str(refused.value) == (
        f"chunk must be a whole number of at least 1. Got {size!r}; leave it out for one that suits the networks."
    )


def test_every_setting_may_have_chunks_of_its_own_size():
    made = replace(grid(Settings(starts=10), {"hidden": [1, 2]}, 1), sizes=(3, 4))
    chunks = list(made.chunks("data"))
    assert [(place, chunk.count) for place, chunk in chunks] == [
        *[(0, 3), (0, 3), (0, 3), (0, 1)],
        *[(1, 4), (1, 4), (1, 2)],
    ]
    assert len(made) == 7
    for skip in range(8):
        assert list(made.chunks("data", skip)) == chunks[skip:]
    assert read_grid(made.as_dict()) == made


def test_a_chunk_of_other_numbers_is_refused():
    with pytest.raises(NodewiseError) as refused:
        read_chunk(Chunk(Settings(), 1, "data").as_dict() | {"numerics": 0})
    assert str(refused.value) == (
        f"a chunk must be of numerics {NUMERICS}, this version's. Got 0; let all machines have the same version of nodewise."
    )
