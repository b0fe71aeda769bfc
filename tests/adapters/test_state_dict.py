"""Files of weights: read as PyTorch computes them, and refused in a sentence where they are anything else."""

import io
import itertools
import json
import pickle
import struct
import zipfile
import zlib

import numpy as np
import pytest

import nodewise as nw

torch = pytest.importorskip("torch")
nn = torch.nn
torch.set_num_threads(1)  # small products only wait for other threads

WHAT = "weights as torch.save(module.state_dict(), path) writes them"
ACTIVATIONS = {
    "relu": nn.ReLU, "leaky_relu(0.2)": lambda: nn.LeakyReLU(0.2), "selu": nn.SELU, "gelu_tanh": lambda: nn.GELU("tanh"),
    "relu6": nn.ReLU6, "tanh": nn.Tanh, "hard_sigmoid": nn.Hardsigmoid, "mish": nn.Mish, "log_sigmoid": nn.LogSigmoid,
}  # fmt: skip


def module(seed, norm="before"):
    """Return a random module in float64, its hidden activations' names, and its number of features."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    sizes = [int(size) for size in rng.integers(1, 12, rng.integers(2, 6))]
    names, parts = [], []
    for i, (a, b) in enumerate(itertools.pairwise(sizes)):
        parts.append(nn.Linear(a, b, bias=bool(rng.random() < 0.8)))
        if i < len(sizes) - 2:
            names.append(str(rng.choice(list(ACTIVATIONS))))
            inner = [ACTIVATIONS[names[-1]]()]
            if rng.random() < 0.5:
                inner.insert(0 if norm == "before" else 1, nn.BatchNorm1d(b))
            parts += [*inner, nn.Dropout()]
    made = nn.Sequential(*parts)
    made(torch.randn(40, sizes[0]) * 2 + 1)  # moves the statistics
    return made.double().eval(), names, sizes[0]


def save(made, path):
    if path.suffix == ".safetensors":
        from safetensors.torch import save_file

        save_file(made.state_dict(), path)
    else:
        torch.save(made.state_dict(), path)
    return path


@pytest.mark.parametrize("seed", range(50))
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_random_weights_equal_pytorch(tmp_path, seed, suffix):
    norm = "before" if seed % 2 else "after"
    made, names, inputs = module(seed, norm)
    network = nw.open_model(save(made, tmp_path / f"weights{suffix}"), activation=names, batch_norm=norm)
    x = np.random.default_rng(seed).normal(size=(100, inputs)) * 5
    wanted = made(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(network(x), wanted, rtol=1e-11, atol=1e-11)


def three(tmp_path, suffix=".pt", **more):
    torch.manual_seed(0)
    made = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 3))
    return made, save(made, tmp_path / f"weights{suffix}")


def test_what_an_opened_file_says_of_itself(tmp_path):
    made, path = three(tmp_path, ".pth")
    network = nw.open_model(path, activation="tanh", output_activation="softmax")
    assert str(network.origin) == (
        "Opened from the weights in a .pth file, not compared with the original. Its activations are those that were "
        "declared."
    )
    assert network.origin.precision == "float32"
    np.testing.assert_array_equal(network.dense[1].weight, made[2].weight.detach().numpy())
    assert [layer.activation.name for layer in network.dense] == ["tanh", "tanh", "softmax"]
    names = [layer.activation.name for layer in nw.open_model(path, activation=["relu", "sine"]).dense]
    assert names == ["relu", "sine", "identity"]
    norm = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1))
    note = nw.open_model(save(norm, tmp_path / "norm.pt"), activation="relu", epsilon=1e-3).origin.note
    assert note.endswith("BatchNorm1d is taken to stand before them, and to add 0.001 to its variances.")


def test_checkpoints_keep_weights_in_a_place_of_their_own(tmp_path):
    made, _ = three(tmp_path)
    for place in ("state_dict", "model_state_dict"):
        optimiser = torch.optim.Adam(made.parameters()).state_dict()
        torch.save({"epoch": 3, place: made.state_dict(), "optimizer": optimiser}, tmp_path / "checkpoint.pt")
        network = nw.open_model(tmp_path / "checkpoint.pt", activation="tanh")
        np.testing.assert_allclose(network([[1.0, 2.0]]), made(torch.tensor([[1.0, 2.0]])).detach(), rtol=1e-5)


def named(tmp_path, suffix=".safetensors", **layers):
    from safetensors.numpy import save_file

    arrays = {}
    for name, shape in layers.items():
        arrays |= {f"{name}.weight": np.ones(shape[::-1]), f"{name}.bias": np.zeros(shape[1])}
    save_file(arrays, tmp_path / "named.safetensors")
    return tmp_path / "named.safetensors"


def test_the_order_of_names_that_hold_none(tmp_path):
    path = named(tmp_path, hidden=(5, 6), input=(3, 5), output=(6, 1))
    assert nw.open_model(path, activation="relu").sizes == (3, 5, 6, 1)
    many = named(tmp_path, **{f"layers.{i}": (4, 4) for i in range(12)}, out=(4, 1), first=(2, 4))
    assert nw.open_model(many, activation="relu").sizes == (2, *[4] * 13, 1)
    path = named(tmp_path, a=(4, 4), b=(4, 4))
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(path, activation="relu")
    assert str(caught.value) == (
        "layers must have an order in which each takes what the one before it gives. Got several for a 4→4, b 4→4; say "
        "it from Python, such as layers=['fc1', 'fc2']."
    )
    assert nw.open_model(path, activation="relu", layers=["b", "a"]).sizes == (4, 4, 4)
    crowd = named(tmp_path, **{letter * 2: (4, 4) for letter in "abcdefghijklmnop"}, apart=(2, 3))
    with pytest.raises(nw.NodewiseError, match=r"^layers must have an order .* Got several for"):
        nw.open_model(crowd, activation="relu")


DECLARED = {
    "activation must be named for 2 hidden layer(s), because a file of weights does not hold it. Got none; declare it, "
    "such as activation relu, or one per hidden layer.": {},
    "activation must be one name, or one for each of 2 hidden layer(s). Got ['relu'].": {"activation": ["relu"]},
    "each activation must be one of the table. Got 'magic': the activation magic is not in the table of activations.": {
        "activation": "magic"
    },
    "batch_norm must be one of before, after. Got 'never'.": {"activation": "relu", "batch_norm": "never"},
    "layers must name 0, 2, 4 in their order. Got 0, 2.": {"activation": "relu", "layers": ["0", "2"]},
    "layers must have an order in which each takes what the one before it gives. Got none for 2 4→4, 4 4→3, 0 2→4; say "
    "it from Python, such as layers=['fc1', 'fc2'].": {"activation": "relu", "layers": ["2", "4", "0"]},
    "an option for this model must be one of activation, output_activation, layers, batch_norm, epsilon. Got "
    "activations; activation may be meant.": {"activations": "relu"},
}


@pytest.mark.parametrize("message", DECLARED)
def test_a_declaration_that_does_not_fit_is_refused(tmp_path, message):
    _, path = three(tmp_path)
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(path, **DECLARED[message])
    assert str(caught.value) == message


HELD = {
    "norm.weight": (
        {"0.weight": (4, 2), "0.bias": (4,), "norm.weight": (4,), "norm.bias": (4,)},
        "norm with weight [4], bias [4]",
    ),
    "conv": ({"conv.weight": (4, 2, 3)}, "conv with weight [4, 2, 3]"),
    "mean": ({"0.weight": (4, 2), "mean": (2,)}, "one without a name with mean [2]"),
    "lstm": ({"lstm.weight_ih_l0": (4, 2)}, "lstm with weight_ih_l0 [4, 2]"),
    "bias": ({"0.weight": (4, 2), "0.bias": (5,)}, "0 with weight [4, 2], bias [5]"),
    "empty": ({"0.weight": (0, 2)}, "0 with weight [0, 2]"),
}


@pytest.mark.parametrize("case", HELD)
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_what_is_no_chain_of_layers_is_refused(tmp_path, case, suffix):
    shapes, got = HELD[case]
    tensors = {name: torch.ones(shape) for name, shape in shapes.items()}
    path = tmp_path / f"w{suffix}"
    if suffix == ".pt":
        torch.save(tensors, path)
    else:
        from safetensors.torch import save_file

        save_file(tensors, path)
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(path, activation="relu")
    assert str(caught.value) == (
        "each layer of a file of weights must be a Linear (weight [node, feature], bias [node]) or a BatchNorm1d. Got "
        f"{got}; open the module itself."
    )


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_weights_that_are_no_numbers_are_refused(tmp_path, suffix):
    made = nn.Sequential(nn.Linear(2, 2))
    made[0].weight.data[1, 0] = float("inf")
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(save(made, tmp_path / f"w{suffix}"))
    assert str(caught.value) == "weights must be finite. Got inf in 0.weight; train the model again."


# Hostile files. Whatever they hold: one sentence, no code run, and no more memory than the file is long.


class Attack:
    """Leaves a mark if it is unpickled by something that runs code."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (str(self.mark), "w")


