// From a box in space to the picture: turned by azimuth and elevation, seen from far away, so that parallels stay
// parallel.

import type { Size } from "../../draw/frame.ts";

/** Half the width of the box along both features, and half its height. */
export const HALF = 1;
export const HALF_HEIGHT = 0.8;

export interface Projection {
  /** Pixels of a point of the box: x and y within ±HALF, z within ±HALF_HEIGHT. */
  x(x: number, y: number, z: number): number;
  y(x: number, y: number, z: number): number;
  /** The direction to the person who looks: along both features, and upwards. */
  toward: readonly [number, number, number];
  /** The same along the features alone, which there is from above, too. */
  azimuth: readonly [number, number];
  /** The elevation in degrees. */
  elevation: number;
}

const SIDE = 62; // CSS pixels beside the box, for numbers and names
const ABOVE = 10;
const BELOW = 48;

/**
 * Returns the projection that shows the whole box, however it is turned, at the same scale.
 *
 * @param turn Azimuth and elevation in degrees; at azimuth -90 the first feature runs to the right.
 */
export function projection(turn: readonly [number, number], size: Size): Projection {
  const elevation = Math.min(90, Math.max(0, turn[1]));
  const [a, e] = [(turn[0] * Math.PI) / 180, (elevation * Math.PI) / 180];
  const [sinA, cosA, sinE, cosE] = [Math.sin(a), Math.cos(a), Math.sin(e), Math.cos(e)];
  const wide = 2 * Math.SQRT2 * HALF;
  const high = wide * sinE + 2 * HALF_HEIGHT * cosE;
  const room = { width: Math.max(40, size.width - 2 * SIDE), height: Math.max(40, size.height - ABOVE - BELOW) };
  const scale = Math.min(room.width / wide, room.height / high);
  const middleX = size.width / 2;
  const middleY = ABOVE + room.height / 2;
  return {
    x: (x, y) => middleX + scale * (-sinA * x + cosA * y),
    y: (x, y, z) => middleY - scale * (cosE * z - sinE * (cosA * x + sinA * y)),
    toward: [cosA * cosE, sinA * cosE, sinE],
    azimuth: [cosA, sinA],
    elevation,
  };
}
