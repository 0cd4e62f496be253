/** Runs the light bytecode of `.skyc` shows. Knows commands and colours; no file and no lamp. */
import { ShowError } from '../errors.js';
import {
  type LightColor,
  type LightCommand,
  type LightOperation,
  lightError,
  lightFramesPerS,
  readLightCommand,
} from './light-opcodes.js';
import { SpanList } from './light-spans.js';
import type { LightTrack } from './light-track.js';

/** Most commands that may follow one another without time passing, and in all. */
const maxTimelessCommands = 10_000;
const maxLightCommands = 2_000_000;

/**
 * The colours of a program, from 0 s to `untilS` at least (or to its end, from where its last colour stays). What
 * needs a radio control keeps the colour for its duration, and does not jump; see `lightBytecodeNotes`.
 * @throws ShowError with the byte's offset for bytes that are no program, and for one that never comes to `untilS`.
 */
export function expandLightBytecode(bytes: Uint8Array, untilS: number): LightTrack {
  return runLightBytecode(bytes, untilS).track;
}

/** The same, and how many commands it took. @throws ShowError as `expandLightBytecode`. */
export function runLightBytecode(
  bytes: Uint8Array,
  untilS: number,
): { readonly track: LightTrack; readonly commands: number } {
  const run = new Run(bytes);
  while (run.isOn && run.frame <= untilS * lightFramesPerS) run.step();
  return { track: run.track(), commands: run.commands };
}

/** What a program asks for that Starling does not do, one sentence each; reads as far as commands can be read. */
export function lightBytecodeNotes(bytes: Uint8Array): string[] {
  const kinds = new Set<LightOperation['kind']>();
  for (const { does } of lightCommands(bytes)) kinds.add(does.kind);
  const notes: string[] = [];
  if (kinds.has('channels'))
    notes.push('colours from a radio control are not read: the colour before them stays');
  if (kinds.has('triggeredJump')) notes.push('jumps triggered by a radio control are not made');
  if (kinds.has('pyro')) notes.push('pyrotechnics switched by a light program are not fired');
  return notes;
}

/**
 * In the order of the bytes, up to the end, or in a program with jumps (which may lead behind it) up to the first that
 * can not be read: running the program says what is wrong there. Never throws.
 */
export function* lightCommands(bytes: Uint8Array): Generator<LightCommand> {
  let hasJumps = false;
  let at = 0;
  while (at < bytes.length) {
    const command = readableCommand(bytes, at);
    if (!command) return;
    yield command;
    at = command.next;
    hasJumps ||= command.does.kind === 'jump' || command.does.kind === 'triggeredJump';
    if (command.does.kind === 'end' && !hasJumps) return;
  }
}

function readableCommand(bytes: Uint8Array, at: number): LightCommand | undefined {
  try {
    return readLightCommand(bytes, at);
  } catch (error) {
    if (error instanceof ShowError) return undefined;
    throw error;
  }
}

/** `left`: how many times more, infinite for ever. */
type Loop = { readonly start: number; left: number };

/** One run of a program: where it is, when it is, and what it has shown so far. */
class Run {
  readonly #bytes: Uint8Array;
  readonly #spans = new SpanList();
  /** By offset, so that a loop is read once. */
  readonly #commandAt = new Map<number, LightCommand>();
  #loops: Loop[] = [];
  #at = 0;
  #frame = 0;
  /** Frame that `waitUntil` counts from. */
  #clockZero = 0;
  #color: LightColor = [0, 0, 0];
  #commands = 0;
  #timeless = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether there is a command to come. */
  get isOn(): boolean {
    return this.#at < this.#bytes.length;
  }

  get frame(): number {
    return this.#frame;
  }

  get commands(): number {
    return this.#commands;
  }

  step(): void {
    const command = this.#command();
    this.#at = command.next;
    const before = this.#frame;
    this.#apply(command.does, command);
    this.#count(command.offset, this.#frame > before);
  }

  track(): LightTrack {
    this.#spans.add(this.#frame, this.#color, this.#color);
    return this.#spans.build();
  }

  #command(): LightCommand {
    const known = this.#commandAt.get(this.#at);
    if (known) return known;
    const command = readLightCommand(this.#bytes, this.#at);
    this.#commandAt.set(this.#at, command);
    return command;
  }

  #apply(does: LightOperation, at: LightCommand): void {
    switch (does.kind) {
      case 'end':
        this.#at = this.#bytes.length;
        return;
      case 'sleep':
      case 'channels':
        this.#show(this.#color, does.frames);
        return;
      case 'waitUntil':
        this.#show(this.#color, Math.max(0, this.#clockZero + does.frame - this.#frame));
        return;
      case 'set':
        this.#color = does.color;
        this.#show(does.color, does.frames);
        return;
      case 'fade':
        this.#show(does.color, does.frames);
        return;
      case 'resetClock':
        this.#clockZero = this.#frame;
        return;
      default:
        this.#move(does, at);
    }
  }

  /** From the colour as it is to `to`, in `frames`. */
  #show(to: LightColor, frames: number): void {
    if (frames > 0) this.#spans.add(this.#frame, this.#color, to);
    this.#frame += frames;
    this.#color = to;
  }

  #move(does: LightOperation, { offset, next }: LightCommand): void {
    if (does.kind === 'loopBegin') {
      const left = does.times === 0 ? Number.POSITIVE_INFINITY : does.times;
      this.#loops.push({ start: next, left });
    } else if (does.kind === 'loopEnd') {
      this.#endLoop(offset);
    } else if (does.kind === 'jump') {
      if (does.address > this.#bytes.length)
        throw lightError(offset, `it jumps to ${does.address}, beyond the end of the program`);
      this.#loops = [];
      this.#at = does.address;
    }
  }

  #endLoop(offset: number): void {
    const loop = this.#loops.at(-1);
    if (!loop) throw lightError(offset, 'a loop ends that did not begin');
    loop.left--;
    if (loop.left > 0) this.#at = loop.start;
    else this.#loops.pop();
  }

  #count(offset: number, hasTimePassed: boolean): void {
    this.#timeless = hasTimePassed ? 0 : this.#timeless + 1;
    this.#commands++;
    if (this.#timeless > maxTimelessCommands)
      throw lightError(offset, `more than ${maxTimelessCommands} commands without time passing`);
    if (this.#commands > maxLightCommands)
      throw lightError(
        offset,
        `more than ${maxLightCommands} commands, ${this.#frame / lightFramesPerS} s into it`,
      );
  }
}