def archive(path, pickled, members=None, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as written:
        written.writestr("archive/data.pkl", pickled)
        written.writestr("archive/byteorder", "little")
        written.writestr("archive/version", "3\n")
        for name, content in (members or {}).items():
            written.writestr(f"archive/{name}", content)
    return path


def refusal(path, **options):
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(path, activation="relu", **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_pickled_module_is_refused_and_its_code_not_run(tmp_path):
    torch.save(nn.Sequential(nn.Linear(2, 1)), tmp_path / "whole.pt")
    assert refusal(tmp_path / "whole.pt") == (
        f"whole.pt must be {WHAT}. Got one that makes torch.nn.modules.container.Sequential, and nodewise runs no code "
        "from a file; save module.state_dict() instead."
    )
    torch.save({"0.weight": torch.ones(1, 1), "x": Attack(tmp_path / "mark")}, tmp_path / "attack.pt")
    assert "runs no code from a file" in refusal(tmp_path / "attack.pt")
    for protocol in range(6):
        pickled = pickle.dumps({"x": Attack(tmp_path / "mark")}, protocol=protocol)
        assert "attack2.pt must be" in refusal(archive(tmp_path / "attack2.pt", pickled))
        (tmp_path / "bare.pt").write_bytes(pickled)
        assert "bare.pt must be" in refusal(tmp_path / "bare.pt")
    assert not (tmp_path / "mark").exists()


def test_a_program_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "script.pt", "w") as written:
        for name in ("data.pkl", "constants.pkl"):
            written.writestr(f"archive/{name}", pickle.dumps({}, protocol=2))
    assert refusal(tmp_path / "script.pt") == (
        f"script.pt must be {WHAT}. Got a TorchScript program, whose code nodewise does not run; save "
        "module.state_dict() instead."
    )


@pytest.mark.parametrize("name", ["builtins bytearray", "torch Tensor", "torch._utils _rebuild_sparse_tensor"])
def test_what_only_makes_something_large_is_refused_too(tmp_path, name):
    module_, _, made = name.partition(" ")
    pickled = b"\x80\x02c" + f"{module_}\n{made}\n".encode() + b"\x8a\x06" + (10**13).to_bytes(6, "little") + b"\x85R."
    assert f"makes {module_}.{made}, and nodewise runs no code" in refusal(archive(tmp_path / "w.pt", pickled))


def test_a_zip_bomb_is_refused(tmp_path):
    path = archive(tmp_path / "bomb.pt", b"\x80\x02}.", {"data/0": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    size = path.stat().st_size
    assert refusal(path) == (
        f"bomb.pt must be {WHAT}. Got an archive that unpacks to more than its {size} bytes, which torch.save never "
        "makes; save it again."
    )


def test_members_that_lie_on_each_other_are_refused(tmp_path):
    _, path = three(tmp_path)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as read:
        names = [member.filename for member in read.infolist()]
    twice = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as written:
        written.writestr(names[-1], "")
    path.write_bytes(twice.getvalue())
    assert refusal(path) == f"weights.pt must be {WHAT}. Got an archive with two members of one name; save it again."


def number(value):
    """Return a whole number as a pickle writes it."""
    return b"\x8a\x0c" + value.to_bytes(12, "little")


def tensor(shape, strides, numel, storage=b"torch\nFloatStorage\n"):
    """Return the pickle of {"0.weight": a tensor that claims a shape}."""
    sizes, steps = (b"(" + b"".join(map(number, values)) + b"t" for values in (shape, strides))
    held = b"(X\x07\x00\x00\x00storagec" + storage + b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu" + number(numel) + b"tQ"
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + held + number(0) + sizes + steps
    return b"\x80\x02}X\x08\x00\x00\x000.weight" + rebuilt + b"\x89ccollections\nOrderedDict\n)RtRs."


def test_shapes_that_a_file_only_claims(tmp_path):
    good = archive(tmp_path / "good.pt", tensor((2, 3), (3, 1), 6), {"data/0": struct.pack("<6f", *range(6))})
    np.testing.assert_array_equal(nw.open_model(good).dense[0].weight, [[0, 1, 2], [3, 4, 5]])
    for shape, strides, numel in [
        ((10**6, 10**6), (10**6, 1), 10**12),
        ((10**6, 10**6), (0, 0), 1),
        ((10**6, 10**6), (0, 0), 6),
        ((2**40, 2**40), (0, 0), 6),
        ((2, 3), (3, 1), 2**62),
        ((2, 3), (300, 1), 6),
        ((2, 3), (3, 1), 10**6),
    ]:
        path = archive(tmp_path / "w.pt", tensor(shape, strides, numel), {"data/0": struct.pack("<6f", *range(6))})
        assert refusal(path).startswith(f"w.pt must be {WHAT}. Got ")
    many = tensor((10**6, 10**6), (0, 0), 6)
    assert refusal(archive(tmp_path / "w.pt", many, {"data/0": bytes(24)})) == (
        f"w.pt must be {WHAT}. Got tensors that are larger than its {(tmp_path / 'w.pt').stat().st_size} bytes; save it "
        "again."
    )


def test_a_safetensors_file_that_claims_more_than_it_holds(tmp_path):
    for shape, end in [([10**6, 10**6], 24), ([10**6, 10**6], 4 * 10**12), ([2, 3], 24 * 10**9), ([-2, 3], 24)]:
        header = json.dumps({"0.weight": {"dtype": "F32", "shape": shape, "data_offsets": [0, end]}}).encode()
        (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(24))
        assert refusal(tmp_path / "w.safetensors").startswith("w.safetensors must be a .safetensors file. Got ")
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", 2**62) + b"{}")
    assert refusal(tmp_path / "w.safetensors").startswith("w.safetensors must be a .safetensors file. Got ")


def test_numbers_of_another_kind(tmp_path):
    from safetensors.torch import save_file

    save_file({"0.weight": torch.ones(1, 2, dtype=torch.bfloat16)}, tmp_path / "w.safetensors")
    assert refusal(tmp_path / "w.safetensors") == (
        "w.safetensors must hold numbers of type F64, F32, F16, I64, I32. Got BF16 in 0.weight; save it in float32."
    )
    torch.save({"0.weight": torch.ones(1, 2, dtype=torch.bfloat16)}, tmp_path / "w.pt")
    np.testing.assert_array_equal(nw.open_model(tmp_path / "w.pt").dense[0].weight, [[1, 1]])


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_truncated_and_random_files_are_refused_wherever_they_are_damaged(tmp_path, suffix):
    _, path = three(tmp_path, suffix)
    content = path.read_bytes()
    broken = tmp_path / f"broken{suffix}"
    rng = np.random.default_rng(0)
    for i in range(60):
        if i < 30:
            broken.write_bytes(content[: len(content) * i // 30])
        else:
            broken.write_bytes(rng.bytes(int(rng.integers(1, 3000))))
        assert refusal(broken).startswith("broken")
    said = []
    for _ in range(200):
        changed = bytearray(content)
        for place in rng.integers(0, len(content), 3):
            changed[place] = rng.integers(256)
        broken.write_bytes(changed)
        try:
            said.append(str(nw.open_model(broken, activation="relu")))
        except nw.NodewiseError as error:
            said.append(str(error))
    assert not any("\n" in text for text in said)


def test_other_answers_of_torch_save(tmp_path):
    torch.save([torch.ones(2)], tmp_path / "w.pt")
    assert refusal(tmp_path / "w.pt") == f"w.pt must be {WHAT}. Got a list without named tensors; save it again."
    torch.save({"a": 1}, tmp_path / "w.pt")
    assert refusal(tmp_path / "w.pt") == f"w.pt must be {WHAT}. Got a dict without named tensors; save it again."
    torch.save({"0.weight": torch.ones(1, 1)}, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    assert "from before PyTorch 1.6" in refusal(tmp_path / "old.pt")


def test_an_older_pytorch_is_refused(tmp_path, monkeypatch):
    _, path = three(tmp_path)
    monkeypatch.setattr(torch, "__version__", "2.9.1+cpu")
    assert refusal(path) == (
        "PyTorch must be 2.10 or later to open its files, because earlier ones can be made to run their code. Got "
        '2.9.1+cpu; pip install "torch>=2.10", or save the weights as .safetensors, which needs no PyTorch.'
    )


def test_safetensors_need_no_pytorch(tmp_path, fresh_python):
    _, path = three(tmp_path, ".safetensors")
    three(tmp_path, ".pt")
    fresh_python(
        "-c",
        "import sys\nsys.modules['torch'] = None\nimport nodewise as nw\n"
        f"assert nw.open_model({str(path)!r}, activation='tanh').sizes == (2, 4, 4, 3)\n"
        f"try:\n    nw.open_model({str(path.with_suffix('.pt'))!r}, activation='tanh')\n"
        "except nw.NodewiseError as error:\n"
        "    assert str(error).startswith('PyTorch must be installed to open its files. Got none; pip'), error\n"
        "else:\n    raise AssertionError('no error')",
    )


def test_the_checksum_of_a_member_is_looked_at(tmp_path):
    _, path = three(tmp_path)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as read:
        first = next(member for member in read.infolist() if member.filename.endswith("data/0"))
        crc = struct.pack("<I", zlib.crc32(read.read(first)))
    assert content.count(crc) >= 1
    path.write_bytes(content.replace(crc, bytes(4)))
    assert refusal(path).endswith("(BadZipFile); save it again.")
