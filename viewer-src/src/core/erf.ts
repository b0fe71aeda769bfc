// The error function to float64's precision: one Taylor series per interval, from a table computed when first used.

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
const BORDER = 2.4; // beyond it the continued fraction needs fewer terms than the series
const LAST = 6; // beyond it 1 - erf is less than half of what 1 can show
const PER_UNIT = 16;
const TERMS = 11; // the next one is below 1e-18 at the end of an interval

let table: Float64Array | null = null;

/** Returns (2/√π) ∫₀^x exp(-t²) dt. */
export function erf(x: number): number {
  const size = x < 0 ? -x : x;
  if (!(size < LAST)) return size >= LAST ? Math.sign(x) : NaN;
  const coefficients = (table ??= coefficientsOfAll());
  const interval = (size * PER_UNIT + 0.5) | 0;
  const d = size - interval / PER_UNIT;
  let at = interval * TERMS + TERMS - 1;
  let sum = coefficients[at];
  for (let n = TERMS - 1; n > 0; n--) sum = sum * d + coefficients[--at];
  return x < 0 ? -sum : sum;
}

function coefficientsOfAll(): Float64Array {
  const result = new Float64Array((LAST * PER_UNIT + 1) * TERMS);
  for (let interval = 0; interval <= LAST * PER_UNIT; interval++) {
    const middle = interval / PER_UNIT;
    // erf'' = -2x·erf', so the coefficients b of erf'(middle + d) follow from each other.
    let [before, b] = [0, TWO_OVER_SQRT_PI * Math.exp(-middle * middle)];
    result[interval * TERMS] = middle < BORDER ? series(middle) : 1 - tail(middle);
    for (let n = 1; n < TERMS; n++) {
      result[interval * TERMS + n] = b / n;
      [before, b] = [b, (-2 * (middle * b + before)) / n];
    }
  }
  return result;
}

/** erf x = (2/√π) exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5⋯(2n+1)): no term is negative, so none cancels. */
function series(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 3; term > 1e-18 * sum; n += 2) {
    term *= (2 * x * x) / n;
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
}

/** erfc x = exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), from the inside out. */
function tail(x: number): number {
  let below = x;
  for (let k = Math.ceil(8 + 180 / (x * x)); k > 0; k--) below = x + k / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}
