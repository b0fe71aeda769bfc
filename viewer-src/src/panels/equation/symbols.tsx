// The equations of a large network in the symbols of the essay: x, w, v, y, and how many there are of each.

import type { Dense } from "../../core/network.ts";
import type { Scene } from "../../state/scene.ts";
import { counted, roman } from "../../core/words.ts";
import { MathOf, tokens } from "./math.tsx";
import { phi } from "./phi.ts";
import { MOST } from "./subject.ts";

export function Symbols({ scene }: { scene: Scene }) {
  const layers = scene.trained.value.layers as Dense[];
  const info = scene.doc.network;
  const several = layers.length > 1;
  const activations = [...new Set(layers.map(({ activation }) => activation))].filter((name) => phi(name)?.meaning);
  const of = layers[layers.length - 1].outputs > 1 && layers[layers.length - 1].activation !== "softmax";
  const said = of
    ? "Copied as Python they are all there, else those of the output that is chosen."
    : "The copies hold all of them.";
  return (
    <>
      <p class="nw-faint">
        {counted(info.parameters, "parameter")}; up to {MOST} are written out. {said}
      </p>
      {layers.map((layer, at) => {
        const last = at === layers.length - 1;
        return (
          <div class="nw-layer" key={at}>
            <p class="nw-faint">
              Layer {roman(at + 2)}, {counted(layer.outputs, last ? "output" : "node")}, {layer.activation}
            </p>
            <p class="nw-line">
              <MathOf large>
                {index("v", "j", several ? roman(at + 2) : "")}
                <mo>=</mo>
                <munderover>
                  <mo>∑</mo>
                  <mrow>
                    <mi>i</mi>
                    <mo>=</mo>
                    <mn>1</mn>
                  </mrow>
                  <mn>{layer.inputs}</mn>
                </munderover>
                {index("w", "ij", several ? roman(at + 2) : "")}
                <mo>·</mo>
                {at === 0 ? index("x", "i", "") : index("y", "i", roman(at + 1))}
                <mo>+</mo>
                {index("b", "j", several ? roman(at + 2) : "")}
              </MathOf>
              <span class="nw-then">
                <MathOf large>
                  {index("y", "j", several ? roman(at + 2) : "")}
                  <mo>=</mo>
                  {applied(layer, several ? roman(at + 2) : "")}
                </MathOf>
              </span>
            </p>
          </div>
        );
      })}
      {activations.map((name) => (
        <p class="nw-line nw-faint" key={name}>
          where{" "}
          <MathOf>
            {tokens(phi(name).text.replace("@", "z"))}
            <mo>=</mo>
            {tokens(phi(name).meaning?.text ?? "")}
          </MathOf>
        </p>
      ))}
      <p class="nw-faint">{namesOf(info.feature_names, "x")}; {namesOf(info.output_names, "y")}.</p>
    </>
  );
}

function namesOf(names: readonly string[], letter: string): string {
  const shown = names.slice(0, 12).map((name, i) => `${letter}${i + 1} is ${name}`);
  return shown.join(", ") + (names.length > 12 ? `, … ${names.length - 12} more` : "");
}

/** A letter with indices, and the number of its layer above it. */
function index(letter: string, below: string, above: string) {
  const marks = (
    <mrow>
      {[...below].map((mark) => (
        <mi>{mark}</mi>
      ))}
    </mrow>
  );
  if (!above) {
    return (
      <msub>
        <mi>{letter}</mi>
        {marks}
      </msub>
    );
  }
  return (
    <msubsup>
      <mi>{letter}</mi>
      {marks}
      <mi mathvariant="normal">{above}</mi>
    </msubsup>
  );
}

function applied({ activation, outputs }: Dense, above: string) {
  const v = index("v", "j", above);
  if (activation === "softmax") {
    return (
      <mfrac>
        <msup>
          <mi>e</mi>
          {v}
        </msup>
        <mrow>
          <munderover>
            <mo>∑</mo>
            <mrow>
              <mi>k</mi>
              <mo>=</mo>
              <mn>1</mn>
            </mrow>
            <mn>{outputs}</mn>
          </munderover>
          <msup>
            <mi>e</mi>
            {index("v", "k", above)}
          </msup>
        </mrow>
      </mfrac>
    );
  }
  const [before, after] = phi(activation).text.split("@");
  return (
    <mrow>
      {tokens(before)}
      {v}
      {tokens(after)}
    </mrow>
  );
}
