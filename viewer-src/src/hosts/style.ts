// The style sheet as an object: a page that allows no inline styles allows it, and one in a shadow tree sees it.

import text from "./style.css";

const sheet = new CSSStyleSheet();
sheet.replaceSync(text);

export function addStyle(root: Node): void {
  const target = root instanceof ShadowRoot ? root : document;
  if (!target.adoptedStyleSheets.includes(sheet)) target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
}
