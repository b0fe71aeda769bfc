// What a panel is: one question, one picture, the table behind it, and what a pointer or a key does there.

import type { FunctionComponent } from "preact";
import type { Size } from "../draw/frame.ts";
import type { Pen } from "../draw/pen.ts";
import type { Theme } from "../draw/theme.ts";
import type { Scene } from "../state/scene.ts";

export type Cell = string | number | null;

export interface Table {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

export interface Pointer {
  kind: "down" | "move" | "up" | "leave" | "wheel" | "double";
  /** CSS pixels from the picture's upper left corner. */
  x: number;
  y: number;
  /** Whether the first button is held. */
  held: boolean;
  /** Of a wheel: its turn, positive away from the person's view. */
  turn: number;
  shift: boolean;
}

export interface Panel {
  /** Short name, used in file names and in the address. */
  id: string;
  title: string;
  applies(scene: Scene): boolean;
  /** Signals read here draw the picture again when they change. A panel without a picture has a `body`. */
  draw?(pen: Pen, size: Size, scene: Scene, theme: Theme): void;
  /** Height in CSS pixels at a width; 300 where it is left out. */
  height?(width: number, scene: Scene): number;
  /** The numbers behind the picture, as they are now. */
  table(scene: Scene): Table;
  /** What a person who cannot see the picture is told. */
  describe(scene: Scene): string;
  /** Returns whether the event was used, so that the page does not scroll. */
  pointer?(event: Pointer, size: Size, scene: Scene): boolean;
  key?(event: KeyboardEvent, size: Size, scene: Scene): boolean;
  cursor?(event: Pointer, size: Size, scene: Scene): string;
  /** Switches under the title. */
  controls?: FunctionComponent<{ scene: Scene }>;
  /** What stands in place of a picture. */
  body?: FunctionComponent<{ scene: Scene }>;
  /** What can be copied or saved of a panel without a picture, by the ending of its file. */
  texts?: Readonly<Record<string, { name: string; write(scene: Scene): string }>>;
  /** Anything else under the picture, such as a table to add up by hand. */
  below?: FunctionComponent<{ scene: Scene }>;
  /** Let the axes hold as they are now, for a movie through the training. */
  steady?(scene: Scene): void;
  /** Its column where the page has two, or the whole row below them. */
  place: "left" | "right" | "row";
}
