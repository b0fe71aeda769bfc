// The studio's own style sheet, beside the viewer's.

import { addStyle } from "../hosts/style.ts";
import text from "./style.css";

export function addStudioStyle(page: Document): void {
  addStyle(page);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
}
