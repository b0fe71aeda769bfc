// Expressions as MathML, made of elements: every browser draws it, and no name becomes markup.

import type { ComponentChildren } from "preact";
import type { Scene } from "../../state/scene.ts";
import { isNegative } from "./form.ts";
import { phi } from "./phi.ts";
import { digits } from "./text.ts";
import { added, type Part, type Sum, type Symbol, type Term, type Weight } from "./tree.ts";

/** What the numbers are shown with. */
export interface Shown {
  scene: Scene;
  full: boolean;
  edits: Readonly<Record<string, number>>;
  picked: string | null;
}

export function MathOf({ children, large }: { children: ComponentChildren; large?: boolean }) {
  return <math displaystyle={large}>{children}</math>;
}

/** A number; a click picks its weight in the diagram. */
export function number(weight: Weight, shown: Shown) {
  const [mantissa, power] = digits(Math.abs(weight.value), weight, shown.full).split("e");
  const marks = [
    ...(weight.name in shown.edits ? ["nw-edited"] : []),
    ...(weight.name === shown.picked ? ["nw-chosen"] : []),
  ];
  const pick = () => {
    shown.scene.view.weight.value = weight.name;
  };
  return (
    <mrow class={`nw-number ${marks.join(" ")}`} onClick={pick}>
      <mn>{mantissa}</mn>
      {power !== undefined && (
        <>
          <mo>×</mo>
          <msup>
            <mn>10</mn>
            <mn>{power.replace("-", "−")}</mn>
          </msup>
        </>
      )}
    </mrow>
  );
}

// Said aloud, because at the beginning of a piece a sign would stand close.
const CLOSE = { lspace: "0", rspace: "0" } as const;
const SPACED = { lspace: "0.22em", rspace: "0.22em" } as const;

/** A term in the pieces between which a line may be broken: before, within and behind an activation. */
export function pieces(of: Term, first: boolean, shown: Shown): ComponentChildren[] {
  const { factor } = of;
  if (factor?.kind !== "applied") return [term(of, first, shown)];
  const [before, after] = phi(factor.activation).text.split("@");
  const inner = added(factor.of);
  const head = (
    <>
      {term({ ...of, factor: null }, first, shown)}
      <mo>·</mo>
      {tokens(before)}
    </>
  );
  return inner.map((one, i) => (
    <>
      {i === 0 && head}
      {term(one, i === 0, shown)}
      {i === inner.length - 1 && tokens(after)}
    </>
  ));
}

/** A term with its sign; the sign of the first is left out where it is plus. */
function term(of: Term, first: boolean, shown: Shown) {
  const negative = isNegative(of.weight);
  return (
    <>
      {(negative || !first) && <mo {...(first ? CLOSE : SPACED)}>{negative ? "−" : "+"}</mo>}
      {number(of.weight, shown)}
      {of.factor && (
        <>
          <mo>·</mo>
          {of.factor.kind === "sum" && <mo stretchy={false}>(</mo>}
          {part(of.factor, shown)}
          {of.factor.kind === "sum" && <mo stretchy={false}>)</mo>}
        </>
      )}
    </>
  );
}

export function part(of: Part, shown: Shown): ComponentChildren {
  switch (of.kind) {
    case "symbol":
      return symbol(of);
    case "applied": {
      const [before, after] = phi(of.activation).text.split("@");
      return (
        <mrow>
          {tokens(before)}
          {sum(of.of, shown)}
          {tokens(after)}
        </mrow>
      );
    }
    case "share":
      return (
        <mfrac>
          {power(of.of)}
          <mrow>{of.all.map((one, i) => [i > 0 && <mo>+</mo>, power(one)])}</mrow>
        </mfrac>
      );
    default:
      return sum(of, shown);
  }
}

function sum(of: Sum, shown: Shown) {
  return <mrow>{added(of).map((one, i) => term(one, i === 0, shown))}</mrow>;
}

const power = (of: Symbol) => (
  <msup>
    <mi>e</mi>
    {symbol(of)}
  </msup>
);

export function symbol({ letter, below, given }: Symbol) {
  const numbered = given ? /^([\p{L}])_?(\d+)$/u.exec(letter) : null;
  const marks = numbered ? [numbered[2]] : below;
  const name = <mi>{numbered ? numbered[1] : letter}</mi>;
  if (marks.length === 0) return name;
  return (
    <msub>
      {name}
      <mrow>{marks.map((mark, i) => [i > 0 && <mo>,</mo>, <mn>{mark}</mn>])}</mrow>
    </msub>
  );
}

/** A formula written as text, such as 1/(1 + exp(−z)), as elements. */
export function tokens(text: string) {
  const found = text.match(/\p{L}+|[\d.]+|[^\s]/gu) ?? [];
  return found.map((token, i) => {
    if (/^\p{L}/u.test(token)) return <mi>{token}</mi>;
    if (/^\d/.test(token)) return <mn>{token}</mn>;
    const close = token === "−" && /^[(,]?$/.test(found[i - 1] ?? "");
    return <mo stretchy={false} {...(close ? CLOSE : {})}>{token}</mo>;
  });
}
