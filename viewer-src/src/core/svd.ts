// Singular values and vectors of a matrix, in float64: a QR decomposition by reflections, then Jacobi's rotations.
// Source: Golub & Van Loan, Matrix Computations, 5.2 and 8.6.3.

export interface Svd {
  /** One vector per singular value, the largest first, each [row]. */
  readonly u: Float64Array[];
  readonly singular: number[];
  /** One vector per singular value, each [column]. */
  readonly v: Float64Array[];
}

const SWEEPS = 60;
const ROUNDING = 2 ** -52;

/** Returns A = Σ singular · u · vᵀ of a matrix given as columns, each [row]: as many as rows or columns, if fewer. */
export function svd(columns: readonly Float64Array[]): Svd {
  const rows = columns[0]?.length ?? 0;
  if (rows < columns.length) {
    const { u, singular, v } = svd(transposed(columns, rows));
    return { u: v, singular, v: u };
  }
  const { reflectors, right } = triangular(columns);
  const { turned, v } = rotated(right);
  const lengths = turned.map(length);
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a]);
  const u = order.map((i) => reflected(reflectors, turned[i], lengths[i], rows));
  return { u, singular: order.map((i) => lengths[i]), v: order.map((i) => v[i]) };
}

function transposed(columns: readonly Float64Array[], rows: number): Float64Array[] {
  return Array.from({ length: rows }, (_, r) => Float64Array.from(columns, (column) => column[r]));
}

/** Vectors w of reflections 1 - w·wᵀ, the k-th 0 above row k, that leave only `right`, a triangle [column][row]. */
function triangular(columns: readonly Float64Array[]): { reflectors: Float64Array[]; right: Float64Array[] } {
  const left = columns.map((column) => column.slice());
  const reflectors = left.map((column, k) => {
    const w = reflector(column, k);
    for (let j = k; j < left.length; j++) reflect(w, left[j], k);
    return w;
  });
  return { reflectors, right: left.map((column) => column.slice(0, columns.length)) };
}

function reflector(column: Float64Array, from: number): Float64Array {
  const w = new Float64Array(column.length);
  for (let r = from; r < w.length; r++) w[r] = column[r];
  const whole = length(w);
  if (whole === 0) return w;
  w[from] += w[from] < 0 ? -whole : whole;
  const scale = Math.SQRT2 / length(w);
  for (let r = from; r < w.length; r++) w[r] *= scale;
  return w;
}

function reflect(w: Float64Array, column: Float64Array, from: number): void {
  let along = 0;
  for (let r = from; r < w.length; r++) along += w[r] * column[r];
  for (let r = from; r < w.length; r++) column[r] -= along * w[r];
}

/** The columns turned until each is at right angles to the others, and the vectors they were turned by. */
function rotated(columns: Float64Array[]): { turned: Float64Array[]; v: Float64Array[] } {
  const turned = columns.map((column) => column.slice());
  const v = columns.map((_, i) => Float64Array.from(columns, (__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0, moved = true; moved && sweep < SWEEPS; sweep++) {
    moved = false;
    for (let i = 0; i < turned.length - 1; i++) {
      for (let j = i + 1; j < turned.length; j++) moved = rotate(turned, v, i, j) || moved;
    }
  }
  return { turned, v };
}

function rotate(turned: Float64Array[], v: Float64Array[], i: number, j: number): boolean {
  const [one, other] = [turned[i], turned[j]];
  const [a, b, c] = [dot(one, one), dot(other, other), dot(one, other)];
  if (!(Math.abs(c) > ROUNDING * Math.sqrt(a) * Math.sqrt(b))) return false;
  const ratio = (b - a) / (2 * c);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.hypot(1, tangent);
  turn(one, other, cosine, cosine * tangent);
  turn(v[i], v[j], cosine, cosine * tangent);
  return true;
}

function turn(one: Float64Array, other: Float64Array, cosine: number, sine: number): void {
  for (let r = 0; r < one.length; r++) {
    const [a, b] = [one[r], other[r]];
    one[r] = cosine * a - sine * b;
    other[r] = sine * a + cosine * b;
  }
}

/** The unit vector of all rows that the reflections make of a turned column. */
function reflected(reflectors: readonly Float64Array[], turned: Float64Array, size: number, rows: number) {
  const full = new Float64Array(rows);
  for (let r = 0; r < turned.length; r++) full[r] = size > 0 ? turned[r] / size : 0;
  for (let k = reflectors.length - 1; k >= 0; k--) reflect(reflectors[k], full, k);
  return full;
}

export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let r = 0; r < one.length; r++) sum += one[r] * other[r];
  return sum;
}

/** Length of a vector; by its largest entry first, so that no square overflows or vanishes. */
export function length(vector: ArrayLike<number>): number {
  let largest = 0;
  for (let r = 0; r < vector.length; r++) largest = Math.max(largest, Math.abs(vector[r]));
  if (!(largest > 0) || largest === Infinity) return largest;
  let sum = 0;
  for (let r = 0; r < vector.length; r++) sum += (vector[r] / largest) ** 2;
  return largest * Math.sqrt(sum);
}
