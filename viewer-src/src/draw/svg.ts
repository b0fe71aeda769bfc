// The pen that writes SVG. Texts become text nodes of a document, so no name can become markup.

import { textWidth } from "./measure.ts";
import { FONT, fitted, type Fill, type Letters, type Pen, type Stroke } from "./pen.ts";

const SPACE = "http://www.w3.org/2000/svg";
const BASELINES = { top: "text-before-edge", middle: "central", alphabetic: "alphabetic", bottom: "text-after-edge" };
const ANCHORS = { left: "start", center: "middle", right: "end" };

export interface Sheet {
  pen: Pen;
  /** The whole document as text. */
  text(): string;
}

/** An empty SVG document of `width` by `height` CSS pixels and the pen that fills it. */
export function svgSheet(width: number, height: number, paper: string): Sheet {
  const page = document.implementation.createDocument(SPACE, "svg", null);
  const root = page.documentElement;
  attributes(root, { xmlns: SPACE, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONT });
  let parent: Element = root;
  let clips = 0;
  const add = (name: string, values: Record<string, string | number>, text?: string): Element => {
    const element = page.createElementNS(SPACE, name);
    attributes(element, values);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const pen: Pen = {
    line(xs, ys, style) {
      add("path", { d: path(xs, ys), fill: "none", "stroke-linejoin": "round", ...stroked(style) });
    },
    area(xs, ys, style, edge) {
      add("path", { d: `${path(xs, ys)}Z`, ...filled(style), ...(edge ? stroked(edge) : {}) });
    },
    rect(x, y, w, h, style, edge) {
      const box = { x: round(x), y: round(y), width: round(w), height: round(h) };
      add("rect", { ...box, ...filled(style), ...(edge ? stroked(edge) : {}) });
    },
    dots(xs, ys, radius, style, edge) {
      for (let i = 0; i < xs.length; i++) {
        if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) continue;
        const place = { cx: round(xs[i]), cy: round(ys[i]), r: radius };
        add("circle", { ...place, ...filled(style), ...(edge ? stroked(edge) : {}) });
      }
    },
    text(text: string, x: number, y: number, letters: Letters) {
      const size = letters.size ?? 12;
      const words = letters.most === undefined ? text : fitted(pen, text, size, letters.most, letters.bold);
      const turn = `rotate(-90 ${round(x)} ${round(y)})`;
      const turned: Record<string, string> = letters.upright ? { transform: turn } : {};
      add(
        "text",
        {
          x: round(x),
          y: round(y),
          fill: letters.colour,
          "font-size": size,
          "font-weight": letters.bold ? 600 : 400,
          "text-anchor": ANCHORS[letters.align ?? "left"],
          "dominant-baseline": BASELINES[letters.baseline ?? "alphabetic"],
          ...turned,
        },
        words,
      );
    },
    measure: textWidth,
    image(pixels, x, y, w, h) {
      const store = document.createElement("canvas");
      store.width = pixels.width;
      store.height = pixels.height;
      store.getContext("2d")?.putImageData(pixels, 0, 0);
      const box = { x: round(x), y: round(y), width: round(w), height: round(h) };
      add("image", { href: store.toDataURL("image/png"), preserveAspectRatio: "none", ...box });
    },
    clip(x, y, w, h, inside) {
      const id = `clip${++clips}`;
      const box = page.createElementNS(SPACE, "rect");
      attributes(box, { x: round(x), y: round(y), width: round(w), height: round(h) });
      add("clipPath", { id }).append(box);
      const outer = parent;
      parent = add("g", { "clip-path": `url(#${id})` });
      inside();
      parent = outer;
    },
  };
  pen.rect(0, 0, width, height, { colour: paper });
  return { pen, text: () => new XMLSerializer().serializeToString(page) };
}

function attributes(element: Element, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (name !== "xmlns") element.setAttribute(name, String(value));
  }
}

function stroked(style: Stroke): Record<string, string | number> {
  const dash: Record<string, string> = style.dash ? { "stroke-dasharray": style.dash.join(" ") } : {};
  return { stroke: style.colour, "stroke-width": style.width ?? 1, "stroke-opacity": style.alpha ?? 1, ...dash };
}

function filled(style: Fill): Record<string, string | number> {
  return { fill: style.colour, "fill-opacity": style.alpha ?? 1 };
}

function path(xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  const parts: string[] = [];
  let down = false;
  for (let i = 0; i < xs.length; i++) {
    const seen = Number.isFinite(xs[i]) && Number.isFinite(ys[i]);
    if (seen) parts.push(`${down ? "L" : "M"}${round(xs[i])} ${round(ys[i])}`);
    down = seen;
  }
  return parts.join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
