"""Where training runs: on the CPU, in the precision asked for, whatever the user's program has set for itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import jax

from nodewise.errors import NodewiseError

# Above one thread XLA's sums on a CPU differ from run to run; the same seed must give the same numbers.
ONE_THREAD = {"xla_cpu_multi_thread_eigen": False}


@contextmanager
def on_cpu(precision: str) -> Iterator[None]:
    """Run the block's JAX programs on the CPU in "float64" or "float32", by JAX's usual rules.

    A step of a small network takes a microsecond there; on an accelerator the launch of its many small kernels takes a
    hundred times as long.

    Raises:
        NodewiseError: If JAX was told to leave the CPU out.
    """
    try:
        cpu = jax.local_devices(backend="cpu")[0]
    except (RuntimeError, AssertionError):  # which JAX was told to leave out
        raise NodewiseError("training needs JAX's CPU backend. JAX_PLATFORMS leaves it out; add cpu to it.") from None
    with (
        jax.default_device(cpu),
        jax.enable_x64(precision == "float64"),
        jax.numpy_rank_promotion("allow"),
        jax.numpy_dtype_promotion("standard"),
        jax.debug_nans(False),  # a training that diverges is reported, not raised
    ):
        yield
