// The one module of all hosts. A notebook calls `render`; a page is known by what stands in it.

import { render } from "./hosts/notebook.ts";
import { report } from "./hosts/report.ts";
import { studio } from "./hosts/studio.tsx";

const place = document.getElementById("nodewise-report");
const source = document.getElementById("nodewise-document");
if (place && source) report(place, source);

const page = document.getElementById("nodewise-studio");
if (page) studio(page);

export default { render };
