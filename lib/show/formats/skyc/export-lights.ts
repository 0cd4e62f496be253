/** Writes light programs as bytecode, on a grid of 20 ms. Knows programs; no file. */
import { ShowError } from '../../../errors.js';
import { lightCommands } from '../../light-bytecode.js';
import { type LightColor, type LightCommand, lightFramesPerS } from '../../light-opcodes.js';
import type { LightTrack } from '../../light-track.js';
import { lightTrack } from '../../lights.js';
import type { LightProgram } from '../../show.js';

/** What became of the times of the keys: the largest step to the grid, and how many fell together. */
export type LightLoss = { readonly roundedS: number; readonly joined: number; readonly isUnrolled: boolean };

export type WrittenLights = { readonly bytes: Uint8Array; readonly loss: LightLoss };

const noLoss: LightLoss = { roundedS: 0, joined: 0, isUnrolled: false };
const black: LightColor = [0, 0, 0];

/**
 * The program `shiftS` (whole frames, not negative) later. A bytecode with jumps can not be moved: where it has to be,
 * it is written out up to `untilS`, its own time. Each time is rounded by itself, so that errors do not add up.
 * @throws ShowError for times that the format can not hold.
 */
export function writeLights(
  program: LightProgram,
  { shiftS, untilS }: { readonly shiftS: number; readonly untilS: number },
): WrittenLights {
  if (program.kind !== 'bytecode') return writeTrack(lightTrack(program, untilS), shiftS);
  const frames = Math.round(shiftS * lightFramesPerS);
  if (frames === 0) return { bytes: program.bytes, loss: noLoss };
  const commands = [...lightCommands(program.bytes)];
  if (commands.every(({ does }) => does.kind !== 'jump' && does.kind !== 'triggeredJump'))
    return { bytes: moved(program.bytes, commands, frames), loss: noLoss };
  const { bytes, loss } = writeTrack(lightTrack(program, untilS), shiftS);
  return { bytes, loss: { ...loss, isUnrolled: true } };
}

/** Sleeps first; then what waits for a frame waits for a later one, unless the program sets its clock itself. */
function moved(bytes: Uint8Array, commands: readonly LightCommand[], frames: number): Uint8Array {
  const sleep = [0x02, ...varint(frames)];
  if (commands.some(({ does }) => does.kind === 'resetClock'))
    return Uint8Array.from([...sleep, 0x0e, ...bytes]);
  const out = sleep;
  let readUpTo = 0;
  for (const command of commands) {
    if (command.does.kind === 'waitUntil') out.push(0x03, ...varint(command.does.frame + frames));
    else for (const byte of bytes.subarray(command.offset, command.next)) out.push(byte);
    readUpTo = command.next;
  }
  // What can not be read is not left out: whoever runs the program is to stumble over it there too.
  for (const byte of bytes.subarray(readUpTo)) out.push(byte);
  return Uint8Array.from(out);
}

function writeTrack({ timesS, colors }: LightTrack, shiftS: number): WrittenLights {
  const out = new LightWriter();
  const frameAt = (index: number) => Math.round(((timesS[index] ?? 0) + shiftS) * lightFramesPerS);
  let roundedS = 0;
  let joined = 0;
  out.sleep(timesS.length > 0 ? frameAt(0) : 0);
  for (let i = 0; i < timesS.length; i++) {
    const frame = frameAt(i);
    const isLast = i + 1 === timesS.length;
    const frames = isLast ? 0 : frameAt(i + 1) - frame;
    roundedS = Math.max(roundedS, Math.abs(frame / lightFramesPerS - (timesS[i] ?? 0) - shiftS));
    if (frames === 0 && !isLast) joined++;
    else
      out.span(colorAt(colors, 2 * i), isLast ? colorAt(colors, 2 * i) : colorAt(colors, 2 * i + 1), frames);
  }
  return { bytes: out.build(), loss: { roundedS, joined, isUnrolled: false } };
}

/** Writes spans: a colour where it differs from what is shown, a fade where it changes, and pauses in one piece. */
class LightWriter {
  readonly #out: number[] = [];
  #shown = black;
  #pause = 0;

  sleep(frames: number): void {
    this.#pause += frames;
  }

  span(from: LightColor, to: LightColor, frames: number): void {
    if (!isSame(this.#shown, from)) this.#command(0x04, from, 0);
    if (isSame(from, to)) this.sleep(frames);
    else this.#command(0x08, to, frames);
  }

  build(): Uint8Array {
    return Uint8Array.from([...this.#out, 0x00]);
  }

  #command(opcode: number, color: LightColor, frames: number): void {
    if (this.#pause > 0) this.#out.push(0x02, ...varint(this.#pause));
    this.#pause = 0;
    this.#out.push(opcode, ...color, ...varint(frames));
    this.#shown = color;
  }
}

function colorAt(colors: Uint8Array, index: number): LightColor {
  const [red = 0, green = 0, blue = 0] = colors.subarray(3 * index, 3 * index + 3);
  return [red, green, blue];
}

function isSame(a: LightColor, b: LightColor): boolean {
  return a.every((part, i) => part === b[i]);
}

/** Seven bits a byte, the lowest first; below 2²⁸, which is two months of frames. */
function varint(value: number): number[] {
  if (value >= 2 ** 28)
    throw new ShowError(`lights of ${value / lightFramesPerS} s: a .skyc show can not last that long`);
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}
