// What can be taken away from a run: report, network, table, and the Python code that makes it again.

import { useSignal } from "@preact/signals";
import { download } from "../export/download.ts";
import type { Body, Run } from "./api.ts";
import { telling } from "./connection.ts";
import { formOf } from "./form.ts";
import { change, type Studio } from "./state.ts";
import { fileName } from "./words.ts";

const FILES: Readonly<Record<string, (run: Run) => string>> = {
  report: (run) => `${stem(run)}.html`,
  network: (run) => `${stem(run)}.nodewise`,
  table: (run) => fileName(run.name),
};
const WORDS: Readonly<Record<string, string>> = {
  report: "Report (HTML)",
  network: "Network (.nodewise)",
  table: "Table",
};

export function Exports({ studio, run }: { studio: Studio; run: Run }) {
  const code = useSignal("");
  const path = `/api/runs/${encodeURIComponent(run.id)}`;
  const fetched = async (what: string) => new Blob([(await studio.client.bytes(`${path}/${what}`)) as BlobPart]);
  const save = (what: string) => async (event: Event) => {
    (event.currentTarget as Element).closest("details")?.removeAttribute("open");
    await telling(studio, async () => download(await fetched(what), FILES[what](run)));
  };
  const show = () =>
    telling(studio, async () => {
      code.value = code.peek() ? "" : await (await fetched("code")).text();
    });
  const reuse = () =>
    telling(studio, async () => {
      const { body } = await studio.client.get<Run & { body: Body }>(path);
      const info = studio.info.peek();
      if (info) change(studio, formOf(body, studio.form.peek(), info, studio.tables.peek()));
    });
  const files = Object.keys(FILES).filter((what) => (what === "table" ? "table" in (run.source ?? {}) : run.verdict));
  return (
    <>
      <button type="button" onClick={reuse} title="Put what this run was made with into the form">
        To the form
      </button>
      <button type="button" aria-expanded={code.value !== ""} onClick={show}>
        Python
      </button>
      {files.length > 0 && (
        <details class="nw-menu">
          <summary>Export</summary>
          <div>{files.map((what) => <button type="button" onClick={save(what)}>{WORDS[what]}</button>)}</div>
        </details>
      )}
      {code.value && <Code text={code.value} name={`${stem(run)}.py`} />}
    </>
  );
}

function stem(run: Run): string {
  return fileName(run.name.replace(/\.\w{1,8}$/, ""));
}

function Code({ text, name }: { text: string; name: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    setTimeout(() => (copied.value = false), 2500);
  };
  return (
    <div class="nws-code">
      <div class="nws-row">
        <button type="button" onClick={copy}>{copied.value ? "Copied" : "Copy"}</button>
        <button type="button" onClick={() => download(new Blob([text], { type: "text/x-python" }), name)}>
          Save {name}
        </button>
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
