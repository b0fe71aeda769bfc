// A few numbers at the cursor, in the corner of the picture that is farthest from it.

import type { Box } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";

const LINE = 15;
const PAD = 6;
const SIZE = 11;

export interface Row {
  label: string;
  value: string;
  /** A patch of colour before it. */
  colour?: string;
  bold?: boolean;
}

/** Draw a cross at a pixel and the rows beside it; those for which there is no room are left out. */
export function drawReadOut(pen: Pen, box: Box, x: number, y: number, rows: readonly Row[], theme: Theme): void {
  pen.line([x, x], [box.y, box.y + box.height], { colour: theme.ink, dash: [2, 3], alpha: 0.7 });
  pen.line([box.x, box.x + box.width], [y, y], { colour: theme.ink, dash: [2, 3], alpha: 0.7 });
  const fitting = rows.slice(0, Math.max(1, Math.floor((box.height - 4 * PAD) / LINE)));
  const colour = fitting.some((row) => row.colour) ? 12 : 0;
  const most = Math.max(60, box.width * 0.6);
  const labels = Math.max(...fitting.map((row) => pen.measure(row.label, SIZE, row.bold)));
  const values = Math.max(...fitting.map((row) => pen.measure(row.value, SIZE, row.bold)));
  const width = Math.min(most, colour + labels + 10 + values) + 2 * PAD;
  const height = fitting.length * LINE + 2 * PAD - 3;
  const left = x > box.x + box.width / 2 ? box.x + PAD : box.x + box.width - width - PAD;
  const top = y > box.y + box.height / 2 ? box.y + PAD : box.y + box.height - height - PAD;
  pen.rect(left, top, width, height, { colour: theme.paper, alpha: 0.92 }, { colour: theme.faint, width: 0.6 });
  fitting.forEach((row, i) => {
    const at = top + PAD + LINE * (i + 0.5) - 1;
    const letters = { colour: theme.ink, size: SIZE, baseline: "middle", bold: row.bold } as const;
    if (row.colour) pen.rect(left + PAD, at - 4, 8, 8, { colour: row.colour });
    pen.text(row.label, left + PAD + colour, at, { ...letters, most: width - 2 * PAD - colour - values - 8 });
    pen.text(row.value, left + width - PAD, at, { ...letters, align: "right" });
  });
}
