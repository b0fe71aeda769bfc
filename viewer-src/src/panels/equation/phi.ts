// Each activation φ(z): how it is written in place, or its name and what that stands for; in every form.

import { parameter } from "../../core/activations.ts";

/** Templates in which @ stands for the argument. */
export interface Phi {
  text: string;
  latex: string;
  python: string;
  /** What a name stands for; none of an activation that is written out in place. */
  meaning?: { text: string; latex: string; python: string; note?: string };
}

const own = (name: string, text: string, latex: string, python: string, note?: string): Phi => {
  const said = name.replace("_", "\\_");
  return {
    text: `${name}(@)`,
    latex: `\\operatorname{${said}}\\left(@\\right)`,
    python: `${name}(@)`,
    meaning: { text, latex, python, note },
  };
};

const FALLING = "np.exp(-np.abs(z))"; // cannot overflow
const LOGISTIC = `np.exp(np.minimum(z, 0.0)) / (1.0 + ${FALLING})`;

const CUT = "np.minimum(25.0, np.abs(z))";
const GATE = `np.exp(-1.5957691216057308 * ${CUT} * (1.0 + 0.044715 * np.square(${CUT})))`;

const PHI: Readonly<Record<string, Phi>> = {
  identity: { text: "@", latex: "@", python: "@" },
  sigmoid: {
    ...own("sigmoid", "1/(1 + exp(−z))", "\\frac{1}{1 + e^{-z}}", LOGISTIC),
    text: "σ(@)",
    latex: "\\sigma\\left(@\\right)",
  },
  tanh: { text: "tanh(@)", latex: "\\tanh\\left(@\\right)", python: "np.tanh(@)" },
  hard_tanh: own(
    "hard_tanh", "max(−1, min(1, z))", "\\max\\left(-1, \\min\\left(1, z\\right)\\right)",
    "np.maximum(-1.0, np.minimum(1.0, z))",
  ),
  softsign: own("softsign", "z/(1 + |z|)", "\\frac{z}{1 + \\left|z\\right|}", "z / (1.0 + np.abs(z))"),
  relu: { text: "max(0, @)", latex: "\\max\\left(0, @\\right)", python: "np.maximum(0.0, @)" },
  leaky_relu: own("leaky_relu", "max(0.01·z, z)", "\\max\\left(0.01 \\cdot z, z\\right)", "np.maximum(0.01 * z, z)"),
  elu: own(
    "elu", "max(0, z) + exp(min(0, z)) − 1", "\\max\\left(0, z\\right) + e^{\\min\\left(0, z\\right)} - 1",
    "np.maximum(0.0, z) + np.expm1(np.minimum(0.0, z))",
  ),
  gelu: own(
    "gelu", "z·Φ(z)", "z \\cdot \\Phi\\left(z\\right)", "z * (0.5 * (1.0 + erf(z * 0.7071067811865476)))",
    "Φ(z) is the share of the standard normal distribution below z",
  ),
  gelu_tanh: own(
    "gelu_tanh", "0.5·z·(1 + tanh(0.79788·z·(1 + 0.044715·z²)))",
    "0.5 \\cdot z \\cdot \\left(1 + \\tanh\\left(" +
      "0.79788 \\cdot z \\cdot \\left(1 + 0.044715 \\cdot z^{2}\\right)\\right)\\right)",
    `(\n        np.maximum(0.0, z)\n        - np.abs(z) * ${GATE}\n        / (1.0 + ${GATE})\n    )`,
  ),
  silu: own("silu", "z/(1 + exp(−z))", "\\frac{z}{1 + e^{-z}}", `z * (${LOGISTIC})`),
  hard_swish: own(
    "hard_swish", "z·max(0, min(1, z/6 + 0.5))",
    "z \\cdot \\max\\left(0, \\min\\left(1, \\frac{z}{6} + 0.5\\right)\\right)",
    "z * np.maximum(0.0, np.minimum(1.0, z / 6.0 + 0.5))",
  ),
  mish: own(
    "mish", "z·tanh(ln(1 + exp(z)))", "z \\cdot \\tanh\\left(\\ln\\left(1 + e^{z}\\right)\\right)",
    `z * np.tanh(np.maximum(0.0, z) + np.log1p(${FALLING}))`,
  ),
  softplus: own(
    "softplus", "ln(1 + exp(z))", "\\ln\\left(1 + e^{z}\\right)", `np.maximum(0.0, z) + np.log1p(${FALLING})`,
  ),
  gaussian: own("gaussian", "exp(−z²)", "e^{-z^{2}}", "np.exp(-np.square(z))"),
  step: { text: "[@ > 0]", latex: "\\left[@ > 0\\right]", python: "np.where(@ > 0.0, 1.0, 0.0)" },
  abs: { text: "|@|", latex: "\\left|@\\right|", python: "np.abs(@)" },
  cosine: { text: "cos(@)", latex: "\\cos\\left(@\\right)", python: "np.cos(@)" },
  sine: { text: "sin(@)", latex: "\\sin\\left(@\\right)", python: "np.sin(@)" },
  snake: own("snake", "z + sin(z)²", "z + \\sin\\left(z\\right)^{2}", "z + np.square(np.sin(z))"),
  triangle: own(
    "triangle", "1 − 4·|z/(2·π) − ⌊z/(2·π) + 0.5⌋|",
    "1 - 4 \\cdot \\left|\\frac{z}{2\\pi} - \\left\\lfloor \\frac{z}{2\\pi} + 0.5\\right\\rfloor\\right|",
    "1.0 - 4.0 * np.abs(z / (2.0 * np.pi) - np.floor(z / (2.0 * np.pi) + 0.5))", "⌊z⌋ is z rounded down",
  ),
  saw: own(
    "saw", "z − ⌊z⌋", "z - \\left\\lfloor z\\right\\rfloor", "z - np.floor(z)", "⌊z⌋ is z rounded down",
  ),
};

