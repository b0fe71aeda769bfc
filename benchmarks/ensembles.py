"""Many trainings of one setting, on one core: ours in chunks, others one by one and in batches.

    python benchmarks/ensembles.py            everything, about five minutes
    python benchmarks/ensembles.py against    only one part: against, linear or limit

Every way is a process of its own, and the processes take turns, so that a change in the machine's speed meets all.
Times are of the processor (no process here has more than one thread at work), so that other programs do not count.
"""

import argparse
import multiprocessing
import os
import resource
import time

import numpy as np
from peers import RATE, STEPS, samples

NETWORKS = [("sigmoid", 10), ("relu", 100)]
STARTS = (1, 32, 256, 4096)


def ours(precision, starts, solver="adam"):
    def prepare(activation, hidden):
        from nodewise.training.runtime import own_process

        own_process()
        import nodewise as nw
        from nodewise.training.ensemble import ensemble
        from nodewise.training.settings import Settings

        data = nw.problems.sine()

        def train(seed):
            settings = Settings(
                (hidden,), activation, solver, STEPS, RATE, "glorot", starts, precision=precision, seed=seed
            )  # fmt: skip
            return ensemble(data, settings).losses

        return train, starts

    return prepare


def scikit_learn(activation, hidden):
    import warnings

    from sklearn.neural_network import MLPRegressor

    x, y = samples()
    act = {"sigmoid": "logistic", "relu": "relu"}[activation]

    def train(seed):
        net = MLPRegressor(
            hidden_layer_sizes=(hidden,), activation=act, solver="adam", alpha=0.0, batch_size=len(x),
            learning_rate_init=RATE, max_iter=STEPS, tol=0, n_iter_no_change=STEPS, random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return net.fit(x[:, None], y).loss_

    return train, 1


def pytorch_eager(activation, hidden):
    import torch

    torch.set_num_threads(1)
    x, y = (torch.tensor(part[:, None], dtype=torch.float32) for part in samples())
    act = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU}[activation]

    def train(seed):
        torch.manual_seed(seed)
        net = torch.nn.Sequential(torch.nn.Linear(1, hidden), act(), torch.nn.Linear(hidden, 1))
        optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(net(x), y)
            loss.backward()
            optimizer.step()
        return loss.item()

    return train, 1


def pytorch_batched(how, starts):
    def prepare(activation, hidden):
        import torch

        torch.set_num_threads(1)
        x, y = (torch.tensor(part[:, None], dtype=torch.float32) for part in samples())
        act = {"sigmoid": torch.sigmoid, "relu": torch.relu}[activation]

        def one(w, b, v, c):
            return ((act(x @ w + b) @ v + c - y) ** 2).mean()

        def bmm(p):
            w, b, v, c = p
            out = torch.baddbmm(c, act(torch.baddbmm(b, x.expand(starts, -1, -1), w)), v)
            loss = ((out - y) ** 2).mean((1, 2))
            return torch.autograd.grad(loss.sum(), p), loss

        vmapped = torch.func.vmap(torch.func.grad_and_value(one, argnums=(0, 1, 2, 3)))

        def train(seed):
            torch.manual_seed(seed)
            p = [torch.randn(starts, 1, hidden), torch.zeros(starts, 1, hidden)]
            p += [torch.randn(starts, hidden, 1) / hidden, torch.zeros(starts, 1, 1)]
            p = [part.requires_grad_(how == "bmm") for part in p]
            optimizer = torch.optim.Adam(p, lr=RATE)
            for _ in range(STEPS):
                gradients, loss = bmm(p) if how == "bmm" else vmapped(*p)
                for part, gradient in zip(p, gradients, strict=True):
                    part.grad = gradient
                optimizer.step()
            return loss.detach().numpy()

        return train, starts

    return prepare


