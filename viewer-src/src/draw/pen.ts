// What every picture is drawn with. A pen writes on a canvas, or writes SVG: a panel does not know which.

export interface Stroke {
  colour: string;
  width?: number;
  dash?: readonly number[];
  alpha?: number;
}

export interface Fill {
  colour: string;
  alpha?: number;
}

export interface Letters {
  colour: string;
  size?: number;
  align?: "left" | "center" | "right";
  baseline?: "top" | "middle" | "alphabetic" | "bottom";
  bold?: boolean;
  /** Turned by 90° against the clock, as a y axis is labelled. */
  upright?: boolean;
  /** Most CSS pixels it may take; longer text ends in "…". */
  most?: number;
}

export interface Pen {
  /** A polyline in CSS pixels; a number that is not finite breaks it. */
  line(xs: ArrayLike<number>, ys: ArrayLike<number>, stroke: Stroke): void;
  /** A filled polygon. */
  area(xs: ArrayLike<number>, ys: ArrayLike<number>, fill: Fill, edge?: Stroke): void;
  rect(x: number, y: number, width: number, height: number, fill: Fill, edge?: Stroke): void;
  dots(xs: ArrayLike<number>, ys: ArrayLike<number>, radius: number, fill: Fill, edge?: Stroke): void;
  text(text: string, x: number, y: number, letters: Letters): void;
  /** Width of a text in CSS pixels. */
  measure(text: string, size: number, bold?: boolean): number;
  /** Pixels [row from the top, column], stretched over a box. */
  image(pixels: ImageData, x: number, y: number, width: number, height: number): void;
  /** Everything `inside` draws is cut at the box. */
  clip(x: number, y: number, width: number, height: number, inside: () => void): void;
}

export const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** `text`, or its beginning and "…" where it is wider than `most`. */
export function fitted(pen: Pen, text: string, size: number, most: number, bold = false): string {
  if (pen.measure(text, size, bold) <= most) return text;
  let end = text.length;
  while (end > 1 && pen.measure(`${text.slice(0, end)}…`, size, bold) > most) end -= 1;
  return `${text.slice(0, end)}…`;
}
