// An MP4 file of one video track, its frames all equally long: ISO/IEC 14496-12 and -15, and for VP9 and AV1 what their
// groups wrote about it. Such a file takes a few boxes; the libraries that write any MP4 take 100 kB.

export interface Video {
  width: number;
  height: number;
  /** Frames a second. */
  rate: number;
  /** As WebCodecs calls it: "avc1.640028", "vp09.00.31.08", "av01.0.08M.08". */
  codec: string;
  /** What the decoder has to know, as the encoder gave it: the contents of avcC or av1C. */
  description: Uint8Array | null;
  frames: readonly { data: Uint8Array; key: boolean }[];
}

type Piece = number[] | Uint8Array | Piece[];

const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32);
const SCALE = 90_000; // parts of a second

/** Returns the bytes of the file. */
export function mp4(video: Video): Uint8Array<ArrayBuffer> {
  const type = box("ftyp", text("isom"), u32(0x200), text("isomiso2mp41"));
  // Where the frames begin stands in the head, whose length does not depend on it.
  const before = type.length + moov(video, 0).length + 8;
  const frames = video.frames.map((frame) => frame.data);
  return joined([type, moov(video, before), box("mdat", ...frames)]);
}

function moov(video: Video, offset: number): Uint8Array {
  const each = Math.round(SCALE / video.rate);
  const long = each * video.frames.length;
  const times = [u32(0), u32(0), u32(SCALE), u32(long)];
  const head = full("mvhd", 0, times, u32(0x10000), u16(0x100), zeros(10), MATRIX, zeros(24), u32(2));
  const size = [u32(video.width * 0x10000), u32(video.height * 0x10000)];
  const track = full("tkhd", 3, u32(0), u32(0), u32(1), u32(0), u32(long), zeros(16), MATRIX, size);
  const media = full("mdhd", 0, times, u16(0x55c4), u16(0));
  const handler = full("hdlr", 0, u32(0), text("vide"), zeros(12), text("video\0"));
  const here = box("dinf", full("dref", 0, u32(1), full("url ", 1)));
  const info = box("minf", full("vmhd", 1, zeros(8)), here, samples(video, each, offset));
  return box("moov", head, box("trak", track, box("mdia", media, handler, info)));
}

function samples(video: Video, each: number, offset: number): Uint8Array {
  const { frames } = video;
  const keys = frames.flatMap((frame, i) => (frame.key ? [i + 1] : []));
  return box(
    "stbl",
    full("stsd", 0, u32(1), entry(video)),
    full("stts", 0, u32(1), u32(frames.length), u32(each)),
    full("stss", 0, u32(keys.length), keys.map(u32)),
    full("stsc", 0, u32(1), u32(1), u32(frames.length), u32(1)),
    full("stsz", 0, u32(0), u32(frames.length), frames.map((frame) => u32(frame.data.length))),
    full("stco", 0, u32(1), u32(offset)),
  );
}

function entry(video: Video): Uint8Array {
  const name = video.codec.slice(0, 4);
  const picture = [u16(video.width), u16(video.height), u32(0x480000), u32(0x480000), u32(0), u16(1)];
  return box(name, zeros(6), u16(1), zeros(16), picture, zeros(32), u16(24), u16(0xffff), configuration(video));
}

function configuration({ codec, description }: Video): Uint8Array {
  const [name, profile, level, depth] = codec.split(".");
  if (name === "vp09") {
    // 4:2:0, limited range, colours as of BT.709.
    const bits = (Number(depth) << 4) | 2;
    return full("vpcC", 0x1000000, [Number(profile), Number(level), bits, 1, 1, 1], u16(0));
  }
  if (name === "av01") {
    return box("av1C", description ?? [0x81, (Number(profile) << 5) | Number.parseInt(level, 10), 0x0c, 0]);
  }
  if (!description) throw new Error("This browser's encoder does not say how its video is to be read.");
  return box("avcC", description);
}

function box(name: string, ...contents: Piece[]): Uint8Array<ArrayBuffer> {
  const body = joined(contents);
  return joined([u32(body.length + 8), text(name), body]);
}

/** A box with version and flags. */
function full(name: string, flags: number, ...contents: Piece[]): Uint8Array {
  return box(name, u32(flags), ...contents);
}

function joined(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const flat = pieces.flatMap(flattened);
  const out = new Uint8Array(flat.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of flat) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function flattened(piece: Piece): (Uint8Array | number[])[] {
  if (piece instanceof Uint8Array) return [piece];
  if (piece.length === 0 || typeof piece[0] === "number") return [piece as number[]];
  return (piece as Piece[]).flatMap(flattened);
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function text(letters: string): number[] {
  return Array.from(letters, (letter) => letter.charCodeAt(0));
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
