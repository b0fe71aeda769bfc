// Reads the safetensors format: 8 bytes of header length, a JSON header, then the arrays one after the other.

export type Numbers = Float64Array | Float32Array | Int32Array;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

export interface Blob {
  readonly metadata: Record<string, string>;
  readonly tensors: Map<string, Tensor>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const KINDS = { F64: Float64Array, F32: Float32Array, I32: Int32Array } as const;
const MOST_HEADER = 100_000_000; // as the format's own reader

/** Returns the metadata and the tensors of a blob; throws an Error of one sentence if it is damaged. */
export function read(bytes: Uint8Array): Blob {
  const header = headerOf(bytes);
  const begin = 8 + header.length;
  const entries: Record<string, unknown> = parsed(header);
  const metadata = (entries["__metadata__"] ?? {}) as Record<string, string>;
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(entries)) {
    if (name !== "__metadata__") tensors.set(name, tensor(bytes, begin, name, entry as Entry));
  }
  return { metadata, tensors };
}

function headerOf(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength < 8) throw new Error(`A document must have at least 8 bytes. Got ${bytes.byteLength}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = Number(view.getBigUint64(0, true));
  if (length > Math.min(MOST_HEADER, bytes.byteLength - 8)) {
    throw new Error(`The document's header must fit into it. Got ${length} bytes of header in ${bytes.byteLength}.`);
  }
  return bytes.subarray(8, 8 + length);
}

function parsed(header: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
  } catch {
    value = null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("The document's header must be JSON with the tensors' names. It is damaged.");
  }
  return value as Record<string, unknown>;
}

function tensor(bytes: Uint8Array, begin: number, name: string, entry: Entry): Tensor {
  if (!Object.hasOwn(KINDS, entry?.dtype)) {
    throw new Error(`The tensor ${name} must be F64, F32 or I32. Got ${entry?.dtype}.`);
  }
  const kind = KINDS[entry.dtype as keyof typeof KINDS];
  const { shape, data_offsets: offsets } = entry;
  const whole = (values: unknown): boolean =>
    Array.isArray(values) && values.every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!whole(shape) || !whole(offsets) || offsets.length !== 2) {
    throw new Error(`The tensor ${name} must have a shape and two offsets. The header is damaged.`);
  }
  const [start, end] = offsets;
  const size = shape.reduce((product, count) => product * count, kind.BYTES_PER_ELEMENT);
  if (end - start !== size || begin + end > bytes.byteLength) {
    const got = `${end - start} at ${start} of ${bytes.byteLength - begin}`;
    throw new Error(`The tensor ${name} must have ${size} bytes inside the document. Got ${got}.`);
  }
  const from = bytes.byteOffset + begin + start;
  const count = size / kind.BYTES_PER_ELEMENT;
  // A typed array must begin at a multiple of its element's size; where it would not, its bytes are copied.
  if (from % kind.BYTES_PER_ELEMENT === 0) return { shape, data: new kind(bytes.buffer as ArrayBuffer, from, count) };
  return { shape, data: new kind(bytes.slice(begin + start, begin + end).buffer as ArrayBuffer, 0, count) };
}