# name → how to prepare it; that returns a function of a seed and the number of trainings it does
WAYS = {f"nodewise float32, {n} starts": ours("float32", n) for n in STARTS}
WAYS["nodewise float64, 256 starts"] = ours("float64", 256)
WAYS |= {"scikit-learn, one by one": scikit_learn, "PyTorch eager, one by one": pytorch_eager}
WAYS |= {f"PyTorch {how}, {n} starts": pytorch_batched(how, n) for how in ("vmap", "bmm") for n in (32, 256)}
FIRST = "nodewise float32, 256 starts"


def worker(prepare, activation, hidden, pipe):
    train, count = prepare(activation, hidden)
    while (seed := pipe.recv()) is not None:
        began = time.process_time()
        assert np.isfinite(train(seed)).all()
        pipe.send((time.process_time() - began) / count)


def against(rounds):
    spawn = multiprocessing.get_context("spawn")
    for activation, hidden in NETWORKS:
        workers, taken = {}, {name: [] for name in WAYS}
        for name in WAYS:
            here, there = spawn.Pipe()
            process = spawn.Process(target=enter, args=(name, activation, hidden, there))
            process.start()
            there.close()  # so that a worker that fails is noticed
            workers[name] = (process, here)
        for turn in range(rounds + 1):  # the first is cold: compiled, where there is something to compile
            for name, (_, pipe) in workers.items():
                pipe.send(turn)
                taken[name].append(pipe.recv())
        for process, pipe in workers.values():
            pipe.send(None)
            process.join()
        base = min(taken[FIRST][1:])
        print(f"\n1-{hidden}-1 {activation}, 50 samples, {STEPS} Adam steps: ms of the processor per training")
        print(f"  {'':32} {'cold':>9} {'warm':>9}    beside {FIRST}")
        for name, seconds in taken.items():
            cold, warm = 1e3 * seconds[0], 1e3 * min(seconds[1:])
            print(f"  {name:32} {cold:9.3f} {warm:9.3f}    {warm / base / 1e3:7.1f} ×", flush=True)


def enter(name, activation, hidden, pipe):
    worker(WAYS[name], activation, hidden, pipe)


def linear():
    """Cost and memory from 10² to 10⁵ starts, as a study does them: in settings of at most 4096 starts."""
    train, _ = ours("float32", 128)("sigmoid", 10)
    train(0)
    print(f"\n1-10-1 sigmoid float32, {STEPS} steps, in turns of at most 4096 starts")
    for starts in (100, 1000, 10_000, 100_000):
        left, began = starts, time.process_time()
        while left:
            few = min(left, 4096)
            ours("float32", few)("sigmoid", 10)[0](left)
            left -= few
        seconds = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  {starts:7} starts: {seconds:7.2f} s, {1e3 * seconds / starts:.3f} ms each, peak {peak:.0f} MB",
            flush=True,
        )


def limit():
    """What this core can do: multiplications and additions in a product of matrices, and in our training."""
    a = np.random.default_rng(0).random((1024, 1024), np.float32)
    best = min(_timed(lambda: a @ a) for _ in range(10))
    print(f"\nOne core multiplies matrices at {2 * 1024**3 / best / 1e9:.0f} GFLOP/s (float32)")
    for activation, hidden in NETWORKS:
        for solver in ("adam", "gradient_descent"):  # the second is what sums and gradients take without Adam's part
            train, count = ours("float32", 256, solver)(activation, hidden)
            train(0)
            seconds = min(_timed(lambda: train(0)) for _ in range(5)) / count  # noqa: B023
            values = hidden * 50 * STEPS / seconds
            name = f"1-{hidden}-1 {activation}, {solver}"
            print(f"  {name}: {1e3 * seconds:.3f} ms each, {values / 1e9:.2f} node values per ns")


def _timed(work):
    began = time.process_time()
    work()
    return time.process_time() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=["against", "linear", "limit"])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if asked.part in (None, "against"):
        against(asked.rounds)
    for name, part in (("linear", linear), ("limit", limit)):
        if asked.part in (None, name):
            part()


if __name__ == "__main__":
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    main()
