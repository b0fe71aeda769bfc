// The picture: how similar the input is to each node's row, whether the node fires, and how the votes add up.

import { nice } from "../../core/numbers.ts";
import { frame, type Box, type Frame, type Size } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import { nodeColour, type Theme } from "../../draw/theme.ts";
import { tickLabels, ticks, widened } from "../../draw/ticks.ts";
import { rememberedOf } from "../../state/memories.ts";
import type { Scene } from "../../state/scene.ts";
import { layoutOf, middleOf, ROW, wordsAt, type Layout } from "./layout.ts";
import { linesOf, type Line } from "./rows.ts";
import { drawSimilarity, similarityAxes } from "./similarity.ts";
import { answer, firing, place, subject, target } from "./words.ts";

const BAR = 13; // CSS pixels

export function drawMemories(pen: Pen, size: Size, scene: Scene, theme: Theme): void {
  const lines = linesOf(scene);
  const layout = layoutOf(size.width, lines.length);
  const votes = frame(layout.votes, widened([0, ...lines.flatMap(({ from, to }) => [from, to])], 0.13), [0, 1]);
  const similarity = similarityAxes(layout.similarity, scene, lines);
  drawWords(pen, size, layout, scene, theme);
  drawScale(pen, similarity, similarity.at, theme);
  drawScale(pen, votes, ticks(votes.x, Math.max(2, layout.votes.width / 90)), theme, target(scene));
  lines.forEach((line, place) => {
    const y = middleOf(layout, place);
    const look = lookOf(scene, line, theme);
    if (look.lit) pen.rect(0, y - ROW / 2, size.width, ROW, { colour: theme.range });
    const letters = { colour: theme.ink, size: 12, baseline: "middle", most: layout.names.width } as const;
    pen.text(line.name, layout.names.x, y, { ...letters, bold: look.lit || line.name === "sum" });
    if (line.node !== null) {
      drawSimilarity(pen, similarity, rememberedOf(scene).value, line.node, y, look, theme);
      drawFires(pen, layout, rememberedOf(scene).value.fires[line.node], y, look, theme);
    }
    drawVote(pen, votes, line, lines[place + 1], y, look, theme);
  });
}

interface Look {
  colour: string;
  alpha: number;
  lit: boolean;
  off: boolean;
}

function lookOf(scene: Scene, line: Line, theme: Theme): Look {
  if (line.node === null) {
    const colour = line.name === "sum" ? theme.ink : line.name === "bias" ? theme.faint : theme.rest;
    return { colour, lit: false, alpha: 0.85, off: false };
  }
  const key = rememberedOf(scene).value.key(line.node);
  const off = scene.silent.value.has(key);
  const colour = nodeColour(scene.order.value.indexOf(line.node), theme);
  return { colour, lit: scene.lit.value === key, alpha: off ? 0.3 : 0.9, off };
}

function drawWords(pen: Pen, size: Size, layout: Layout, scene: Scene, theme: Theme): void {
  const { wide } = layout;
  const said = subject(scene);
  const asked = `${said[0].toUpperCase()}${said.slice(1)}, ${place(scene)}`;
  const words = wide ? [`${asked}: ${answer(scene)}`] : [asked, answer(scene)];
  words.forEach((text, line) => {
    pen.text(text, 0, wordsAt(line), { colour: theme.ink, size: 12, baseline: "top", most: size.width });
  });
  const letters = { colour: theme.faint, size: 11, baseline: "top" } as const;
  pen.text(firing(scene, !wide), 0, wordsAt(words.length), { ...letters, most: size.width });
  const heads: [Box, string][] = [
    [layout.similarity, similarityHead(scene, wide)],
    [layout.fires, wide ? "fires?" : ""],
    [layout.votes, wide ? "votes, one after the other" : "votes"],
  ];
  for (const [box, text] of heads) pen.text(text, box.x, layout.heads, { ...letters, most: box.width + 10 });
}

function similarityHead(scene: Scene, wide: boolean): string {
  const name = rememberedOf(scene).value.single ? "dot product" : "cosine";
  return wide ? `${name} with its row; mark: threshold` : name;
}

function drawScale(pen: Pen, { box, toX }: Frame, at: readonly number[], theme: Theme, name = ""): void {
  const { labels, behind } = tickLabels(at);
  at.forEach((value, i) => {
    const x = Math.round(toX(value)) + 0.5;
    pen.line([x, x], [box.y, box.y + box.height], { colour: value === 0 ? theme.faint : theme.grid });
    const letters = { colour: theme.faint, size: 11, align: "center", baseline: "top" } as const;
    pen.text(labels[i], x, box.y + box.height + 4, letters);
  });
  const letters = { colour: theme.ink, size: 12, align: "center", baseline: "top", most: box.width } as const;
  if (name) pen.text(`${name}${behind}`, box.x + box.width / 2, box.y + box.height + 20, letters);
}

function drawFires(pen: Pen, { fires: box, wide }: Layout, does: boolean, y: number, look: Look, theme: Theme): void {
  const fires = does && !look.off;
  const colour = fires ? theme.ink : theme.faint;
  pen.dots([box.x + 6], [y], 4, { colour: fires ? theme.ink : theme.paper }, { colour, width: 1.3 });
  const letters = { colour, size: 11, baseline: "middle", most: box.width - 14 } as const;
  if (wide) pen.text(look.off ? "off" : fires ? "fires" : "silent", box.x + 15, y, letters);
}

/** A vote, from where the one above it ends, with its number; and the joint to the next. */
function drawVote(
  pen: Pen, axes: Frame, line: Line, next: Line | undefined, y: number, look: Look, theme: Theme,
): void {
  const [from, to] = [axes.toX(line.from), axes.toX(line.to)];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  pen.rect(left, y - BAR / 2, Math.max(1, right - left), BAR, { colour: look.colour, alpha: look.alpha });
  if (next && next.from === line.to) {
    pen.line([to, to], [y - BAR / 2, y + ROW + BAR / 2], { colour: theme.faint, dash: [2, 2] });
  }
  const added = line.name !== "bias" && line.name !== "sum";
  const text = `${added && line.vote > 0 ? "+" : ""}${nice(line.vote)}`.replace(/^-/, "−");
  const room = right + pen.measure(text, 11) <= axes.box.x + axes.box.width;
  const letters = { colour: theme.ink, size: 11, baseline: "middle", align: room ? "left" : "right" } as const;
  pen.text(text, room ? right + 5 : left - 5, y, letters);
}
