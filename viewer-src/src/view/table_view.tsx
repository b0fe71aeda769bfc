// The table behind a picture, and how to take it along.

import { useSignal } from "@preact/signals";
import { range, within } from "../core/numbers.ts";
import type { Cell, Panel, Table } from "../panels/panel.ts";
import type { Scene } from "../state/scene.ts";

const MOST_ROWS = 500;

export function TableView({ panel, scene }: { panel: Panel; scene: Scene }) {
  const table = panel.table(scene);
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(asText(table));
    copied.value = true;
  };
  const number = (cell: string | number | null) => (typeof cell === "number" ? cell : Number.NaN);
  const ranges = table.columns.map((_, at) => range(table.rows.map((row) => number(row[at]))));
  const hidden = table.rows.length - MOST_ROWS;
  return (
    <div class="nw-table" tabIndex={0} role="region" aria-label={`Table: ${panel.title}`}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(0, MOST_ROWS).map((row) => (
            <tr>
              {row.map((cell, at) => (
                <td class={typeof cell === "number" ? "nw-number" : ""}>{shown(cell, ranges[at])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && <p>{hidden} more rows; copying takes all of them along.</p>}
      <button type="button" onClick={copy}>
        {copied.value ? "Copied" : "Copy table"}
      </button>
    </div>
  );
}

/** A number has the digits that tell it from the others of its column. */
function shown(cell: Cell, among: readonly [number, number]): string {
  return cell === null ? "" : typeof cell === "number" ? within(cell, among) : cell;
}

/** The table with tabs between columns, numbers in full: as spreadsheets paste it. */
export function asText(table: Table): string {
  const one = (cell: string | number | null) => String(cell ?? "").replace(/[\t\n]/g, " ");
  const lines = [table.columns, ...table.rows].map((row) => row.map(one));
  return lines.map((line) => line.join("\t")).join("\n");
}
