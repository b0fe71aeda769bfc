"""Statistics over all rows of a 2 GB Parquet file, and the memory they take.

    python benchmarks/streaming.py
    python benchmarks/streaming.py --rows 2000000     a smaller file
    python benchmarks/streaming.py --group 20000000   one row group for all

The file holds random numbers in float64, which do not compress: 12 features and a target. It is written into a
temporary folder and deleted. Each side runs in a fresh process, on one thread for NumPy, and tells rows per second and
the most memory it ever held (VmHWM):

- `nodewise.statistics`, batch by batch, of a 12-20-1 network with tanh;
- `nodewise open`, all of it: statistics, readings of the sample, report;
- `polars.read_parquet`, all columns as one NumPy array, and the network called on it: errors and means, no nodes.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import nodewise as nw

FEATURES, NODES, BATCH = 12, 20, 250_000
PEAK = """
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""
SIDES = {
    "nodewise.statistics": "import nodewise as nw; nw.statistics(nw.open_model({model!r}), {table!r}, 'y')",
    "nodewise open": "from nodewise.cli.main import main; import sys; sys.argv = ['nodewise', 'open', {model!r}, "
    "{table!r}, '--target', 'y', '--out', {out!r}, '--quiet']; assert main() == 0",
    "polars and NumPy": "import nodewise as nw, polars as pl; a = pl.read_parquet({table!r}).to_numpy(); "
    "f = nw.open_model({model!r})(a[:, :-1])[:, 0]; ((f - a[:, -1]) ** 2).mean(); a.mean(axis=0); a.std(axis=0)",
}


def write(path: Path, rows: int, group: int) -> None:
    """Write the table in row groups."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [*(f"x{i + 1}" for i in range(FEATURES)), "y"]
    schema = pa.schema([(name, pa.float64()) for name in names])
    random = np.random.default_rng(0)
    with pq.ParquetWriter(path, schema, use_dictionary=False) as writer:
        for start in range(0, rows, group):
            count = min(group, rows - start)
            writer.write_table(
                pa.table([random.normal(size=count) for _ in names], schema=schema), row_group_size=count
            )


def network(path: Path) -> None:
    """Write the network."""
    random = np.random.default_rng(0)
    first = random.normal(size=(NODES, FEATURES)), random.normal(size=NODES), "tanh"
    last = random.normal(size=(1, NODES)), random.normal(size=1), "identity"
    nw.Network.from_weights([first, last], names=[f"x{i + 1}" for i in range(FEATURES)]).save(path)


def main() -> None:
    """Write, measure, print, delete."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=20_000_000)
    options.add_argument("--group", type=int, default=BATCH)
    options.add_argument("--only", choices=SIDES, action="append")
    chosen = options.parse_args()
    one = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    with tempfile.TemporaryDirectory() as folder:
        table, model = Path(folder, "table.parquet"), Path(folder, "model.nodewise")
        write(table, chosen.rows, chosen.group)
        network(model)
        print(f"{chosen.rows} rows, {table.stat().st_size / 2**30:.2f} GiB, row groups of {chosen.group}")
        for side in chosen.only or SIDES:
            code = SIDES[side].format(table=str(table), model=str(model), out=str(Path(folder, "out")))
            start, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            done = subprocess.run(
                [sys.executable, "-c", code + PEAK], capture_output=True, text=True, check=True, env=os.environ | one
            )
            seconds, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used
            peak = int(done.stdout.split()[-1]) / 2**20
            print(
                f"{side:20} {seconds:6.1f} s  {chosen.rows / seconds / 1e6:6.2f} million rows/s  {peak:5.2f} GiB"
                f"  ({used:.1f} s of processor time)"
            )


if __name__ == "__main__":
    main()
