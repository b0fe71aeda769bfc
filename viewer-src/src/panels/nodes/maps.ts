// Small maps, one per node: how much it adds or takes away at each place of the plane.

import type { Pen } from "../../draw/pen.ts";
import { channels, type Theme } from "../../draw/theme.ts";
import type { Tile } from "./curves.ts";
import type { Profiles } from "./shown.ts";

export function drawMaps(pen: Pen, tiles: readonly Tile[], profile: Profiles, theme: Theme): void {
  tiles.forEach((tile, index) => {
    const values = profile.values[index];
    if (!values) return;
    const { box, scale } = tile;
    const count = Math.sqrt(values.length);
    const most = Math.max(Math.abs(scale[0]), Math.abs(scale[1])) || 1;
    // The outermost points of the grid lie on the edges, the outermost pixels inside of them.
    const extra = box.width / (count - 1) / 2;
    const tall = box.height / (count - 1) / 2;
    const pixels = coloured(values, count, most, tile.on, theme);
    pen.clip(box.x, box.y, box.width, box.height, () => {
      pen.image(pixels, box.x - extra, box.y - tall, box.width + 2 * extra, box.height + 2 * tall);
    });
  });
}

/** From the colour of the negative over paper to that of the positive. */
function coloured(values: Float64Array, count: number, most: number, on: boolean, theme: Theme): ImageData {
  const paper = channels(theme.paper);
  const [up, down] = [channels(theme.positive), channels(theme.negative)];
  const image = new ImageData(count, count);
  const fade = on ? 1 : 0.25;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const value = values[(count - 1 - row) * count + column] / most;
      const end = value >= 0 ? up : down;
      const part = fade * Math.min(1, Math.abs(value));
      const at = 4 * (row * count + column);
      for (let c = 0; c < 3; c++) image.data[at + c] = paper[c] + part * (end[c] - paper[c]);
      image.data[at + 3] = 255;
    }
  }
  return image;
}
