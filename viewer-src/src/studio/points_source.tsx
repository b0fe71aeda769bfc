// Points put on a plane by hand: by clicking, by dragging, with the keys, or as numbers in a table.

import { useSignal } from "@preact/signals";
import { refusalAt } from "./field.tsx";
import { Plane } from "./plane.tsx";
import { CLASSES, added, moved, planeRange, removed, type Points } from "./points.ts";
import { change, type Studio } from "./state.ts";
import { numberOr } from "./typed.ts";

const MOST_STEPS_BACK = 200;

export function PointsSource({ studio }: { studio: Studio }) {
  const { classes, curve, plane } = studio.form.value;
  const points = classes ? plane : curve;
  const code = useSignal(0);
  const before = useSignal<readonly Points[]>([]);
  const put = (news: Points) => change(studio, classes ? { plane: news } : { curve: news });
  const keep = () => {
    before.value = [...before.peek(), points].slice(-MOST_STEPS_BACK);
  };
  const set = (news: Points) => {
    keep();
    put(news);
  };
  const undo = () => {
    // A point that was taken and not moved has left the points as they were.
    const last = before.peek().findLastIndex((old) => old !== points);
    if (last < 0) return;
    put(before.peek()[last]);
    before.value = before.peek().slice(0, last);
  };
  const choose = (wanted: boolean) => {
    before.value = [];
    change(studio, { classes: wanted });
  };
  return (
    <div
      onKeyDown={(event) => {
        if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
        event.preventDefault();
        undo();
      }}
    >
      <div class="nws-row" role="group" aria-label="What the points are">
        <button type="button" aria-pressed={!classes} onClick={() => choose(false)}>A curve</button>
        <button type="button" aria-pressed={classes} onClick={() => choose(true)}>Two classes</button>
      </div>
      {classes && (
        <div class="nws-row" role="radiogroup" aria-label="Class of the next point">
          Next point:
          {CLASSES.map((name, i) => (
            <label class="nws-tick">
              <input type="radio" name="nws-class" checked={code.value === i} onChange={() => (code.value = i)} />
              {name}
            </label>
          ))}
        </div>
      )}
      <Plane
        points={points}
        x={planeRange(points, "x")}
        y={planeRange(points, "y")}
        classes={classes}
        add={(x, y) => set(added(points, { x, y, code: classes ? code.value : 0 }))}
        grab={keep}
        move={(index, x, y) => put(moved(points, index, x, y))}
        remove={(index) => set(removed(points, index))}
      />
      <p class="nw-error">{["inputs", "targets", "labels"].map((name) => refusalAt(studio, `source.${name}`))}</p>
      <div class="nws-row">
        <span class="nw-faint">{points.length === 1 ? "1 point" : `${points.length} points`}</span>
        <button type="button" disabled={before.value.length === 0} onClick={undo}>Undo</button>
        <button type="button" disabled={points.length === 0} onClick={() => set([])}>Clear</button>
      </div>
      <details class="nws-fold">
        <summary>As numbers</summary>
        <Numbers points={points} classes={classes} code={code.value} set={set} />
      </details>
    </div>
  );
}

interface NumbersProps {
  points: Points;
  classes: boolean;
  code: number;
  set(points: Points): void;
}

function Numbers({ points, classes, code, set }: NumbersProps) {
  const change = (index: number, name: "x" | "y", text: string) => {
    const value = numberOr(text);
    if (typeof value === "number") set(points.map((point, i) => (i === index ? { ...point, [name]: value } : point)));
  };
  return (
    <div class="nw-table">
      <table>
        <thead>
          <tr>{["x", "y", ...(classes ? ["class"] : []), ""].map((name) => <th scope="col">{name}</th>)}</tr>
        </thead>
        <tbody>
          {points.map((point, i) => (
            <tr>
              {(["x", "y"] as const).map((name) => (
                <td>
                  <input
                    type="number"
                    step="any"
                    aria-label={`${name} of point ${i + 1}`}
                    value={point[name]}
                    onChange={(event) => change(i, name, event.currentTarget.value)}
                  />
                </td>
              ))}
              {classes && (
                <td>
                  <select
                    aria-label={`Class of point ${i + 1}`}
                    value={String(point.code)}
                    onChange={(event) => {
                      const chosen = Number(event.currentTarget.value);
                      set(points.map((old, j) => (j === i ? { ...old, code: chosen } : old)));
                    }}
                  >
                    {CLASSES.map((name, index) => <option value={String(index)}>{name}</option>)}
                  </select>
                </td>
              )}
              <td>
                <button type="button" aria-label={`Remove point ${i + 1}`} onClick={() => set(removed(points, i))}>
                  ×
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" onClick={() => set(added(points, { x: 0, y: 0, code: classes ? code : 0 }))}>
        Add a point
      </button>
    </div>
  );
}
