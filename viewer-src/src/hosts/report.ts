// The report: a page of one file, its document in base64 beside the module.

import { parse } from "../core/document.ts";
import { failed } from "./failed.ts";
import { addressKeeper, mount } from "./mount.tsx";

export function report(element: Element, source: Element): void {
  try {
    const doc = parse(bytes(source.textContent ?? ""));
    mount(element, doc, {
      keeper: addressKeeper,
      silent: true,
      onTheme(name) {
        document.documentElement.dataset.theme = name;
      },
    });
  } catch (error) {
    failed(element, error);
  }
}

function bytes(base64: string): Uint8Array {
  const text = atob(base64.trim());
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}
