/** The panel on a real terminal: raw bytes in, lines into one blessed box out. The only file that knows blessed. */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import blessed from 'blessed';
import { errorText } from '../../../lib/errors.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { TransportStep } from '../../recorder/replay/transport.js';
import type { PresetStore } from '../../table-presets.js';
import { type Key, KeyParser } from '../key-parser.js';
import { Panel } from '../panel.js';
import type { PanelFacade } from '../panel-facade.js';
import { type Ability, encodeLine } from '../sgr.js';
import type { Size } from '../state.js';
import type { StyledLine } from '../styled.js';
import { redirectWarnings } from './process-warnings.js';

/** A terminal's keyboard; `process.stdin` is one. */
type PanelKeyboard = Readable & { readonly isRaw?: boolean; setRawMode?(isRaw: boolean): unknown };

/** A terminal's screen; `process.stdout` is one. */
type PanelOutput = Writable & { readonly columns?: number; readonly rows?: number };

export type StartPanelOptions = {
  readonly facade: PanelFacade;
  readonly clock: Clock;
  /** Where the table's columns are kept. */
  readonly presets?: PresetStore;
  readonly input?: PanelKeyboard;
  readonly output?: PanelOutput;
  /** The environment: `TERM`, `COLORTERM`, `NO_COLOR` and the locale are read from it. */
  readonly env?: NodeJS.ProcessEnv;
  /** The operator has confirmed to end the server. The panel stays until `close`. */
  readonly onQuit: () => void;
  /** Of a recording: it is to move. */
  readonly onReplay?: (step: TransportStep) => void;
};

/** Esc alone is the Esc key when nothing follows for this long, ms. */
const escapeMs = 40;

/** A terminal narrower than this or of unknown size is treated as if it were this big. */
const fallbackSize: Size = { columns: 80, rows: 24 };

/**
 * Takes over the terminal until `close`, which gives it back as it was; so does the end of the process.
 * A terminal that breaks closes the panel and is written to the log; the server goes on.
 */
export function startPanel(options: StartPanelOptions): { close(): void } {
  const {
    facade,
    clock,
    presets,
    input = process.stdin,
    output = process.stdout,
    env = process.env,
    onQuit,
    onReplay,
  } = options;
  setBlocking(output, false);
  const terminal = new Terminal(output, env);
  const panel = new Panel({ facade, clock, presets, screen: terminal, onQuit, onReplay });
  const stopKeys = listenKeys(input, clock, (key) => panel.key(key));
  const onResize = () => {
    terminal.forget();
    panel.repaint();
  };
  const giveWarningsBack =
    output === process.stdout ? redirectWarnings((text) => facade.log('warning', text)) : undefined;
  const onDrain = () => {
    if (terminal.isBehind) panel.repaint();
  };
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    giveWarningsBack?.();
    output.off('resize', onResize);
    output.off('drain', onDrain);
    panel.close();
    stopKeys();
    terminal.close();
    setBlocking(output, true);
  };
  const onBroken = (error?: unknown) => {
    if (isClosed) return;
    facade.log(
      'error',
      `the terminal is gone (${error === undefined ? 'end of input' : errorText(error)}): no panel any more`,
    );
    close();
  };
  output.on('resize', onResize);
  output.on('drain', onDrain);
  // Left in place for good: an error of a stream that nobody listens to ends the process.
  output.on('error', onBroken);
  input.on('error', onBroken);
  input.once('end', () => onBroken());
  return { close };
}

/**
 * Reads keys from the bytes themselves: blessed's own parser loses a Ctrl-X that arrives together with an Esc.
 */
function listenKeys(input: PanelKeyboard, clock: Clock, onKey: (key: Key) => void): () => void {
  const parser = new KeyParser();
  const wasRaw = input.isRaw ?? false;
  let cancelFlush: Cancel | undefined;
  const deliver = (keys: readonly Key[]) => {
    for (const key of keys) onKey(key);
  };
  const onData = (chunk: Uint8Array | string) => {
    cancelFlush?.();
    deliver(parser.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    if (parser.isPending) cancelFlush = clock.after(escapeMs, () => deliver(parser.flush()));
  };
  input.setRawMode?.(true);
  input.on('data', onData);
  input.resume();
  return () => {
    cancelFlush?.();
    input.off('data', onData);
    if (!input.destroyed) input.setRawMode?.(wasRaw);
    input.pause();
  };
}

/** What the locale says of the terminal's encoding; the first of the three that is set counts. */
function hasUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/**
 * Node writes to a terminal synchronously: a stalled SSH session would halt the whole server, heartbeats included.
 * There is no public way to change that.
 */
function setBlocking(output: PanelOutput, isBlocking: boolean): void {
  const { _handle: handle } = output as { _handle?: { setBlocking?(isBlocking: boolean): unknown } };
  handle?.setBlocking?.(isBlocking);
}

/**
 * One of the three descriptions of terminals that blessed carries with it. It misreads the system's own in their
 * present format (32-bit numbers) and prints that it does; a path that does not exist leads it to its own.
 */
function terminalFor({ TERM = '', COLORTERM = '' }: NodeJS.ProcessEnv): string {
  const name = TERM.toLowerCase();
  if (/^(linux|vt\d|ansi|cons)/.test(name)) return '/bundled/linux';
  const hasManyColors = COLORTERM !== '' || /256|direct|tmux|kitty|alacritty|ghostty|foot|wezterm/.test(name);
  return hasManyColors ? '/bundled/xterm-256color' : '/bundled/xterm';
}

/** Blessed as a painter of cells: it finds out what the terminal can do and sends only cells that changed. */
class Terminal {
  readonly #output: PanelOutput;
  readonly #screen: blessed.Widgets.Screen;
  readonly #box: blessed.Widgets.BoxElement;
  readonly #ability: Ability;
  #content = '';
  /** True while the terminal lacks a picture that it was too slow for. */
  isBehind = false;

  constructor(output: PanelOutput, env: NodeJS.ProcessEnv) {
    this.#output = output;
    const isUnicode = hasUnicode(env);
    // Its input is a dummy: keys are ours.
    const programOptions = {
      input: new PassThrough(),
      output,
      terminal: terminalFor(env),
      buffer: true,
      forceUnicode: isUnicode,
    };
    const program = blessed.program(programOptions as object);
    this.#screen = blessed.screen({ program, fullUnicode: true, forceUnicode: isUnicode });
    const { tput } = program as unknown as { tput: { colors: number; brokenACS: boolean } };
    // Lines are sent as Unicode, never through the alternate character set, which some terminals show as letters.
    tput.brokenACS = true;
    this.#ability = { colors: (env.NO_COLOR ?? '') === '' ? tput.colors : 0, isUnicode };
    this.#box = blessed.box({
      parent: this.#screen,
      top: 0,
      left: 0,
      width: '100%',
      height: '100%',
      tags: false,
      wrap: false,
    });
  }

  size(): Size {
    const { columns, rows } = this.#output;
    return columns && rows ? { columns, rows } : fallbackSize;
  }

  paint(lines: readonly StyledLine[]): void {
    // A terminal that does not read (a stalled SSH session) gets the next picture when it has taken this one.
    this.isBehind = this.#output.writableNeedDrain;
    if (this.isBehind) return;
    const content = lines.map((line) => encodeLine(line, this.#ability)).join('\n');
    if (content === this.#content) return;
    this.#content = content;
    this.#box.setContent(content);
    this.#screen.render();
  }

  forget(): void {
    this.#content = '';
    this.#screen.realloc();
  }

  close(): void {
    this.#screen.destroy();
  }
}
