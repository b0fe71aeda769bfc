"""How often every curve through the windows has to rise and fall, and what that asks of nodes that saturate.

**At most n - 1 extrema.** Let f(x) = c + Σ v_i·σ(w·x + b_i) with n sigmoid nodes of one slope w ≠ 0. With u = exp(w·x)
and β_i = exp(b_i), the derivative is w·u·Σ v_i·β_i/(1 + β_i·u)², and

    Σ v_i·β_i/(1 + β_i·u)² = ∫₀^∞ r·[Σ (v_i/β_i)·exp(-r/β_i)]·exp(-r·u) dr.

A Laplace transform has no more zeros than what is transformed has changes of sign, and a sum of exponentials no more
than the sequence of its coefficients has in the order of the exponents (Pólya and Szegő, "Problems and Theorems in
Analysis II", part V, 80 and 77). So f has at most as many extrema as the v_i, in the order of the b_i, have changes of
sign: at most n - 1, and f consists of at most n stretches that rise or fall. In other words: the derivative of σ is a
Pólya frequency function (Schoenberg 1951), which diminishes variation.

**Equal slope** means equal ``|w|``: σ(-z) = 1 - σ(z) turns a node round and moves a constant into c. And tanh(z) =
2σ(2z) - 1, so the same holds for tanh. It does not hold for nodes of several slopes: tanh(0.3·x) - 0.4·tanh(x) has two
extrema; nor for every activation that saturates, because the slopes of softsign fall like 1/z² and not like exp(-z):
softsign(x) - 0.7·softsign(x - 1) has two extrema as well.
"""

import numpy as np
from jaxtyping import Float, Int


def turns(floor: Float[np.ndarray, " place"], ceiling: Float[np.ndarray, " place"]) -> Int[np.ndarray, " turn"]:
    """Return places of an alternating sequence as long as can be: at each the floor lies above the ceiling of the next.

    Or the ceiling below the floor of the next, in turns. A curve through the windows rises or falls between any two
    neighbours, so it has at least as many monotone stretches as there are places but one; none if it may be constant.
    """
    found: list[int] = []
    low = high = 0  # places of the lowest ceiling and of the highest floor since the last turn
    below, above = ceiling.tolist(), floor.tolist()
    rising = None
    for i, (top, bottom) in enumerate(zip(below, above, strict=True)):
        if rising is not True and bottom > below[low]:
            found.append(low)
            rising, high, low = True, i, i
        elif rising is not False and top < above[high]:
            found.append(high)
            rising, high, low = False, i, i
        high = i if bottom > above[high] else high
        low = i if top < below[low] else low
    if rising is not None:
        found.append(high if rising else low)
    return np.array(found, int)
