"""Real processes and real clusters on this machine, with a worker killed in the middle; and engines that are not there."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

ASKED = {"hidden": [2, 3], "steps": 20, "starts": 24, "chunk": 2}
BESIDE = Path(sys.executable).parent  # where the commands of the packages are
SRC = str(Path(nw.__file__).parents[1])


@pytest.fixture(scope="module", autouse=True)
def without_tokens():
    """A token that Ray finds in the home of whoever runs the tests would be asked for by clusters started here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        yield


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """What is found in this process."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return nw.study(nw.problems.sine(), **ASKED, engine=pool, store=tmp_path_factory.mktemp("study"))


def compare(found, reference):
    """Processes of ours tell XLA to use wide vectors, so the last bits differ."""
    assert (found.missing, found.failures) == (0, ())
    for name in ("hidden", "seed", "ended", "steps_taken"):
        np.testing.assert_array_equal(found.columns()[name], reference.columns()[name])
    for name in ("loss", "error_inside", "error_outside"):
        np.testing.assert_allclose(found.columns()[name], reference.columns()[name], rtol=1e-6)


class KillOnce:
    """Kills a worker when the first trainings are done."""

    def __init__(self, workers):
        self.workers, self.killed = workers, None

    def __call__(self, done, total, *_):
        if self.killed is None and 0 < done < total:
            deadline = time.monotonic() + 60
            while not (found := self.workers()):  # one between two chunks
                assert time.monotonic() < deadline
            self.killed = found[0]
            os.kill(self.killed, signal.SIGKILL)


def in_its_own_process(engine, store, watch=lambda *_: None):
    """The study of a process of its own: Ray leaves threads behind that may bring down a process later."""
    program = (
        "import nodewise as nw\n"
        "if __name__ == '__main__':\n"
        f"    nw.study(nw.problems.sine(), **{ASKED!r}, engine={engine!r}, store={str(store)!r}, "
        "progress=lambda *now: print('progress', *now[:2], flush=True))\n"
    )
    environment = os.environ | {"PYTHONPATH": SRC}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        for line in running.stdout:
            if line.startswith("progress "):
                watch(*map(int, line.split()[1:]))
    assert running.returncode == 0
    return nw.open_study(store)


def processes():
    """(id, parent's id, words) of every process there is."""
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                yield int(path.name), int((path / "stat").read_text().rpartition(")")[2].split()[1]), words
            except OSError:
                continue


def below(parent, name):
    """Processes started by `parent`, or by those it started, whose words hold `name`."""
    every = list(processes())
    found, new = set(), {parent}
    while new:
        found |= new
        new = {own for own, above, _ in every if above in new} - found
    return [own for own, _, words in every if own in found and own != parent and name in words]


def free_port():
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        return here.getsockname()[1]


@pytest.mark.slow
def test_local_processes_with_one_killed(tmp_path, reference):
    kill = KillOnce(lambda: below(os.getpid(), "LokyProcess"))
    found = nw.study(nw.problems.sine(), **ASKED, engine=2, store=tmp_path / "study", progress=kill)
    assert kill.killed
    compare(found, reference)


@pytest.mark.slow
def test_local_processes_end_with_their_study(tmp_path):
    program = (
        "import nodewise as nw\n"
        "if __name__ == '__main__':\n"
        "    nw.study(nw.problems.sine(), hidden=2, starts=100000, chunk=2, engine=2, store='study', "
        "progress=lambda done, *_: done and print('.', flush=True))\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, env=os.environ | {"PYTHONPATH": SRC}, stdout=subprocess.PIPE
    )
    with running:
        running.stdout.readline()
        workers = below(running.pid, "LokyProcess")
        running.kill()
    deadline = time.monotonic() + 60
    while any(own in workers for own, _, _ in processes()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(workers) == 2
    assert len(nw.open_study(tmp_path / "study").trainings) >= 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_with_a_worker_killed(tmp_path, reference):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, env={"PYTHONPATH": SRC}
    ) as cluster:
        kill = KillOnce(lambda: [worker.pid for worker in cluster.workers.values()])
        engine = cluster.scheduler_address.replace("tcp:", "dask:")
        found = nw.study(nw.problems.sine(), **ASKED, engine=engine, store=tmp_path / "study", progress=kill)
    assert kill.killed
    compare(found, reference)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_ray_cluster_with_a_worker_killed(tmp_path, reference):
    pytest.importorskip("ray")
    running, port, _ = _ray_cluster()
    try:
        kill = KillOnce(lambda: below(running.pid, "ray::devoted") or below(running.pid, "ray::IDLE"))
        engine = f"ray:127.0.0.1:{port}"
        found = in_its_own_process(engine, tmp_path / "study", kill)
    finally:
        _end(running)
    assert kill.killed
    compare(found, reference)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_ray_cluster_by_its_client(tmp_path, reference):
    pytest.importorskip("ray")
    running, _, port = _ray_cluster()
    try:
        found = in_its_own_process(f"ray://127.0.0.1:{port}", tmp_path / "study")
    finally:
        _end(running)
    compare(found, reference)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_ray_cluster_that_is_not_there(tmp_path):
    pytest.importorskip("ray")
    engine = f"ray://127.0.0.1:{free_port()}"
    with pytest.raises(NodewiseError) as refused:
        nw.study(nw.problems.sine(), **ASKED, engine=engine, store=tmp_path / "study")
    said = str(refused.value)
    assert said.startswith(f"engine {engine} must be reachable. Tried for up to 10 s: [Errno 111] Connection refused")
    assert said.endswith(". Start it, or leave engine out; the store is kept as it was.")
    assert nw.open_study(tmp_path / "study").missing == 48


def _ray_cluster(tries=3):
    """Start a cluster of one node; its node gives up waiting for its own agents after seconds, so on a busy machine again."""
    ports = [free_port() for _ in range(6)]
    names = (
        "",
        "ray-client-server-",
        "dashboard-agent-listen-",
        "dashboard-agent-grpc-",
        "runtime-env-agent-",
        "metrics-export-",
    )
    command = [BESIDE / "ray", "start", "--head", "--block", "--num-cpus=2", "--include-dashboard=false"]
    command += ["--disable-usage-stats", "--node-ip-address=127.0.0.1", f"--temp-dir=/tmp/ray-{ports[0]}"]
    command += [f"--{name}port={port}" for name, port in zip(names, ports, strict=True)]
    environment = os.environ | {"PYTHONPATH": SRC}
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in running.stdout:
        if "Ray runtime started" in line:
            return running, ports[0], ports[1]
    _end(running)
    assert tries > 1
    return _ray_cluster(tries - 1)


def _end(running):
    for own in [running.pid, *below(running.pid, "")]:
        try:
            os.kill(own, signal.SIGKILL)
        except ProcessLookupError:
            continue
    running.wait()
    running.stdout.close()
    for place in [word.partition("=")[2] for word in map(str, running.args) if word.startswith("--temp-dir=")]:
        shutil.rmtree(place, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_submitit_as_on_slurm(tmp_path, reference, monkeypatch):
    pytest.importorskip("submitit")
    monkeypatch.setenv("PYTHONPATH", SRC)
    asked = ASKED | {"chunk": 12}
    found = nw.study(nw.problems.sine(), **asked, engine="slurm:local", store=tmp_path / "study")
    compare(found, reference)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_that_is_not_there(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("nodewise.studies.study.engines._REACH", 1)
    engine = f"dask://127.0.0.1:{free_port()}"
    with pytest.raises(NodewiseError) as refused:
        nw.study(nw.problems.sine(), **ASKED, engine=engine, store=tmp_path / "study")
    said = str(refused.value)
    assert said.startswith(f"engine {engine} must be reachable. Tried for up to 1 s: ")
    assert said.endswith(". Start it, or leave engine out; the store is kept as it was.")
    assert nw.open_study(tmp_path / "study").missing == 48


@pytest.mark.parametrize("engine", ["dask", "dask:", "dask://", "dask://here:x", "dusk://here:1", "ray", "ray:"])
def test_an_engine_without_an_address_is_none(engine, tmp_path):
    with pytest.raises(NodewiseError) as refused:
        nw.study(nw.problems.sine(), **ASKED, engine=engine, store=tmp_path / "study")
    assert str(refused.value) == (
        "engine must be None, a number of processes, 'dask://HOST:PORT', 'ray://HOST:PORT', 'slurm', or an object with "
        f"submit(...). Got {engine!r}."
    )


def test_slurm_that_is_not_there(tmp_path):
    pytest.importorskip("submitit")
    with pytest.raises(NodewiseError) as refused:
        nw.study(nw.problems.sine(), **ASKED, engine="slurm", store=tmp_path / "study")
    assert str(refused.value).startswith("engine slurm must be reachable. ")


def test_a_package_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NodewiseError) as refused:
        nw.study(nw.problems.sine(), **ASKED, engine="dask://127.0.0.1:1", store=tmp_path / "study")
    assert str(refused.value) == (
        "engine dask://127.0.0.1:1 needs distributed, which is not installed. Install nodewise[cluster]."
    )
