"""Damaged and hostile files of every format: one sentence each, no code run, little time and memory.

What a single format allows beside it stands in its own test file.
"""

import resource
import struct
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hostile
import nodewise as nw
from hostile import B1, B2, GOOD, OPTIONS, W1, W2, documented, header, keras_entries, listing, unzipped, zipped

pytest.importorskip("onnx")
pytest.importorskip("torch")  # which reads .pt files

ENDINGS = [*GOOD, ".h5"]
TRILLION = (10**6, 10**6)
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


def said(path):
    """Return the sentence with which a file is refused, or "" where it is opened; quickly and in little memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    began = time.process_time()
    try:
        nw.open_model(path, **OPTIONS.get(path.suffix, {}))
        sentence = ""
    except nw.NodewiseError as error:
        sentence = str(error)
    taken, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 10
    assert peak < 2e8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # KiB; what is loaded first counts too
    assert len(sentence) < 900
    assert sentence.isprintable()
    return sentence


def written(folder, ending, content):
    path = folder / f"model{ending}"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("ending", GOOD)
def test_what_is_spoilt_here_is_good_before(tmp_path, ending):
    opened = nw.open_model(written(tmp_path, ending, GOOD[ending]()), **OPTIONS.get(ending, {}))
    assert opened.sizes == hostile.SIZES


OTHERS = {
    "empty": b"", "a byte": b"\0", "zeros": bytes(1000), "text": b"hello world" * 9, "html": b"<!doctype html><p>404",
    "random": np.random.default_rng(0).bytes(5000), "gzip": b"\x1f\x8b\x08" + bytes(50), "deep": b"[" * 10**5,
    "longest header": struct.pack("<Q", 2**62) + b"{}", "git lfs": b"version https://git-lfs.github.com/spec/v1\n",
    "an empty archive": zipped({}), "an archive of nothing": zipped({"a": b""}),
    "zip magic": b"PK\x03\x04" + bytes(100), "hdf5 magic": b"\x89HDF\r\n\x1a\n" + bytes(100),
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("what", OTHERS)
def test_other_files(tmp_path, ending, what):
    sentence = said(written(tmp_path, ending, OTHERS[what]))
    assert "must be" in sentence or "no usable" in sentence
    assert f"model{ending}" in sentence


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_and_nothing(tmp_path, ending):
    (tmp_path / f"folder{ending}").mkdir()
    for name in (f"folder{ending}", f"nothing{ending}"):
        assert name in said(tmp_path / name)


@pytest.mark.parametrize("ending", GOOD)
def test_a_file_cut_anywhere(tmp_path, ending):
    content = GOOD[ending]()
    cut = [size for size in hostile.edges(content) if not said(written(tmp_path, ending, content[:size]))]
    # Behind the graph of an ONNX file stands only a version.
    assert min(cut, default=len(content)) > 0.9 * len(content)
    assert ending == ".onnx" or not cut


@pytest.mark.parametrize("ending", GOOD)
@settings(max_examples=60)
@given(st.data())
def test_changed_bytes(tmp_path_factory, ending, data):
    content = bytearray(GOOD[ending]())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    said(written(tmp_path_factory.mktemp("changed"), ending, content))


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=30)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\x80\x02}", struct.pack("<Q", 40) + b"{", b"\x08\x08\x12\x04"]), st.binary()
)
def test_random_bytes(tmp_path_factory, ending, start, rest):
    assert said(written(tmp_path_factory.mktemp("random"), ending, start + rest))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_pickle_is_never_run(tmp_path, ending):
    mark = tmp_path / "mark"
    for pickled in hostile.pickles(mark):
        assert said(written(tmp_path, ending, pickled))
        for name in ("archive/data.pkl", "data.pkl", "config.json", "model.weights.h5"):
            entries = unzipped(GOOD[ending]()) if ending in (".pt", ".pth", ".keras") else {"archive/version": b"3"}
            assert said(written(tmp_path, ending, zipped(entries | {name: pickled}))) or name not in entries
    assert not mark.exists()


def bomb(entries, name, size=10**9 // 4):
    return zipped(entries | {name: bytes(size)}, compression=zipfile.ZIP_DEFLATED)


def without_numbers(arrays):
    return {name: {"dtype": "F32", "shape": list(shape), "data_offsets": [0, 24]} for name, shape in arrays.items()}


def spoilt(array):
    changed = array.copy()
    changed[0, 0] = np.nan
    return changed


def nodewise_with(**arrays):
    layers = [{"kind": "dense", "activation": "relu"}, {"kind": "dense", "activation": "identity"}]
    held = {"0.weight": W1, "0.bias": B1, "1.weight": W2, "1.bias": B2} | {
        n.replace("_", "."): a for n, a in arrays.items()
    }
    return hostile.to_safetensors(
        held, {"nodewise": hostile.json.dumps({"version": 1, "layers": layers, "labels": {}})}
    )


def keras_deep():
    return zipped(keras_entries() | {"config.json": b'{"config":' * 10**5 + b"1" + b"}" * 10**5})


# Ending, what is wrong, the file, and a part of what is said of it.
TABLE = [
    (".nodewise", "trillion", lambda: header(without_numbers({"0.weight": TRILLION})), "damaged or of another kind"),
    (".nodewise", "nan", lambda: nodewise_with(**{"0_weight": spoilt(W1)}), "weight of layer 1 must be finite. Got nan at [0, 0]; train the network again, with smaller steps."),
    (".nodewise", "deep", lambda: documented(lambda d: "[" * 10**5), "(RecursionError)"),
    (".nodewise", "deep inside", lambda: documented(lambda d: '{"version":' * 10**5), "(RecursionError)"),
    (".nodewise", "classes in lists", lambda: documented(lambda d: d["labels"].update(classes=[[1], [2]])), "no usable"),
    (".nodewise", "too many names", lambda: documented(lambda d: d["labels"].update(feature_names=["x"] * 9)), "no usable"),
    (".nodewise", "unknown labels", lambda: documented(lambda d: d["labels"].update(evil="abc")), ""),
    (".nodewise", "names of numbers", lambda: documented(lambda d: d["labels"].update(output_names=5)), "(TypeError)"),
    (".nodewise", "origin of texts", lambda: documented(lambda d: d["labels"].update(origin={"kind": "a", "probes": "b"})),
     "(TypeError)"),
    (".nodewise", "origin of others", lambda: documented(lambda d: d["labels"].update(origin={"evil": 1})), "damaged"),
    (".nodewise", "no layers", lambda: documented(lambda d: d.update(layers=[])), "at least one Dense layer"),
    (".nodewise", "endless layers", lambda: documented(lambda d: d.update(layers=[d["layers"][0]] * 10**5)), "KeyError"),
    (".nodewise", "version of text", lambda: documented(lambda d: d.update(version="1")), "(TypeError)"),
    (".safetensors", "trillion", lambda: header(without_numbers({"0.weight": TRILLION})), "damaged file"),
    (".safetensors", "no numbers at all", lambda: header({}, 0), "at least one Linear layer"),
    (".safetensors", "nan", lambda: hostile.to_safetensors({"0.weight": spoilt(W1)}), "weights must be finite. Got nan"),
    (".safetensors", "an empty dimension of 10^12",
     lambda: header({"0.weight": {"dtype": "F32", "shape": [0, 10**12], "data_offsets": [0, 0]}}, 0), "Got 0 with weight [0,"),
    (".safetensors", "overlapping", lambda: header(without_numbers({"0.weight": (2, 3), "0.bias": (2, 3)})), "damaged"),
    (".pt", "trillion", lambda: pt(listing([("0.weight", TRILLION, 10**12)])), "damaged file"),
    (".pt", "trillion of one number", lambda: pt(listing([("0.weight", TRILLION, 12)])), "damaged file"),
    (".pt", "nan", lambda: pt(listing([("0.weight", (4, 3), 12)]), spoilt(W1)), "weights must be finite. Got nan"),
    (".pt", "bomb", lambda: bomb(unzipped(hostile.torch()), "archive/data/0"), "unpacks to more than its"),
    (".pt", "twice", lambda: hostile.twice(hostile.torch()), "two members of one name"),
    (".pt", "outside", lambda: zipped(unzipped(hostile.torch()) | {"../../mark": b"x", "/tmp/mark": b"x"}), ""),
    (".pt", "deep", lambda: pt(b"\x80\x02" + b"(" * 10**5 + b"."), "model.pt must be"),
    (".pt", "too long", lambda: pt(b"\x80\x02" + b"(" * 3 * 10**6 + b"."), "or one that is too long"),
    (".pt", "memo", lambda: pt(b"\x80\x02]" + b"q\x00h\x00a" * 10**5 + b"."), "model.pt must be"),
    (".keras", "bomb", lambda: bomb(keras_entries(), "model.weights.h5"), "must unpack to at most"),
    (".keras", "bomb of text", lambda: bomb(keras_entries(), "config.json"), "must unpack to at most"),
    (".keras", "twice", lambda: hostile.twice(hostile.keras()), "two entries of one name"),
    (".keras", "outside", lambda: zipped(keras_entries() | {"../../mark": b"x", "/tmp/mark": b"x"}), ""),
    (".keras", "deep", keras_deep, "(RecursionError)"),
    (".keras", "lambda", lambda: keras_layer(class_name="Lambda"), "Lambda (layer first) holds code"),
    (".keras", "own class", lambda: keras_layer(module="os", class_name="system"), "without running code"),
    (".keras", "trillion", lambda: keras_layer(units=10**12), "no usable .keras file"),
    (".keras", "nan", lambda: zipped(keras_entries((spoilt(W1), B1, W2, B2))), "finite"),
    (".keras", "a bomb in the weights", lambda: zipped(keras_entries() | {"model.weights.h5": chunked()}), "plain arrays"),
    (".onnx", "trillion", lambda: onnx_weight(dims=TRILLION), "as many numbers as its shape says"),
    (".onnx", "nan", lambda: onnx_weight(spoilt(W1)), "weight of layer 1 must be finite. Got nan"),
    (".onnx", "absolute", lambda: onnx_outside("/etc/passwd"), "a file of its own folder only"),
    (".onnx", "outside", lambda: onnx_outside("../secret"), "a file of its own folder only"),
    (".onnx", "outside with detours", lambda: onnx_outside("./a/../../secret"), "a file of its own folder only"),
    (".onnx", "symlink", lambda: onnx_outside("link"), "a file of its own folder only"),
    (".onnx", "backslashes", lambda: onnx_outside("..\\secret"), "a file of its own folder only"),
    (".onnx", "itself", lambda: onnx_outside("model.onnx", length=10**12), "Some lie beyond its end"),
    (".onnx", "deep", lambda: onnx_deep(), "model.onnx must be an ONNX model"),
]  # fmt: skip


def pt(pickled, array=W1):
    return zipped(
        {"data.pkl": pickled, "version": b"3\n", "byteorder": b"little", "data/0": array.tobytes()}, "archive/"
    )


def keras_layer(**changes):
    entries = keras_entries()
    config = hostile.json.loads(entries["config.json"])
    layer = config["config"]["layers"][1]
    for name, value in changes.items():
        (layer if name in layer else layer["config"])[name] = value
    return zipped(entries | {"config.json": hostile.json.dumps(config).encode()})


def chunked():
    """Return weights that are a gigabyte of zeros, packed to next to nothing."""
    file = hostile.io.BytesIO()
    with hostile.h5py.File(file, "w") as store:
        for place, name, shape in (("dense", "first", (3, 4)), ("dense_1", "last", (4, 1))):
            group = store.create_group(f"layers/{place}/vars")
            group.attrs["name"] = name
            group.create_dataset("0", shape, "f4", chunks=True, compression="gzip")
            group.create_dataset("1", (10**8,), "f4", chunks=True, compression="gzip")
    return file.getvalue()


def onnx_weight(array=W1, dims=None, **outside):
    from onnx import TensorProto, numpy_helper

    from onnx_graphs import Graph

    tensor = numpy_helper.from_array(np.ascontiguousarray(array.T), "w")
    if dims:
        tensor.dims[:] = dims
    if outside:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
    for key, value in outside.items():
        tensor.external_data.add(key=key, value=str(value))
    graph = Graph(np.float32)
    graph.arrays.append(tensor)
    graph.last = graph.op("MatMul", "x", "w")
    return graph.model().SerializeToString()


def onnx_outside(location, **more):
    return onnx_weight(location=location, **more)


def onnx_deep():
    """Return a graph within a node within a graph …, deeper than protobuf reads."""
    inner = b""
    for _ in range(3000):
        for tag in (0x32, 0x2A, 0x0A):  # of AttributeProto.g, NodeProto.attribute, GraphProto.node
            inner = bytes([tag]) + varint(len(inner)) + inner
    return b"\x3a" + varint(len(inner)) + inner


def varint(value):
    found = []
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


@pytest.mark.parametrize(
    ("ending", "make", "part"), [(e, m, p) for e, _, m, p in TABLE], ids=[f"{e} {w}" for e, w, _, _ in TABLE]
)
def test_the_table(tmp_path, ending, make, part):
    (tmp_path / "secret").write_bytes(W1.tobytes())
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    sentence = said(written(folder, ending, make()))
    assert part in sentence
    assert bool(sentence) == bool(part)
    assert {path.name for path in tmp_path.iterdir()} == {"secret", "folder"}
