// Where an axis has its ticks, and what stands at them.

import { significant } from "../core/numbers.ts";

export type Range = readonly [number, number];

const ROOM = 6; // letters of a label beside an axis

/** Round numbers, 1, 2 or 5 times a power of ten and at least `least` apart, about `count` of them within the range. */
export function ticks([low, high]: Range, count: number, least = 0): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const error = rough / power;
  const step = Math.max(least, power * (error >= 7.07 ? 10 : error >= 3.16 ? 5 : error >= 1.41 ? 2 : 1));
  const found: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) {
    if (found.length > 100) break;
    found.push(clean(i * step, step));
  }
  return found;
}

/** What stands at the ticks, and behind the axis's name: " − 1e9" where that is taken from all of them. */
export function tickLabels(all: readonly number[]): { labels: string[]; behind: string } {
  const labels = all.map((value) => tickLabel(value, all));
  if (all.length < 2 || labels.every((label) => label.length <= ROOM)) return { labels, behind: "" };
  const step = all[1] - all[0];
  const unit = 10 ** Math.ceil(Math.log10(all[all.length - 1] - all[0]) - 1e-9);
  const base = clean(Math.round(all[all.length >> 1] / unit) * unit, step);
  if (base === 0) return { labels, behind: "" };
  const rest = all.map((value) => clean(value - base, step));
  const sign = base < 0 ? "+" : "−";
  return { labels: rest.map((value) => tickLabel(value, rest)), behind: ` ${sign} ${significant(Math.abs(base), 15)}` };
}

/** As many digits as tell a tick from its neighbours. */
export function tickLabel(value: number, all: readonly number[]): string {
  if (value === 0) return "0";
  const step = all.length > 1 ? Math.abs(all[1] - all[0]) : Math.abs(value);
  const largest = Math.max(...all.map(Math.abs));
  if (largest >= 1e6 || step < 0.999e-3) {
    const text = value.toExponential(digitsBetween(largest, step));
    return text.replace("e+", "e").replace(/\.?0+e/, "e").replace(/^-/, "−");
  }
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))).replace("-", "−");
}

function digitsBetween(largest: number, step: number): number {
  return Math.min(15, Math.max(0, Math.round(Math.log10(largest / step))));
}

function clean(value: number, step: number): number {
  const digits = Math.max(0, Math.min(100, Math.ceil(-Math.log10(step)) + 2));
  return Number(value.toFixed(digits));
}

/** The range of some values, widened by a share on both sides; ±1 around values that are all the same. */
export function widened(values: Iterable<number>, share = 0.05): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [-1, 1];
  if (low === high) {
    const half = Math.abs(low) || 1;
    return [low - half, high + half];
  }
  const pad = share * (high - low);
  return [low - pad, high + pad];
}
