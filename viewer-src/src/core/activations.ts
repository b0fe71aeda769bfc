// The table of activations, as in nodewise.activations: same names, same formulas, same branches.
import { erf } from "./erf.ts";

export { erf };

/** The line slope·z + intercept that an activation approaches, or waves around. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** The wave amplitude·cos(frequency·z + phase). */
export interface Wave {
  readonly amplitude: number;
  readonly frequency: number;
  readonly phase: number;
}

export interface Straight {
  readonly corners: readonly number[];
  slope(z: number): number;
}

export interface Activation {
  readonly formula: string;
  readonly low: number;
  readonly high: number;
  /** The lines for z → -∞ and z → +∞, or null. */
  readonly left: Line | null;
  readonly right: Line | null;
  /** If not null, φ(z) = right(z) + wave(z) for every z. */
  readonly wave: Wave | null;
  /** The smallest Lipschitz constant; infinite for one that jumps. */
  readonly lipschitz: number;
  /** Of one that consists of straight lines: where they meet, in one period if it has one, and their slope at z. */
  readonly straight: Straight | null;
  readonly period: number | null;
  /** Whether a larger z always gives a larger φ(z) (of softmax: whether the order of the nodes stays). */
  readonly rising?: true;
  /** Whether φ acts on all nodes of its layer together; then `apply` computes it. */
  readonly joint?: true;
  value(z: number): number;
  apply?(nodes: readonly Float64Array[], out: readonly Float64Array[]): void;
}

const TAU = 2 * Math.PI;
const SQRT_HALF = Math.sqrt(0.5);
const FLAT: Line = { slope: 0, intercept: 0 };
const DIAGONAL: Line = { slope: 1, intercept: 0 };
const constant = (intercept: number): Line => ({ slope: 0, intercept });

const BOTH: [number, number] = [-Infinity, Infinity];
const UNIT: [number, number] = [0, 1];
const SIGNED: [number, number] = [-1, 1];
const POSITIVE: [number, number] = [0, Infinity];
const RISING: Partial<Activation> = { rising: true };

function row(
  formula: string, range: [number, number], lipschitz: number, left: Line | null, right: Line | null,
  value: (z: number) => number, more: Partial<Activation> = {},
): Activation {
  const [low, high] = range;
  return { formula, low, high, lipschitz, left, right, value, wave: null, straight: null, period: null, ...more };
}

function straight(corners: readonly number[], slope: (z: number) => number): Partial<Activation> {
  return { straight: { corners, slope } };
}

function sigmoid(z: number): number {
  // exp of a negative number only: no overflow, and full relative precision in both tails.
  const small = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : small) / (1 + small);
}

function triangle(z: number): number {
  const turns = z / TAU;
  return 1 - 4 * Math.min(Math.abs(turns - Math.floor(turns + 0.5)), 0.5);
}

function triangleSlope(z: number): number {
  const turns = z / TAU;
  return Math.sign(Math.floor(turns + 0.5) - turns) * (2 / Math.PI);
}

// Like nodewise.activations: no overflow, no cancellation.
function mish(z: number): number {
  const e = Math.exp(-Math.abs(z));
  const top = z > 0 ? 1 + 2 * e : e * (e + 2);
  return z * (top / (top + (z > 0 ? 2 * e * e : 2)));
}

function geluTanh(z: number): number {
  const cut = Math.max(Math.min(z, 25), -25);
  return z * sigmoid(2 * Math.sqrt(2 / Math.PI) * cut * (1 + 0.044715 * cut * cut));
}

function leakyRelu(slope: number): Activation {
  return row(
    `z if z > 0 else ${slope}·z`, BOTH, Math.max(1, slope), { slope, intercept: 0 }, DIAGONAL,
    (z) => (z > 0 ? z : slope * z), { ...RISING, ...straight([0], (z) => (z > 0 ? 1 : slope)) },
  );
}

function elu(alpha: number, formula: string): Activation {
  return row(
    formula, [-alpha, Infinity], Math.max(1, alpha), constant(-alpha), DIAGONAL,
    (z) => (z > 0 ? z : alpha * Math.expm1(z)), RISING,
  );
}

/** Rows of which there is one for every number: "leaky_relu(0.2)". */
const FAMILIES: Readonly<Record<string, (parameter: number) => Activation>> = {
  leaky_relu: leakyRelu,
  elu: (alpha) => elu(alpha, `z if z > 0 else ${alpha}·(exp(z) - 1)`),
};

function softmax(nodes: readonly Float64Array[], out: readonly Float64Array[]): void {
  for (let s = 0; s < nodes[0].length; s++) {
    let most = -Infinity;
    let sum = 0;
    for (const node of nodes) most = Math.max(most, node[s]);
    for (let i = 0; i < nodes.length; i++) sum += out[i][s] = Math.exp(nodes[i][s] - most);
    for (const node of out) node[s] /= sum;
  }
}