/** How members of a family are written: the function takes the parameter behind the argument. */
const FAMILIES: Readonly<Record<string, (number: number) => Required<Phi>["meaning"]>> = {
  leaky_relu: (slope) => {
    const [name, said] = slope < 1 ? ["max", `${slope}`] : ["min", `${slope}`];
    return {
      text: `${name}(${said}·z, z)`,
      latex: `\\${name}\\left(${said} \\cdot z, z\\right)`,
      python: `np.${name}imum(${slope} * z, z)`,
    };
  },
  elu: (alpha) => ({
    text: `max(0, z) + ${alpha}·(exp(min(0, z)) − 1)`,
    latex: `\\max\\left(0, z\\right) + ${alpha} \\cdot \\left(e^{\\min\\left(0, z\\right)} - 1\\right)`,
    python: `np.maximum(0.0, z) + ${alpha} * np.expm1(np.minimum(0.0, z))`,
  }),
};

/** A name that Python takes, such as leaky_relu_0_2. */
export function pythonName(activation: string): string {
  return activation.replace(/\)$/, "").replaceAll("-", "minus_").replace(/\W+/g, "_");
}

/** Returns how an activation is written. */
export function phi(activation: string): Phi {
  const given = parameter(activation);
  if (!given) return PHI[activation];
  const { family, number } = given;
  return {
    text: `${family}(@, ${number})`,
    latex: `\\operatorname{${family.replace("_", "\\_")}}\\left(@, ${number}\\right)`,
    python: `${pythonName(activation)}(@)`,
    meaning: FAMILIES[family](number),
  };
}

/** The names that a formula must not take for something else. */
export const NAMES: readonly string[] = Object.keys(PHI);

/** What the activations that are called by name stand for. */
export function named(activations: readonly string[]): Required<Phi>[] {
  return activations.map(phi).filter((one): one is Required<Phi> => !!one?.meaning);
}
