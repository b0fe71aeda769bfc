// The panels in the order of the page.

import { fit } from "./fit.ts";
import { loss } from "./loss.ts";
import { nodes } from "./nodes/panel.ts";
import type { Panel } from "./panel.ts";
import { sum } from "./sum/panel.ts";

export const PANELS: readonly Panel[] = [fit, loss, nodes, sum];
