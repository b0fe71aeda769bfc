// The panels in the order of the page.

import { diagram } from "./diagram/panel.tsx";
import { classes } from "./classes.ts";
import { fit } from "./fit.ts";
import { loss } from "./loss.ts";
import { map } from "./map.ts";
import type { Panel } from "./panel.ts";
import { regions } from "./regions.ts";
import { surface } from "./surface.ts";

export const PANELS: readonly Panel[] = [fit, loss, diagram];
export const PANELS: readonly Panel[] = [fit, classes, regions, map, surface, loss];
