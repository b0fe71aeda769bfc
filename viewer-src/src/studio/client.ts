// The only place that talks to the studio's server.

import type { Progress } from "./api.ts";

const HEADER = "X-Nodewise-Token";

/** The server's no: a sentence, and the field it is about, "" where there is none. */
export class Refusal extends Error {
  readonly field: string;
  readonly status: number;

  constructor(sentence: string, field = "", status = 422) {
    super(sentence);
    this.field = field;
    this.status = status;
  }
}

/** Nobody answered. */
export class Gone extends Error {
  constructor() {
    super("The studio's server does not answer.");
  }
}

export interface Client {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  remove(path: string): Promise<void>;
  upload<T>(path: string, file: Blob): Promise<T>;
  bytes(path: string): Promise<Uint8Array>;
  /** The lines of JSON that come as they come, until the server ends them. */
  lines(path: string): AsyncGenerator<Progress>;
}

/** A client that shows `token`; `heard` is told after every answer, or lack of one, what it says of the connection. */
export function createClient(token: string, heard: (how: "fine" | "gone" | "locked") => void): Client {
  async function ask(method: string, path: string, body?: BodyInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(path, { method, body, headers: { [HEADER]: token }, cache: "no-store" });
    } catch {
      heard("gone");
      throw new Gone();
    }
    heard(answer.status === 401 ? "locked" : "fine");
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  }
  /** Read on; a server that dies on the way is gone as one that never answered. */
  async function whole<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch {
      heard("gone");
      throw new Gone();
    }
  }
  return {
    get: async (path) => whole((await ask("GET", path)).json()),
    post: async (path, body = {}) => whole((await ask("POST", path, JSON.stringify(body))).json()),
    remove: async (path) => void (await ask("DELETE", path)),
    upload: async (path, file) => whole((await ask("POST", path, file)).json()),
    bytes: async (path) => new Uint8Array(await whole((await ask("GET", path)).arrayBuffer())),
    async *lines(path) {
      const reader = (await ask("GET", path)).body?.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      while (reader) {
        const { done, value } = await whole(reader.read());
        if (done) return;
        const lines = (rest + value).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line) yield JSON.parse(line) as Progress;
      }
    },
  };
}

async function refusalOf(answer: Response): Promise<Refusal> {
  try {
    const { error, field } = (await answer.json()) as { error: string; field?: string };
    return new Refusal(String(error), field, answer.status);
  } catch {
    return new Refusal(`The studio's server answered with status ${answer.status}.`, "", answer.status);
  }
}
