/** Reads the commands of a light bytecode, one at a time. Knows their form; not what they do, no time and no colour. */
import { ShowError } from '../errors.js';

/** `offset`: where the command begins, `next`: where the one after it does. */
export type LightCommand = { readonly offset: number; readonly next: number; readonly does: LightOperation };

/**
 * `channels`, `triggeredJump` and `pyro` need a radio control or pyrotechnics, and change no colour. Durations are in
 * frames of 20 ms.
 */
export type LightOperation =
  | { readonly kind: 'end' | 'nop' | 'loopEnd' | 'resetClock' | 'triggeredJump' | 'pyro' }
  | { readonly kind: 'sleep' | 'channels'; readonly frames: number }
  | { readonly kind: 'set' | 'fade'; readonly color: LightColor; readonly frames: number }
  | { readonly kind: 'waitUntil'; readonly frame: number }
  | { readonly kind: 'loopBegin'; readonly times: number }
  | { readonly kind: 'jump'; readonly address: number };

/** Red, green, blue, 0…255. */
export type LightColor = readonly [number, number, number];

/** Frames of a light program in a second. Source: the format's unit of 20 ms. */
export const lightFramesPerS = 50;

/** Varints take at most this many bytes: values are below 2²⁸. */
const maxVarintBytes = 4;

/** @throws ShowError with the offset, for an unknown command and one that is cut off; `offset` lies inside of `bytes`. */
export function readLightCommand(bytes: Uint8Array, offset: number): LightCommand {
  const reader = new Operands(bytes, offset);
  const does = readOperands(reader, bytes[offset] ?? 0);
  return { offset, next: reader.at, does };
}

function readOperands(reader: Operands, opcode: number): LightOperation {
  switch (opcode) {
    case 0x00:
      return { kind: 'end' };
    case 0x01:
      return { kind: 'nop' };
    case 0x02:
      return { kind: 'sleep', frames: reader.varint() };
    case 0x03:
      return { kind: 'waitUntil', frame: reader.varint() };
    case 0x0c:
      return { kind: 'loopBegin', times: reader.byte() };
    case 0x0d:
      return { kind: 'loopEnd' };
    case 0x0e:
      return { kind: 'resetClock' };
    case 0x12:
      return { kind: 'jump', address: reader.varint() };
    case 0x13:
      return reader.trigger();
    case 0x14:
    case 0x15:
      reader.byte();
      return { kind: 'pyro' };
    default:
      return readColorOperands(reader, opcode);
  }
}

function readColorOperands(reader: Operands, opcode: number): LightOperation {
  if (opcode === 0x10 || opcode === 0x11) {
    reader.rgb();
    return { kind: 'channels', frames: reader.varint() };
  }
  if (opcode < 0x04 || opcode > 0x0b) throw reader.unknown(opcode);
  const color = colorOperand(reader, (opcode - 0x04) % 4);
  return { kind: opcode < 0x08 ? 'set' : 'fade', color, frames: reader.varint() };
}

/** How the four commands that set, and the four that fade, name their colour: in full, a grey, black, white. */
function colorOperand(reader: Operands, form: number): LightColor {
  if (form === 0) return reader.rgb();
  const value = form === 1 ? reader.byte() : form === 2 ? 0 : 255;
  return [value, value, value];
}

/** The operands of one command, from left to right. */
class Operands {
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  #at: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#at = offset + 1;
  }

  get at(): number {
    return this.#at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw lightError(this.#offset, 'the program is cut off within this command');
    return byte;
  }

  rgb(): LightColor {
    return [this.byte(), this.byte(), this.byte()];
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < maxVarintBytes; i++) {
      const byte = this.byte();
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    throw lightError(this.#offset, `a number is longer than ${maxVarintBytes} bytes`);
  }

  /** A channel and the edges (bits 4 and 5) that trigger; an address follows only where there is an edge. */
  trigger(): { readonly kind: 'triggeredJump' } {
    if ((this.byte() & 0x30) !== 0) this.varint();
    return { kind: 'triggeredJump' };
  }

  unknown(opcode: number): ShowError {
    return lightError(this.#offset, `command 0x${opcode.toString(16).padStart(2, '0')} is unknown`);
  }
}

/** An error of a light program, with its place. */
export function lightError(offset: number, reason: string): ShowError {
  return new ShowError(`light program, byte ${offset}: ${reason}`);
}
