"""Kills studies at random moments until they are done, for `test_kills`: kills.py FOLDER KILLS SEED.

Each study runs in a child forked from this process, which has loaded all that is needed and no JAX: so a kill takes
milliseconds. Prints how many of the kills found the study at work.
"""

import os
import random
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nodewise as nw
import quick_training

quick_training.install(pause=0.004)
DATA = nw.problems.sine()


def study(folder):
    with ThreadPoolExecutor(2) as pool:
        return nw.study(DATA, hidden=[2, 3], starts=64, chunk=4, engine=pool, store=folder)


def forked(folder):
    """Run the study in a child and return its id."""
    child = os.fork()
    if not child:
        signal.alarm(60)
        study(folder)
        os._exit(0)
    return child


def ended(child):
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def chunks(folder):
    return set((folder / "killed" / "chunks").glob("*/*.safetensors"))


def main(folder, kills, seed):
    chance, midway = random.Random(seed), 0
    folder = Path(folder)
    began = time.perf_counter()
    reference = study(folder / "undisturbed")
    span = time.perf_counter() - began
    for _ in range(kills):
        before = chunks(folder)
        children = [forked(folder / "killed") for _ in range(chance.choice([1, 1, 2]))]
        time.sleep(chance.uniform(0, span))
        for child in children:
            os.kill(child, signal.SIGKILL)
        midway += sum(map(ended, children)) > 0
        assert before <= chunks(folder)  # nothing that was finished is lost
        told = (folder / "killed" / "study.json").exists()
        if told and not (found := nw.open_study(folder / "killed")).missing:
            quick_training.same(found, reference)
            shutil.rmtree(folder / "killed")
    quick_training.same(study(folder / "killed"), reference)
    sys.stdout.write(str(midway))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
