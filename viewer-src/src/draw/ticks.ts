// Where an axis has its ticks, and what stands at them.

export type Range = readonly [number, number];

/** Round numbers, 1, 2 or 5 times a power of ten apart, about `count` of them within the range. */
export function ticks([low, high]: Range, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const error = rough / power;
  const step = power * (error >= 7.07 ? 10 : error >= 3.16 ? 5 : error >= 1.41 ? 2 : 1);
  const found: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) {
    if (found.length > 100) break;
    found.push(clean(i * step, step));
  }
  return found;
}

/** What stands at a tick: as many digits as tell it from its neighbours. */
export function tickLabel(value: number, all: readonly number[]): string {
  if (value === 0) return "0";
  const step = all.length > 1 ? Math.abs(all[1] - all[0]) : Math.abs(value);
  const largest = Math.max(...all.map(Math.abs));
  if (largest >= 1e6 || step < 1e-4) return value.toExponential(digitsBetween(largest, step)).replace("e+", "e");
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
