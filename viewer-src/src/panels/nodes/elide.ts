// Which nodes are shown one by one, and which only together.

export interface Elided {
  shown: number[];
  rest: number[];
}

/**
 * The first nodes of an order, at most `most` pictures: where there are more, the last picture is of the rest together.
 * A picked node is always shown: it takes the last place of those shown one by one.
 */
export function elided(order: readonly number[], most: number, picked: number | null = null): Elided {
  if (order.length <= most) return { shown: [...order], rest: [] };
  const shown = order.slice(0, Math.max(1, most - 1));
  const rest = order.slice(shown.length);
  const at = picked === null ? -1 : rest.indexOf(picked);
  if (at >= 0) {
    rest[at] = shown[shown.length - 1];
    shown[shown.length - 1] = picked as number;
  }
  return { shown, rest };
}

/** A share as people read it: 41 %, 0.4 %, −3 %. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const size = Math.abs(100 * share);
  if (size === 0) return "0 %";
  if (size < 0.05) return "<0.1 %";
  const digits = size < 9.95 ? size.toFixed(1).replace(/\.0$/, "") : size.toFixed(0);
  return `${share < 0 ? "−" : ""}${digits} %`;
}
