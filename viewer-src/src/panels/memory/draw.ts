// The picture: how similar the input is to each node's row, whether the node fires, and how the votes add up.

import { nice } from "../../core/numbers.ts";
import { frame, type Box, type Frame, type Size } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import { nodeColour, type Theme } from "../../draw/theme.ts";
import { tickLabels, ticks, widened } from "../../draw/ticks.ts";
import { rememberedOf } from "../../state/memories.ts";
import type { Scene } from "../../state/scene.ts";
import { layoutOf, middleOf, ROW, type Layout } from "./layout.ts";
import { linesOf, type Line } from "./rows.ts";
import { answer, firing, place, subject, target } from "./words.ts";

const BAR = 13; // CSS pixels

export function drawMemories(pen: Pen, size: Size, scene: Scene, theme: Theme): void {
  const lines = linesOf(scene);
  const layout = layoutOf(size, lines.length);
  const votes = frame(layout.votes, widened([0, ...lines.flatMap(({ from, to }) => [from, to])], 0.13), [0, 1]);
  const cosines = frame(layout.cosine, [-1, 1], [0, 1]);
  drawWords(pen, size, layout, scene, theme);
  drawScale(pen, cosines, [-1, 0, 1], theme);
  drawScale(pen, votes, ticks(votes.x, Math.max(2, layout.votes.width / 90)), theme, target(scene));
  lines.forEach((line, at) => {
    const look = lookOf(scene, line, theme);
    drawLit(pen, size, at, look.lit, theme);
    const letters = { colour: theme.ink, size: 12, baseline: "middle", most: layout.names.width } as const;
    pen.text(line.name, layout.names.x, middleOf(at), { ...letters, bold: look.lit || line.name === "sum" });
    if (line.node !== null) drawSimilarity(pen, cosines, layout, scene, line.node, at, look, theme);
    drawVote(pen, votes, line, lines[at + 1], at, look, theme);
  });
}

interface Look {
  colour: string;
  lit: boolean;
  /** Switched off, or not the one that is lit up. */
  alpha: number;
  off: boolean;
}

function lookOf(scene: Scene, line: Line, theme: Theme): Look {
  if (line.node === null) {
    const colour = line.name === "sum" ? theme.ink : line.name === "bias" ? theme.faint : theme.rest;
    return { colour, lit: false, alpha: 0.85, off: false };
  }
  const key = rememberedOf(scene).value.key(line.node);
  const lit = scene.lit.value === key;
  const off = scene.silent.value.has(key);
  return { colour: nodeColour(scene.order.value.indexOf(line.node), theme), lit, alpha: off ? 0.3 : 0.9, off };
}

function drawWords(pen: Pen, size: Size, layout: Layout, scene: Scene, theme: Theme): void {
  const said = subject(scene);
  const first = `${said[0].toUpperCase()}${said.slice(1)}, ${place(scene)}: ${answer(scene)}`;
  pen.text(first, 0, 2, { colour: theme.ink, size: 12, baseline: "top", most: size.width });
  pen.text(firing(scene), 0, 19, { colour: theme.faint, size: 11, baseline: "top", most: size.width });
  const heads: [Box, string][] = [
    [layout.cosine, layout.wide ? "cosine to what it looks for" : "cosine"],
    [layout.fires, layout.wide ? "fires?" : ""],
    [layout.votes, layout.wide ? "votes, one after the other" : "votes"],
  ];
  for (const [box, text] of heads) {
    pen.text(text, box.x, 42, { colour: theme.faint, size: 11, baseline: "top", most: box.width + 10 });
  }
}

function drawScale(pen: Pen, axes: Frame, at: readonly number[], theme: Theme, name = ""): void {
  const { box } = axes;
  const { labels, behind } = tickLabels(at);
  at.forEach((value, i) => {
    const x = Math.round(axes.toX(value)) + 0.5;
    pen.line([x, x], [box.y, box.y + box.height], { colour: value === 0 ? theme.faint : theme.grid });
    const letters = { colour: theme.faint, size: 11, align: "center", baseline: "top" } as const;
    pen.text(labels[i], x, box.y + box.height + 4, letters);
  });
  const letters = { colour: theme.ink, size: 12, align: "center", baseline: "top", most: box.width } as const;
  if (name) pen.text(`${name}${behind}`, box.x + box.width / 2, box.y + box.height + 20, letters);
}

function drawLit(pen: Pen, size: Size, at: number, lit: boolean, theme: Theme): void {
  if (lit) pen.rect(0, middleOf(at) - ROW / 2, size.width, ROW, { colour: theme.range });
}

/** The cosine as a bar from 0, a mark at the one that the threshold is, and whether the node fires. */
function drawSimilarity(
  pen: Pen, axes: Frame, { fires: box, wide }: Layout, scene: Scene, node: number, at: number, look: Look, theme: Theme,
): void {
  const found = rememberedOf(scene).value;
  const y = middleOf(at);
  const [zero, end] = [axes.toX(0), axes.toX(found.cosine[node])];
  const bar = { colour: look.colour, alpha: look.alpha };
  pen.rect(Math.min(zero, end), y - BAR / 2, Math.max(1, Math.abs(end - zero)), BAR, bar);
  const limit = found.threshold[node] / (found.rowLength[node] * found.inputLength);
  if (Math.abs(limit) <= 1) {
    const x = axes.toX(limit);
    pen.line([x, x], [y - ROW / 2 + 2, y + ROW / 2 - 2], { colour: theme.ink, width: 2 });
  }
  const fires = found.fires[node] && !look.off;
  const colour = fires ? theme.ink : theme.faint;
  pen.dots([box.x + 6], [y], 4, { colour: fires ? theme.ink : theme.paper }, { colour, width: 1.3 });
  const letters = { colour, size: 11, baseline: "middle", most: box.width - 14 } as const;
  if (wide) pen.text(look.off ? "off" : fires ? "fires" : "silent", box.x + 15, y, letters);
}

/** A vote, from where the one above it ends, with its number; and the joint to the next. */
function drawVote(pen: Pen, axes: Frame, line: Line, next: Line | undefined, at: number, look: Look, theme: Theme): void {
  const y = middleOf(at);
  const [from, to] = [axes.toX(line.from), axes.toX(line.to)];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  pen.rect(left, y - BAR / 2, Math.max(1, right - left), BAR, { colour: look.colour, alpha: look.alpha });
  if (next && next.from === line.to) {
    pen.line([to, to], [y - BAR / 2, y + ROW + BAR / 2], { colour: theme.faint, dash: [2, 2] });
  }
  const signed = at > 0 && line.name !== "sum" && line.vote > 0 ? "+" : "";
  const text = `${signed}${nice(line.vote)}`.replace("-", "−");
  const wide = pen.measure(text, 11) + 6;
  const room = right + wide <= axes.box.x + axes.box.width + 6;
  const letters = { colour: theme.ink, size: 11, baseline: "middle", align: room ? "left" : "right" } as const;
  pen.text(text, room ? right + 5 : left - 5, y, letters);
}
