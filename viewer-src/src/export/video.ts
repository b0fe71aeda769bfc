// An MP4 with the encoder the browser has.

import type { Frames, Progress } from "./frames.ts";
import { mp4 } from "./mp4.ts";

// H.264 plays everywhere; browsers without it have one of the others.
const CODECS = ["avc1.640028", "avc1.4d0028", "avc1.42e028", "vp09.00.40.08", "av01.0.08M.08"] as const;
const BITS = 0.12; // a pixel and frame: lines and areas of one colour need few
const WAITING = 8; // frames the encoder may have before it
const KEY = 40; // frames from one that stands alone to the next

export class NoEncoder extends Error {}

/** The first codec this browser can encode, set up for such frames; throws NoEncoder with one sentence without one. */
export async function encoderFor(width: number, height: number, rate: number): Promise<VideoEncoderConfig> {
  if (typeof VideoEncoder === "undefined") {
    throw new NoEncoder("This page may not encode video (WebCodecs' VideoEncoder is missing); a GIF works.");
  }
  for (const codec of CODECS) {
    const config: VideoEncoderConfig = {
      codec,
      width,
      height,
      framerate: rate,
      bitrate: Math.max(400_000, Math.round(BITS * width * height * rate)),
      ...(codec.startsWith("avc1") ? { avc: { format: "avc" } } : {}),
    };
    const answer = await VideoEncoder.isConfigSupported(config).catch(() => null);
    if (answer?.supported) return config;
  }
  throw new NoEncoder("This browser encodes neither H.264 nor VP9 nor AV1, one of which an MP4 needs; a GIF works.");
}

export async function video(frames: Frames, progress: Progress): Promise<Blob> {
  const { width, height, rate } = frames;
  const config = await encoderFor(width, height, rate);
  const chunks: { data: Uint8Array; key: boolean }[] = [];
  let description: Uint8Array | null = null;
  let failure: Error | null = null;
  const encoder = new VideoEncoder({
    output(chunk, more) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      chunks.push({ data, key: chunk.type === "key" });
      const given = more?.decoderConfig?.description;
      if (given) description = bytes(given);
    },
    error(error) {
      failure = error;
    },
  });
  try {
    encoder.configure(config);
    const moving = frames.count - frames.held;
    for (let at = 0; at < frames.count; at++) {
      await progress(at, frames.count);
      while (encoder.encodeQueueSize > WAITING && !failure) await new Promise((go) => setTimeout(go, 5));
      if (failure) throw failure;
      const frame = new VideoFrame(frames.draw(Math.min(at, moving - 1)), {
        timestamp: Math.round((1e6 * at) / rate),
        duration: Math.round(1e6 / rate),
      });
      encoder.encode(frame, { keyFrame: at % KEY === 0 });
      frame.close();
    }
    await encoder.flush();
    if (failure) throw failure;
  } finally {
    if (encoder.state !== "closed") encoder.close();
  }
  const file = mp4({ width, height, rate, codec: config.codec, description, frames: chunks });
  return new Blob([file], { type: "video/mp4" });
}

function bytes(given: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice()
    : new Uint8Array(given).slice();
}
