// The panels in the order of the page.

import { diagram } from "./diagram/panel.tsx";
import { equation } from "./equation/panel.ts";
import { fit } from "./fit.ts";
import { loss } from "./loss.ts";
import type { Panel } from "./panel.ts";

export const PANELS: readonly Panel[] = [fit, loss, diagram, equation];
