// The plane that points are put on. Each point can be reached with Tab, moved with the arrows, removed with Delete.

import { useRef } from "preact/hooks";
import { classColour } from "../draw/theme.ts";
import { tickLabel, ticks } from "../draw/ticks.ts";
import { rounded, type Points } from "./points.ts";

const WIDTH = 320;
const HEIGHT = 240;
const PAD = { left: 28, right: 8, top: 8, bottom: 20 };
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

interface Props {
  points: Points;
  x: readonly [number, number];
  y: readonly [number, number];
  classes: boolean;
  add(x: number, y: number): void;
  /** Before a point is moved. */
  grab(): void;
  move(index: number, x: number, y: number): void;
  remove(index: number): void;
}

export function Plane({ points, x, y, classes, add, grab, move, remove }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  // While a point is dragged the ranges stay as they were, or the plane would run away under the hand.
  const held = useRef<{ index: number; x: Props["x"]; y: Props["y"] } | null>(null);
  const spanX = held.current?.x ?? x;
  const spanY = held.current?.y ?? y;
  const wide = WIDTH - PAD.left - PAD.right;
  const tall = HEIGHT - PAD.top - PAD.bottom;
  const toX = (value: number) => PAD.left + ((value - spanX[0]) / (spanX[1] - spanX[0])) * wide;
  const toY = (value: number) => PAD.top + ((spanY[1] - value) / (spanY[1] - spanY[0])) * tall;
  const at = (event: MouseEvent): [number, number] => {
    const corner = (svg.current as SVGSVGElement).getBoundingClientRect();
    const px = ((event.clientX - corner.left) / corner.width) * WIDTH;
    const py = ((event.clientY - corner.top) / corner.height) * HEIGHT;
    const valueX = spanX[0] + ((px - PAD.left) / (WIDTH - PAD.left - PAD.right)) * (spanX[1] - spanX[0]);
    const valueY = spanY[1] - ((py - PAD.top) / (HEIGHT - PAD.top - PAD.bottom)) * (spanY[1] - spanY[0]);
    const within = (value: number, [low, high]: Props["x"]) =>
      rounded(Math.min(high, Math.max(low, value)), [low, high]);
    return [within(valueX, spanX), within(valueY, spanY)];
  };
  const key = (event: KeyboardEvent, index: number) => {
    const arrow = ARROWS[event.key];
    if (event.key === "Delete" || event.key === "Backspace") remove(index);
    else if (arrow) {
      const size = event.shiftKey ? 20 : 100;
      const { x: oldX, y: oldY } = points[index];
      if (!event.repeat) grab();
      move(
        index,
        rounded(oldX + (arrow[0] * (spanX[1] - spanX[0])) / size, spanX),
        rounded(oldY + (arrow[1] * (spanY[1] - spanY[0])) / size, spanY),
      );
    } else return;
    event.preventDefault();
  };
  const acrossX = ticks(spanX, 5);
  const acrossY = ticks(spanY, 5);
  return (
    <svg
      ref={svg}
      class="nws-plane"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="group"
      aria-label="Plane: click to put a point, drag to move it, double click to remove it"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        const index = indexOf(event.target);
        if (index === null) return add(...at(event));
        grab();
        held.current = { index, x, y };
        svg.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => held.current && move(held.current.index, ...at(event))}
      onPointerUp={() => (held.current = null)}
      onPointerCancel={() => (held.current = null)}
      onDblClick={(event) => {
        // The events of a pointer that is captured are all of the plane: the point is looked for.
        const index = indexOf(document.elementFromPoint(event.clientX, event.clientY));
        if (index !== null) remove(index);
      }}
    >
      {acrossX.map((value) => (
        <g>
          <line class="nws-sketch-axis" x1={toX(value)} x2={toX(value)} y1={PAD.top} y2={HEIGHT - PAD.bottom} />
          <text x={toX(value)} y={HEIGHT - 6} text-anchor="middle">{tickLabel(value, acrossX)}</text>
        </g>
      ))}
      {acrossY.map((value) => (
        <g>
          <line class="nws-sketch-axis" x1={PAD.left} x2={WIDTH - PAD.right} y1={toY(value)} y2={toY(value)} />
          <text x={PAD.left - 5} y={toY(value) + 4} text-anchor="end">{tickLabel(value, acrossY)}</text>
        </g>
      ))}
      {points.map((point, i) => (
        <circle
          key={i}
          data-index={i}
          // Lower case: on elements of SVG the attribute's name is what is written.
          tabindex={0}
          role="button"
          aria-label={`Point ${i + 1}: ${point.x}, ${point.y}`}
          cx={toX(point.x)}
          cy={toY(point.y)}
          r="6"
          fill={classes ? classColour(point.code) : undefined}
          onKeyDown={(event) => key(event, i)}
        />
      ))}
    </svg>
  );
}

function indexOf(target: EventTarget | null): number | null {
  const index = target instanceof Element ? target.getAttribute("data-index") : null;
  return index === null ? null : Number(index);
}
