// The panels in the order of the page.

import { classes } from "./classes.ts";
import { diagram } from "./diagram/panel.tsx";
import { equation } from "./equation/panel.ts";
import { fit } from "./fit.ts";
import { loss } from "./loss.ts";
import { map } from "./map.ts";
import { memory } from "./memory/panel.ts";
import { mosaic } from "./mosaic/panel.ts";
import { nodes } from "./nodes/panel.ts";
import type { Panel } from "./panel.ts";
import { regions } from "./regions.ts";
import { starts } from "./starts/panel.ts";
import { sum } from "./sum/panel.ts";
import { surface } from "./surface.ts";

export const PANELS: readonly Panel[] = [
  fit, classes, regions, map, loss, surface, mosaic, sum, nodes, memory, diagram, equation, starts,
];
