// The pen that draws on a canvas.

import { fontOf, textWidth } from "./measure.ts";
import { fitted, type Fill, type Letters, type Pen, type Stroke } from "./pen.ts";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export function canvasPen(context: Context): Pen {
  const stroke = (style: Stroke) => {
    context.globalAlpha = style.alpha ?? 1;
    context.strokeStyle = style.colour;
    context.lineWidth = style.width ?? 1;
    context.setLineDash(style.dash ? [...style.dash] : []);
    context.stroke();
    context.globalAlpha = 1;
  };
  const fill = (style: Fill) => {
    context.globalAlpha = style.alpha ?? 1;
    context.fillStyle = style.colour;
    context.fill();
    context.globalAlpha = 1;
  };
  const trace = (xs: ArrayLike<number>, ys: ArrayLike<number>) => {
    let down = false;
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i];
      const y = ys[i];
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        down = false;
      } else if (down) {
        context.lineTo(x, y);
      } else {
        context.moveTo(x, y);
        down = true;
      }
    }
  };
  let font = ""; // the one that is set: to set it again takes as long as to draw a word
  const restore = () => {
    context.restore();
    font = "";
  };
  const pen: Pen = {
    line(xs, ys, style) {
      context.beginPath();
      context.lineJoin = "round";
      trace(xs, ys);
      stroke(style);
    },
    area(xs, ys, style, edge) {
      context.beginPath();
      trace(xs, ys);
      context.closePath();
      fill(style);
      if (edge) stroke(edge);
    },
    rect(x, y, width, height, style, edge) {
      context.beginPath();
      context.rect(x, y, width, height);
      fill(style);
      if (edge) stroke(edge);
    },
    dots(xs, ys, radius, style, edge) {
      context.beginPath();
      for (let i = 0; i < xs.length; i++) {
        if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) continue;
        context.moveTo(xs[i] + radius, ys[i]);
        context.arc(xs[i], ys[i], radius, 0, 2 * Math.PI);
      }
      fill(style);
      if (edge) stroke(edge);
    },
    text(text: string, x: number, y: number, letters: Letters) {
      const size = letters.size ?? 12;
      const words = letters.most === undefined ? text : fitted(pen, text, size, letters.most, letters.bold);
      const wanted = fontOf(size, letters.bold);
      if (wanted !== font) context.font = font = wanted;
      context.fillStyle = letters.colour;
      context.textAlign = letters.align ?? "left";
      context.textBaseline = letters.baseline ?? "alphabetic";
      if (!letters.upright) {
        context.fillText(words, x, y);
        return;
      }
      context.save();
      context.translate(x, y);
      context.rotate(-Math.PI / 2);
      context.fillText(words, 0, 0);
      restore();
    },
    measure: textWidth,
    image(pixels, x, y, width, height) {
      const store = new OffscreenCanvas(pixels.width, pixels.height);
      store.getContext("2d")?.putImageData(pixels, 0, 0);
      context.imageSmoothingEnabled = true;
      context.drawImage(store, x, y, width, height);
    },
    clip(x, y, width, height, inside) {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      inside();
      restore();
    },
  };
  return pen;
}
