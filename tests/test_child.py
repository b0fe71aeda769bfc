"""What a process of ours for what strangers made may not do. Each test is a fresh process."""

import pytest

CONFINED = "from nodewise import child\nimport {more}\nchild.confine()\n"
REFUSED = """
try:
    {what}
except PermissionError as error:
    assert "is not for this process" in str(error), error
else:
    raise AssertionError("it was done")
"""


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("socket", "socket.socket()"),
        ("socket", "socket.getaddrinfo('localhost', 80)"),
        ("subprocess, sys", "subprocess.run([sys.executable, '--version'])"),
        ("os", "os.system('true')"),
        ("os", "os.fork()"),
        ("pickle", "pickle.loads(b'cbuiltins\\nprint\\n.')"),
        ("pathlib", "pathlib.Path('mark').write_text('x')"),
        ("os", "os.open('mark', os.O_CREAT | os.O_WRONLY)"),
    ],
)
def test_what_is_forbidden(fresh_python, tmp_path, more, what):
    fresh_python("-c", CONFINED.format(more=more) + REFUSED.format(what=what), cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_reading_and_writing_are_told_apart(fresh_python, tmp_path):
    (tmp_path / "a").write_text("text")
    fresh_python(
        "-c",
        "from nodewise import child\nfrom pathlib import Path\nchild.confine(writing=True)\n"
        "Path('b').write_text(Path('a').read_text())",
        cwd=tmp_path,
    )
    assert (tmp_path / "b").read_text() == "text"


def test_limits(fresh_python):
    resource = pytest.importorskip("resource")
    said = fresh_python(
        "-c",
        "import resource; from nodewise import child; child.limit(3 << 30, 30)\n"
        "print([resource.getrlimit(n)[0] for n in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)])",
    )
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    assert said.stdout.strip() == f"[{3 << 30 if hard < 0 else min(3 << 30, hard)}, 31, 0]"


def test_too_much_memory_is_an_error_of_memory(fresh_python):
    pytest.importorskip("resource")
    fresh_python(
        "-c",
        "import sys\nfrom nodewise import child\nchild.limit(child.size() + (64 << 20), 30)\n"
        "try:\n    bytearray(1 << 28)\nexcept MemoryError:\n    sys.exit(0)\n"
        "sys.exit(0 if sys.platform == 'darwin' else 'no error')",
    )


def test_giving_up_the_network_leaves_the_rest(fresh_python, tmp_path):
    (tmp_path / "a").write_text("text")
    done = fresh_python("-c", "from nodewise import child\nchild.offline()\nprint(open('a').read())", cwd=tmp_path)
    assert done.stdout == "text\n"
