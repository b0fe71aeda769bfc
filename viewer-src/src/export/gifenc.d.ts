// The part of gifenc that is used; it brings no types of its own.
declare module "gifenc" {
  type Palette = number[][];
  interface FrameOptions {
    palette?: Palette;
    delay?: number;
    repeat?: number;
    transparent?: boolean;
    transparentIndex?: number;
    dispose?: number;
  }
  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
  type Pixels = Uint8Array | Uint8ClampedArray;
  export function quantize(rgba: Pixels, colours: number, options?: { format: "rgb565" }): Palette;
  export function applyPalette(rgba: Pixels, palette: Palette, format?: "rgb565"): Uint8Array;
}
