// The studio: the page of a server that trains.

import { render } from "preact";
import { App } from "../studio/app.tsx";
import { begin } from "../studio/begin.ts";
import { takeToken } from "../studio/memory.ts";
import { createStudio } from "../studio/state.ts";
import { addStudioStyle } from "../studio/style.ts";

export function studio(element: Element): void {
  addStudioStyle(document);
  const page = createStudio(takeToken());
  render(<App studio={page} />, element);
  void begin(page);
}
