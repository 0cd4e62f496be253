/** Plays a show in a real terminal and gives the terminal back on every way out. Knows the process and its signals. */
import type { Readable, Writable } from 'node:stream';
import { type Clock, every } from '../../../time/clock.js';
import { PreviewKeys } from '../keys.js';
import { encodePreviewLine, type PreviewAbility, type ScreenSize } from '../lines.js';
import type { Scene } from '../scene.js';
import { advance, firstState, type PreviewState, reduce } from '../state.js';
import { view } from '../view.js';

/** A terminal's keyboard; `process.stdin` is one. */
type Keyboard = Readable & { setRawMode?(isRaw: boolean): unknown };

/** A terminal's screen; `process.stdout` is one. */
type Screen = Writable & { readonly columns?: number; readonly rows?: number };

export type PlayShowOptions = {
  readonly scene: Scene;
  readonly clock: Clock;
  readonly input?: Keyboard;
  readonly output?: Screen;
  /** The environment: `TERM`, `COLORTERM`, `NO_COLOR` and the locale are read from it. */
  readonly env?: NodeJS.ProcessEnv;
};

/** As many pictures a second as a link over SSH can carry. */
const frameMs = 50;

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[0m\u001b[?25h\u001b[?1049l';
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the exit code when the person leaves, a signal ends it, or the terminal is gone. */
export async function playShow(options: PlayShowOptions): Promise<number> {
  const preview = new TerminalPreview(options);
  try {
    return await preview.run();
  } finally {
    preview.close();
  }
}

class TerminalPreview {
  readonly #scene: Scene;
  readonly #clock: Clock;
  readonly #input: Keyboard;
  readonly #output: Screen;
  readonly #ability: PreviewAbility;
  readonly #closers: (() => void)[] = [];
  #state: PreviewState;
  #shown = '';
  #atMs: number;

  constructor({
    scene,
    clock,
    input = process.stdin,
    output = process.stdout,
    env = process.env,
  }: PlayShowOptions) {
    this.#scene = scene;
    this.#clock = clock;
    this.#input = input;
    this.#output = output;
    this.#ability = abilityOf(env);
    this.#state = firstState(scene);
    this.#atMs = clock.monotonicMs();
  }

  run(): Promise<number> {
    return new Promise((resolve, reject) => {
      const guarded = (act: () => void) => () => {
        try {
          act();
        } catch (error) {
          reject(error);
        }
      };
      // A process that ends by another way still gives the terminal back.
      this.#listen(process, 'exit', () => this.close());
      for (const signal of endingSignals) this.#listen(process, signal, () => resolve(0));
      for (const stream of [this.#input, this.#output]) this.#listen(stream, 'error', () => resolve(1));
      this.#listen(this.#input, 'end', () => resolve(0));
      this.#listenKeys(() => guarded(() => (this.#state.isOver ? resolve(0) : this.#paint()))());
      this.#listen(
        this.#output,
        'resize',
        guarded(() => this.#repaint()),
      );
      this.#output.write(enter);
      this.#closers.push(() => this.#output.write(leave));
      this.#closers.push(
        every(
          this.#clock,
          frameMs,
          guarded(() => this.#tick()),
        ),
      );
      guarded(() => this.#paint())();
    });
  }

  /** Once; in the reverse order of what was taken over. */
  close(): void {
    for (const close of this.#closers.splice(0).reverse()) close();
  }

  #listenKeys(onKeys: () => void): void {
    const keys = new PreviewKeys();
    this.#listen(this.#input, 'data', (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      for (const key of keys.push(bytes)) this.#state = reduce(this.#state, key, this.#scene);
      onKeys();
    });
    this.#input.setRawMode?.(true);
    this.#input.resume();
    this.#closers.push(() => {
      if (!this.#input.destroyed) this.#input.setRawMode?.(false);
      this.#input.pause();
    });
  }

  #listen(emitter: NodeJS.EventEmitter, event: string, listener: (chunk: Buffer | string) => void): void {
    emitter.on(event, listener);
    // An error of a stream that nobody listens to ends the process: that listener stays.
    if (event !== 'error') this.#closers.push(() => emitter.off(event, listener));
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#state = advance(this.#state, (nowMs - this.#atMs) / 1000, this.#scene);
    this.#atMs = nowMs;
    this.#paint();
  }

  #repaint(): void {
    this.#shown = '';
    this.#output.write('\u001b[2J');
    this.#paint();
  }

  /** A terminal that does not read gets the next picture when it has taken this one. */
  #paint(): void {
    if (this.#output.writableNeedDrain) return;
    const lines = view(this.#scene, this.#state, this.#size());
    const picture = lines.map((line) => encodePreviewLine(line, this.#ability)).join('\r\n');
    if (picture === this.#shown) return;
    this.#shown = picture;
    this.#output.write(`\u001b[H${picture}`);
  }

  #size(): ScreenSize {
    const { columns, rows } = this.#output;
    return columns && rows ? { columns, rows } : { columns: 80, rows: 24 };
  }
}

/** 24-bit colour where the terminal says so; else 256, or none where they are not wanted. */
function abilityOf(env: NodeJS.ProcessEnv): PreviewAbility {
  const isUnicode = /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
  if ((env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return { colors: 0, isUnicode };
  const isTrue =
    /truecolor|24bit/i.test(env.COLORTERM ?? '') ||
    /direct|kitty|alacritty|ghostty|foot|wezterm/.test(env.TERM ?? '');
  return { colors: isTrue ? 'true' : 256, isUnicode };
}
