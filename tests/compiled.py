"""Where tests and documentation keep what JAX compiles for them, half of their time: the next run loads it."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def settings() -> dict[str, str | float]:
    """Return JAX's settings for it; in capitals they are the names of environment variables."""
    import jax

    from nodewise.training import runtime

    # Entries hold machine code: a folder per version and processor.
    key = hashlib.sha256(f"{jax.__version__} {runtime._processor()}".encode()).hexdigest()[:12]
    folder = ROOT / ".pytest_cache" / f"jax-{key}"
    return {"jax_compilation_cache_dir": str(folder), "jax_persistent_cache_min_compile_time_secs": 0.05}


def keep() -> None:
    """Let this process keep and load them; those it starts are set up as a user's are."""
    import jax

    for name, value in settings().items():
        jax.config.update(name, value)
