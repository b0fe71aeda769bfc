// The one module of all hosts. A notebook calls `render`; a page is known by what stands in it.

import { render } from "./hosts/notebook.ts";
import { report } from "./hosts/report.ts";

const place = document.getElementById("nodewise-report");
const source = document.getElementById("nodewise-document");
if (place && source) report(place, source);

export default { render };
