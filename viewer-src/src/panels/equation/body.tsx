// The equation on the page: every term lights up its node, every number can be picked.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { outputOf, type Scene } from "../../state/scene.ts";
import { nodeColour } from "../../draw/theme.ts";
import { pickNode } from "../../state/pick.ts";
import { useTheme } from "../../elements/theme_context.ts";
import { MathOf, part, pieces, symbol, tokens, type Shown } from "./math.tsx";
import { named, phi } from "./phi.ts";
import { latex, text } from "./text.ts";
import { python } from "./python.ts";
import { MOST, systemOf } from "./subject.ts";
import { Symbols } from "./symbols.tsx";
import type { Line, System, Term } from "./tree.ts";

export const TEXTS = {
  tex: { name: "LaTeX", write: (scene: Scene) => latex(systemOf(scene, outputOf(scene)), scene.view.full.value) },
  txt: { name: "text", write: (scene: Scene) => text(systemOf(scene, outputOf(scene)), scene.view.full.value) },
  py: { name: "Python", write: (scene: Scene) => python(systemOf(scene, null), scene.doc.network.text) },
} as const;

export function Body({ scene }: { scene: Scene }) {
  const { full } = scene.view;
  const large = scene.doc.network.parameters > MOST;
  return (
    <div class="nw-equation">
      <div class="nw-switches">
        {!large && (
          <label>
            <input
              type="checkbox"
              checked={full.value}
              onChange={(event) => (full.value = event.currentTarget.checked)}
            />{" "}
            All digits
          </label>
        )}
        {Object.values(TEXTS).map((form) => (
          <Copy key={form.name} scene={scene} {...form} />
        ))}
      </div>
      {large ? <Symbols scene={scene} /> : <Numbers scene={scene} />}
    </div>
  );
}

function Numbers({ scene }: { scene: Scene }) {
  const { view } = scene;
  const system = systemOf(scene, outputOf(scene));
  const shown: Shown = { scene, full: view.full.value, edits: view.edits.value, picked: view.weight.value };
  return (
    <>
      {system.lines.map((line) => (
        <OneLine key={`${line.left.letter}${line.left.below.join("_")}`} line={line} shown={shown} />
      ))}
      <Legend system={system} />
    </>
  );
}

function OneLine({ line, shown }: { line: Line; shown: Shown }) {
  const { left, right } = line;
  const sum = right.kind === "sum" ? right : right.kind === "applied" ? right.of : null;
  const [before, after] = right.kind === "applied" ? phi(right.activation).text.split("@") : ["", ""];
  return (
    <p class="nw-line">
      <Piece scene={shown.scene} node={line.node} off={false}>
        {[
          <>
            {symbol(left)}
            <mo>=</mo>
            {sum ? tokens(before) : part(right, shown)}
          </>,
        ]}
      </Piece>
      {sum?.terms.map((one, i) => (
        <Piece key={one.weight.name} scene={shown.scene} node={one.node} off={one.off} label={spoken(one)}>
          {pieces(one, i === 0, shown)}
        </Piece>
      ))}
      {after && <MathOf>{tokens(after)}</MathOf>}
    </p>
  );
}

const spoken = ({ node, off }: Term): string | undefined => {
  const index = Number(node.split(".")[1]) + 1;
  return node ? `Contribution of node ${index}${off ? ", switched off" : ""}` : undefined;
};

interface PieceProps {
  scene: Scene;
  node: string;
  off: boolean;
  label?: string;
  children: ComponentChildren[];
}

/** A part of an equation that is not broken over two lines; that of a node lights it up. */
function Piece({ scene, node, off, label, children }: PieceProps) {
  const theme = useTheme().value;
  const math = children.map((child, i) => <MathOf key={i}>{child}</MathOf>);
  if (!node) return <span>{math}</span>;
  const enter = () => (scene.hover.value = node);
  const leave = () => (scene.hover.value = null);
  const press = () => pickNode(scene, node);
  const last = Number(node.split(".")[0]) === scene.trained.value.layers.length - 2;
  const rank = last ? scene.order.value.indexOf(Number(node.split(".")[1])) : -1;
  const lit = scene.lit.value === node;
  return (
    <span
      class={`nw-term${lit ? " nw-lit" : ""}${off ? " nw-off" : ""}`}
      style={{ borderColor: rank >= 0 ? nodeColour(rank, theme) : "transparent" }}
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={scene.view.node.value === node}
      onPointerEnter={enter}
      onPointerLeave={leave}
      onFocus={enter}
      onBlur={leave}
      onClick={press}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          press();
          event.preventDefault();
        }
      }}
    >
      {math}
    </span>
  );
}

function Legend({ system }: { system: System }) {
  const said = named(system.activations);
  return (
    <>
      {said.map((phi) => (
        <p class="nw-line nw-faint">
          where{" "}
          <MathOf>
            {tokens(phi.text.replace("@", "z"))}
            <mo>=</mo>
            {tokens(phi.meaning.text)}
          </MathOf>
          {phi.meaning.note && `; ${phi.meaning.note}`}
        </p>
      ))}
    </>
  );
}

interface CopyProps {
  scene: Scene;
  name: string;
  write(scene: Scene): string;
}

function Copy({ scene, name, write }: CopyProps) {
  const said = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(write(scene));
      said.value = "Copied";
    } catch (error) {
      said.value = `Not copied: ${error instanceof Error ? error.message : error}`;
    }
    setTimeout(() => (said.value = ""), 2500);
  };
  return (
    <button type="button" onClick={copy}>
      {said.value || `Copy ${name}`}
    </button>
  );
}
