/** The colour of a drone's lights at any time. Knows light programs; no lamp, no clock. */
import { lastAtOrBefore } from './last-at.js';
import { expandLightBytecode } from './light-bytecode.js';
import type { LightTrack } from './light-track.js';
import { black, type Rgb } from './model.js';
import type { LightProgram } from './show.js';

/**
 * A program as spans, up to `untilS` at least.
 * @throws ShowError for bytecode that can not be read, or runs without end in no time.
 */
export function lightTrack(program: LightProgram, untilS: number): LightTrack {
  if (program.kind === 'bytecode') return expandLightBytecode(program.bytes, untilS);
  const { timesS, colors } = program;
  const spans = new Uint8Array(6 * timesS.length);
  for (let i = 0; i < timesS.length; i++) {
    const blendsTo = program.kind === 'linear' && i + 1 < timesS.length ? i + 1 : i;
    spans.set(colors.subarray(3 * i, 3 * i + 3), 6 * i);
    spans.set(colors.subarray(3 * blendsTo, 3 * blendsTo + 3), 6 * i + 3);
  }
  return { timesS, colors: spans };
}

export function trackColorAt({ timesS, colors }: LightTrack, tS: number): Rgb {
  const span = lastAtOrBefore(timesS.length, (i) => timesS[i] ?? 0, tS);
  if (span < 0) return black;
  const [r0 = 0, g0 = 0, b0 = 0, r1 = 0, g1 = 0, b1 = 0] = colors.subarray(6 * span, 6 * span + 6);
  const startS = timesS[span] ?? 0;
  const endS = timesS[span + 1];
  const u = endS === undefined ? 0 : (tS - startS) / (endS - startS);
  const blend = (from: number, to: number) => Math.round(from + u * (to - from));
  return { red: blend(r0, r1), green: blend(g0, g1), blue: blend(b0, b1) };
}
