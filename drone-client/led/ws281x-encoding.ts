/** Colours as the bytes that an SPI bus sends to a WS281x strip. Pure: knows no bus. */
import type { Rgb } from '../../lib/show/model.js';

/** In which order a strip takes its colours. */
export const colorOrders = ['rgb', 'rbg', 'grb', 'gbr', 'brg', 'bgr'] as const;

export type ColorOrder = (typeof colorOrders)[number];

/** Eight SPI bits are one bit of the strip, 1.25 µs. Source: WS2812B data sheet, 800 kbit/s. */
export const spiHz = 6_400_000;

/** High for 0.78 µs, or for 0.31 µs. Source: WS2812B data sheet, T1H 0.8 µs and T0H 0.4 µs, ±0.15 µs. */
const one = 0xf8;
const zero = 0xc0;

/** Low for 300 µs ends a frame. Source: WS2812B-V5 data sheet, reset 280 µs. */
const gapBytes = Math.ceil((spiHz / 8) * 300e-6);

const bytesPerPixel = 24;

/**
 * How long a frame is, bytes. The gap is before it, too: some buses idle high, and the strip would take the fall to low
 * for a bit. Source: rpi_ws281x issue 469, a Compute Module 4 whose first pixel stayed green.
 */
export function frameBytes(pixelCount: number): number {
  return gapBytes + pixelCount * bytesPerPixel + gapBytes;
}

/** What to do when the driver's buffer has no room for a frame, which it would refuse at every write; else undefined. */
export function roomProblem(pixelCount: number, bufferBytes: number): string | undefined {
  const neededBytes = frameBytes(pixelCount);
  if (neededBytes <= bufferBytes) return undefined;
  return (
    `${pixelCount} pixels need ${neededBytes} bytes, the driver takes ${bufferBytes}: ` +
    `put spidev.bufsiz=${2 ** Math.ceil(Math.log2(neededBytes))} into /boot/firmware/cmdline.txt and restart the Pi`
  );
}

/** The frame for these pixels, 0…255 a colour. */
export function encodeFrame(pixels: readonly Rgb[], order: ColorOrder): Uint8Array {
  const frame = new Uint8Array(frameBytes(pixels.length));
  let at = gapBytes;
  for (const pixel of pixels)
    for (const letter of order) {
      const value = letter === 'r' ? pixel.red : letter === 'g' ? pixel.green : pixel.blue;
      for (let bit = 7; bit >= 0; bit -= 1) {
        frame[at] = ((value >> bit) & 1) === 1 ? one : zero;
        at += 1;
      }
    }
  return frame;
}
