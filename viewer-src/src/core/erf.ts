// The error function, to float64's precision: a series of positive terms near 0, a continued fraction far out.

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
const BORDER = 2.4; // beyond it the fraction needs fewer terms than the series

/** Returns (2/√π) ∫₀^x exp(-t²) dt. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < BORDER) return series(x);
  if (Number.isNaN(x)) return NaN;
  return Math.sign(x) * (1 - (size > 6 ? 0 : tail(size)));
}

/** erf x = (2/√π) exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5⋯(2n+1)): no term is negative, so none cancels. */
function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (2 * square) / n;
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-square) * sum;
}

/** erfc x = exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), from the inside out. */
function tail(x: number): number {
  let below = x;
  for (let k = Math.ceil(8 + 180 / (x * x)); k > 0; k--) below = x + k / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}