// Comparisons are written so that what is no number stays none.
export const activations: Readonly<Record<string, Activation>> = {
  identity: row("z", BOTH, 1, DIAGONAL, DIAGONAL, (z) => z, { ...RISING, ...straight([], () => 1) }),
  sigmoid: row("1 / (1 + exp(-z))", UNIT, 0.25, FLAT, constant(1), sigmoid, RISING),
  tanh: row("tanh(z)", SIGNED, 1, constant(-1), constant(1), Math.tanh, RISING),
  hard_tanh: row(
    "min(max(z, -1), 1)", SIGNED, 1, constant(-1), constant(1),
    (z) => (z < -1 ? -1 : z > 1 ? 1 : z), straight([-1, 1], (z) => (Math.abs(z) < 1 ? 1 : 0)),
  ),
  softsign: row("z / (1 + |z|)", SIGNED, 1, constant(-1), constant(1), (z) => z / (1 + Math.abs(z)), RISING),
  relu: row(
    "max(0, z)", POSITIVE, 1, FLAT, DIAGONAL, (z) => (z < 0 ? 0 : z), straight([0], (z) => (z > 0 ? 1 : 0)),
  ),
  leaky_relu: leakyRelu(0.01),
  elu: elu(1, "z if z > 0 else exp(z) - 1"),
  gelu: row(
    "z·Φ(z)", [-0.16997120747990369, Infinity], 1.1289041451851548, FLAT, DIAGONAL,
    (z) => 0.5 * z * (1 + erf(z * SQRT_HALF)),
  ),
  gelu_tanh: row(
    "z·(1 + tanh(√(2/π)·(z + 0.044715·z³))) / 2", [-0.17004075057125406, Infinity], 1.1289930686587717, FLAT, DIAGONAL,
    geluTanh,
  ),
  silu: row(
    "z / (1 + exp(-z))", [-0.27846454276107374, Infinity], 1.0998393201288669, FLAT, DIAGONAL,
    (z) => z * sigmoid(z),
  ),
  hard_swish: row(
    "z·min(max(z/6 + 1/2, 0), 1)", [-0.375, Infinity], 1.5, FLAT, DIAGONAL,
    (z) => z * (z < -3 ? 0 : z > 3 ? 1 : z / 6 + 0.5),
  ),
  mish: row(
    "z·tanh(log(1 + exp(z)))", [-0.30884341301725043, Infinity], 1.0884981612517279, FLAT, DIAGONAL, mish,
  ),
  softplus: row(
    "log(1 + exp(z))", POSITIVE, 1, FLAT, DIAGONAL,
    (z) => (z < 0 ? 0 : z) + Math.log1p(Math.exp(-Math.abs(z))), RISING,
  ),
  gaussian: row("exp(-z²)", UNIT, Math.sqrt(2 / Math.E), FLAT, FLAT, (z) => Math.exp(-z * z)),
  step: row(
    "1 if z > 0 else 0", UNIT, Infinity, FLAT, constant(1), (z) => (z > 0 ? 1 : 0), straight([0], () => 0),
  ),
  abs: row(
    "|z|", POSITIVE, 1, { slope: -1, intercept: 0 }, DIAGONAL, Math.abs, straight([0], (z) => (z > 0 ? 1 : -1)),
  ),
  cosine: row("cos(z)", SIGNED, 1, FLAT, FLAT, Math.cos, {
    wave: { amplitude: 1, frequency: 1, phase: 0 }, period: TAU,
  }),
  sine: row("sin(z)", SIGNED, 1, FLAT, FLAT, Math.sin, {
    wave: { amplitude: 1, frequency: 1, phase: -Math.PI / 2 }, period: TAU,
  }),
  snake: row(
    "z + sin²(z)", BOTH, 2, { slope: 1, intercept: 0.5 }, { slope: 1, intercept: 0.5 },
    (z) => z + Math.sin(z) ** 2, { wave: { amplitude: 0.5, frequency: 2, phase: Math.PI }, rising: true },
  ),
  triangle: row(
    "1 - 2·d(z)/π, d the distance to the nearest multiple of 2π", SIGNED, 2 / Math.PI, null, null, triangle,
    { ...straight([0, Math.PI], triangleSlope), period: TAU },
  ),
  saw: row("z - floor(z)", UNIT, Infinity, null, null, (z) => z - Math.floor(z), {
    ...straight([0], () => 1), period: 1,
  }),
  softmax: row("exp(z) / Σ exp(z) over all nodes of the layer", UNIT, 0.5, null, null, () => NaN, {
    joint: true, rising: true, apply: softmax,
  }),
};

const met = new Map<string, Activation>();

/** The family of a name such as "leaky_relu(0.2)" and the number in the brackets; null of a name without. */
export function parameter(name: string): { family: string; number: number } | null {
  const found = /^(\w+)\((\d[\d.]*(?:e[+-]?\d+)?)\)$/.exec(name);
  return found && Object.hasOwn(FAMILIES, found[1]) ? { family: found[1], number: Number(found[2]) } : null;
}

/** Returns the row of an activation; throws an Error if there is none of this name. */
export function find(name: string): Activation {
  if (Object.hasOwn(activations, name)) return activations[name];
  const given = parameter(name);
  if (!given) throw new Error(`An activation must be one this page knows. Got ${name}.`);
  if (!met.has(name)) met.set(name, FAMILIES[given.family](given.number));
  return met.get(name) as Activation;
}
