"""Every mistake a user can make on the command line: exit code 2 and one sentence or two, word for word."""

import errno
from pathlib import Path

import pytest

ACTIVATIONS = (
    "identity, sigmoid, tanh, hard_tanh, softsign, relu, leaky_relu, elu, gelu, gelu_tanh, silu, hard_swish, mish, "
    "softplus, gaussian, step, abs, cosine, sine, snake, triangle, saw, softmax"
)
PROBLEMS = "sine, step, chirp, absolute, multiplication, sawtooth, sign_with_outlier, moons, circles, spirals, xor"
SIZES = "sizes must be whole numbers from 1 to a million joined by '-', such as 1-100-1."
LINEAR = "For a linear model give hidden=() (--hidden none)."

MISTAKES = {
    "ft": "command must be one of fit, open, family, diagram, equations, memory, study, claims, studio, completion. Got 'ft'. Did you mean 'fit'?",
    "--json fit": "A command must come first: fit, open, family, diagram, equations, memory, study, claims, studio, completion. Got --json.",
    "fit": "nodewise fit needs a TABLE or a problem. Got none; for example: nodewise fit sine",
    "fit sin": f"TABLE must be a table's file, or a problem: {PROBLEMS}. Got 'sin', which is neither. "
    "Did you mean 'sine'?",
    "fit datas.csv --target y": "A table must be an existing file. Got 'datas.csv', which is none. "
    "Did you mean 'data.csv'?",
    "fit sine --hidden 0": f"hidden must be a whole number of at least 1. Got 0. {LINEAR}",
    "fit sine --hidden -1": f"hidden must be a whole number of at least 1. Got -1. {LINEAR}",
    "fit sine --hidden 1.5": f"hidden must be a whole number of at least 1. Got 1.5. {LINEAR}",
    "fit sine --hidden 8,x": f"hidden must be a whole number of at least 1. Got 'x'. {LINEAR}",
    "fit sine --hidden": "--hidden needs a value. Got none; see nodewise fit --help.",
    "fit sine --activation sigmod": f"activation must be one of {ACTIVATIONS}. Got 'sigmod'. Did you mean 'sigmoid'?",
    "fit sine --hidden 3 --activation relu,tanh": "activation must be one name, or one per hidden layer. "
    "Got 2 for 1 hidden layer(s).",
    "fit sine --solver newton": "solver must be one of auto, adam, momentum, gradient_descent, lbfgs, "
    "variable_projection. Got 'newton'.",
    "fit sine --start sprad": "start must be one of spread, spectral, shifted, scattered, glorot, he, lecun, pytorch, keras, uniform. "
    "Got 'sprad'. Did you mean 'spread'?",
    "fit sine --loss cubic": "loss must be one of auto, squared, huber, cross_entropy, perceptron. Got 'cubic'.",
    "fit sine --precision float16": "precision must be one of float64, float32. Got 'float16'. Did you mean 'float64'?",
    "fit sine --steps 0": "steps must be a whole number of at least 1. Got 0.",
    "fit sine --steps many": "steps must be a whole number of at least 1. Got 'many'.",
    "fit sine --steps": "--steps needs a value. Got none; see nodewise fit --help.",
    "fit sine --learning-rate 0": "learning_rate must be a finite number above 0. Got 0. Try 0.01.",
    "fit sine --learning-rate -0.1": "learning_rate must be a finite number above 0. Got -0.1. Try 0.01.",
    "fit sine --frob 1": "Unknown option --frob. See nodewise fit --help.",
    "fit sine --learning-rat 1": "Unknown option --learning-rat. Did you mean --learning-rate?",
    "fit sine --zzz 1": "Unknown option --zzz. See nodewise fit --help.",
    "fit sine --seed 1 --seed 2": "--seed must be given once. Got it more than once.",
    "fit sine --scale=3": "--scale takes no such value. Got '3'; see nodewise fit --help.",
    "fit sine one two": "nodewise fit has no place for 'one', 'two'. "
    "Put a name with spaces in quotes, or leave it out.",
    "fit sine --target y": "--target belongs to a table. Got the problem 'sine'; leave it out.",
    "fit data.csv --target y --noise 1": "--noise belongs to a problem such as sine. Got the table 'data.csv'; "
    "leave it out.",
    "fit sine --samples 1": "samples must be a whole number of at least 2. Got 1.",
    "fit sine --low zero": "low must be a finite number. Got 'zero'.",
    "fit sine --low 3 --high 2": "low must be less than high, a finite distance apart. Got low=3 and high=2.",
    "fit sine --movie avi": "movie must be one of gif, webp, mp4. Got 'avi'.",
    "fit sine --movie gif mp4": "--movie takes at most 1 value. Got 2.",
    "fit sine --settings no.toml": "A settings file must be a readable file. Got 'no.toml': No such file or directory.",
    "fit sine --out data.csv/x": "data.csv/x could not be written: Not a directory. A part of the path is a file; "
    "choose another folder.",
    "fit sine --out data.csv": "data.csv could not be written: File exists. A file of that name is in the way; "
    "choose another folder.",
    "fit data.csv": "target must name a column of data.csv. Got no --target. Its columns are 'time', 'depth', "
    "'pressure (hPa)', 'place'.",
    "fit data.csv --target presure": "target must name a column of data.csv. Got 'presure'. Did you mean 'pressure' "
    "or 'pressure (hPa)'?",
    "open": "MODEL needs a value. Got none; see nodewise open --help.",
    "open no.nodewise": "no.nodewise could not be read: No such file or directory. Check the path.",
    "diagram": "NETWORK needs a value. Got none; see nodewise diagram --help.",
    "diagram net": "NETWORK must be a model's file, or sizes such as 1-2-1. Got 'net', which is neither. "
    "nodewise fit writes such a file.",
    "diagram no.nodewise": "no.nodewise could not be read: No such file or directory. Check the path.",
    "diagram data.csv": "a model's file must end in .nodewise, .onnx, .keras, .pt, .pth or .safetensors. Got data.csv. "
    "Save or export the model in one of these.",
    "diagram data.csv relu": "ACTIVATION belongs to sizes such as 1-2-1. Got the file 'data.csv'; leave it out.",
    "diagram data.csv --seed 1": "--seed belongs to sizes such as 1-2-1. Got the file 'data.csv'; leave it out.",
    "diagram 1-x-1": "sizes must be whole numbers from 1 to a million joined by '-', such as 1-100-1. "
    "Got 'x' at position 2 of '1-x-1'.",
    "diagram 1-2-1 sigmod": f"activation must be one of {ACTIVATIONS}. Got 'sigmod'. Did you mean 'sigmoid'?",
    "diagram 1-2-1 --level operation": "level must be one of operations, bias, nodes, short. Got 'operation'. "
    "Did you mean 'operations'?",
    "diagram 1-2-1 --seed x": "seed must be a whole number of at least 0. Got 'x'.",
    "diagram 1-2-1 --out a.jpg": "a picture's name must end in .png, .svg, .pdf. Got 'a.jpg'.",
    "diagram 1-2-1 --out no/a.svg": "no/a.svg could not be written: No such file or directory. Its folder does not "
    "exist; make it first.",
    "diagram 100-100-1 --level operations": 'a diagram at level "operations" must have at most 2000 boxes. '
    'Got 20807 boxes for 100-100-1 tanh. Use level "nodes", or "short".',
    "family": "SIZES needs a value. Got none; see nodewise family --help.",
    "family 1-x-1": f"{SIZES} Got 'x' at position 2 of '1-x-1'.",
    "family 0-3": f"{SIZES} Got '0' at position 1 of '0-3'.",
    "family 1--1": f"{SIZES} Got nothing at position 2 of '1--1'.",
    "family 3": "sizes must name at least features and outputs, such as 1-1 or 1-100-1. Got '3'; put hidden layers "
    "between them.",
    "family 1-3-1 tan": f"activation must be one of {ACTIVATIONS}. Got 'tan'. Did you mean 'tanh'?",
    "family 1-3-1 --weights glorod": "weights must be one of uniform, glorot, he, lecun, pytorch, normal. "
    "Got 'glorod'. Did you mean 'glorot'?",
    "family 1-3-1 --count 0": "count must be a whole number of at least 1. Got 0.",
    "family 1-3-1 --count -2": "count must be a whole number of at least 1. Got -2.",
    "family 1-3-1 --count many": "count must be a whole number of at least 1. Got 'many'.",
    "family 1-3-1 --count 1000000000": "the weights and biases of a family must fit into 1 GiB. "
    "Got 1000000000 networks 1-3-1, 74.5 GiB. Draw at most 13421772 at a time.",
    "family 1-3-1 --seed -1": "seed must be a whole number of at least 0. Got -1.",
    "family 1-3-1 --points 1": "points must be a whole number of at least 2. Got 1.",
    "family 1-3-1 --network -1": "network must be a whole number of at least 0. Got -1.",
    "family 1-3-1 --network 2 --movie": "--movie walks through all networks. Got --network too; leave one of them out.",
    "family 1-3-1 --movie avi": "movie must be one of gif, webp, mp4. Got 'avi'.",
    "family 4-3-1": "a surface needs two free features. Got 4: x1, x2, x3, x4. Hold the others fixed and draw that "
    "slice, such as at={'x3': 0, 'x4': 0} (--at x3=0,x4=0).",
    "family 3-3-1 --at x3": "--at takes names and numbers, such as x3=0,x4=1.5. Got 'x3'.",
    "family 3-3-1 --at x4=1": "a feature held fixed must be one of x1, x2, x3. Got 'x4'. Did you mean 'x3'?",
    "family 3-3-1 --at x3=nan": "the value of a feature held fixed must be a finite number. Got x3=nan.",
    "family 1-3-1 --at x=0": "at least one feature must be left free. Got values for all: x.",
    "completion ksh": "shell must be one of bash, zsh, fish. Got 'ksh'. Did you mean 'zsh'?",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_refused_in_a_sentence(run, table, words):
    ran = run(*words.split())
    assert ran.err == f"Error: {MISTAKES[words]}\n"
    assert (ran.code, ran.out) == (2, "")
    assert sorted(path.name for path in Path().iterdir()) == ["data.csv"]  # nothing was made


FILES = {
    "steps 3": "s.toml must be TOML, such as: steps = 1000. Got: Expected '=' after a key in a key/value pair "
    "(at line 1, column 7). Correct it.",
    "a = 1\nsteps = ": "s.toml must be TOML, such as: steps = 1000. Got: Invalid value (at end of document). "
    "Correct it.",
    "scale = 'no'": "scale must be True or False. Got 'no'.",
    "steps = '10'": "steps must be a whole number of at least 1. Got '10'.",
    "out = 3": "out must be text. Got 3.",
    "movie = 3": "movie must be one of gif, webp, mp4. Got 3.",
}


@pytest.mark.parametrize("text", FILES)
def test_a_settings_file_is_refused_in_a_sentence(run, text):
    Path("s.toml").write_text(text)
    assert run("fit", "sine", "--settings", "s.toml") == (2, "", f"Error: {FILES[text]}\n")


def test_an_unknown_setting_is_refused_with_the_nearest(run):
    Path("s.toml").write_text("stesp = 3")
    ran = run("fit", "sine", "--settings", "s.toml")
    assert ran.code == 2
    assert ran.err.startswith("Error: A setting in s.toml must be one of table, target, features, weights, task, ")
    assert ran.err.endswith("Got 'stesp'. Did you mean 'steps'?\n")


def test_a_settings_file_that_is_no_text(run):
    Path("s.toml").write_bytes(b"\xff\xfe")
    ran = run("fit", "--settings", "s.toml")
    assert ran == (2, "", "Error: A settings file must be UTF-8 text. Got something else: s.toml.\n")


def test_a_folder_one_may_not_write_to_is_refused_before_training(run, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    monkeypatch.setattr("nodewise.training.fit.fit_with", lambda *_: pytest.fail("trained before the refusal"))
    ran = run("fit", "sine", "--out", "o")
    assert ran == (2, "", "Error: o could not be written: Permission denied. Choose a folder you may write to.\n")


def test_mp4_without_its_encoder(run, monkeypatch):
    monkeypatch.setattr("nodewise.cli.movie.find_spec", lambda _: None)
    assert run("fit", "sine", "--movie", "mp4").err == (
        'Error: movie mp4 needs PyAV: pip install "nodewise[video]". Choose gif or webp to do without.\n'
    )


def test_a_full_disk_leaves_the_verdict_and_no_half_written_file(run, monkeypatch):
    whole = Path.write_bytes

    def until_full(path: Path, content: bytes) -> int:
        if "network" not in path.name:
            whole(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, content)

    monkeypatch.setattr(Path, "write_bytes", until_full)
    monkeypatch.setattr(Path, "write_text", lambda path, text, *_, **__: until_full(path, text.encode()))
    ran = run("fit", "sine", "--steps", 5, "--solver", "adam")
    assert ran.code == 2
    assert ran.err == (
        "Error: nodewise-sine/report.html could not be written: No space left on device. "
        "The disk is full; free some space or choose another folder.\n"
    )
    assert "Wrote nodewise-sine/network.nodewise\n" in ran.out
    assert [path.name for path in Path("nodewise-sine").iterdir()] == ["network.nodewise"]


def test_a_name_from_a_file_cannot_command_the_terminal(run):
    Path("t.csv").write_text("x,\x1b[31my\n1,2\n2,4\n3,5\n")
    ran = run("fit", "t.csv", "--target", "z")
    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "\\x1b[31my" in ran.err
