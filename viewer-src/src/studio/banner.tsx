// What must be known before anything else: that the server is gone, or there again.

import type { Connection, Studio } from "./state.ts";

const WORDS: Readonly<Record<Connection, string>> = {
  fine: "",
  gone: "The studio's server does not answer. Start `nodewise studio` again; this page will reconnect.",
  back: "The studio's server answers again. Nothing you typed was lost.",
  locked: "The studio's server does not take this page's token. Open the link that `nodewise studio` printed.",
};

export function Banner({ studio }: { studio: Studio }) {
  const connection = studio.connection.value;
  return (
    <div class={`nw-banner nw-banner-${connection}`} role="status" aria-live="polite">
      {WORDS[connection]}
    </div>
  );
}

export function Said({ studio }: { studio: Studio }) {
  if (!studio.said.value) return null;
  return (
    <p class="nw-error nw-said" role="alert">
      {studio.said.value}{" "}
      <button type="button" aria-label="Dismiss" onClick={() => (studio.said.value = "")}>×</button>
    </p>
  );
}
