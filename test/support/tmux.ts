/** A real terminal for tests: one tmux server of its own per test, ended with it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @throws Error naming the package when tmux is not installed. */
export function requireTmux(): void {
  try {
    execFileSync('tmux', ['-V']);
  } catch (error) {
    throw new Error('tmux is not installed: apt-get install tmux', { cause: error });
  }
}

const lastWords = 'echo "ended with $? $(stty -a | grep -o -e -*icanon)"; exec cat';

export class Terminal {
  readonly #folder = mkdtempSync(join(tmpdir(), 'starling-tmux-'));
  readonly #socket = join(this.#folder, 'socket');

  /** Runs `command` (a shell line) in a terminal of that size; then the terminal says how it ended and in which mode. */
  constructor(command: string, { columns = 80, rows = 24 } = {}) {
    const environment = { ...process.env, NCURSES_NO_UTF8_ACS: '1', TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const size = ['-x', String(columns), '-y', String(rows)];
    execFileSync(
      'tmux',
      ['-S', this.#socket, '-f', '/dev/null', 'new-session', '-d', ...size, `${command}; ${lastWords}`],
      {
        env: environment,
      },
    );
  }

  /** Sends keys by tmux names (`C-x`, `Enter`, `Escape`) or text. */
  keys(...keys: string[]): void {
    this.#run('send-keys', ...keys);
  }

  /** Sends text as typed, without looking for key names in it. */
  type(text: string): void {
    this.#run('send-keys', '-l', text);
  }

  resize(columns: number, rows: number): void {
    this.#run('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What is on the screen now. */
  screen(): string {
    return this.#run('capture-pane', '-p');
  }

  /** Waits until the screen fits; fails with what it shows instead. */
  async until(fits: RegExp | ((screen: string) => boolean), timeoutMs = 15_000): Promise<string> {
    const untilMs = Date.now() + timeoutMs;
    const isFitting = (screen: string) => (fits instanceof RegExp ? fits.test(screen) : fits(screen));
    for (;;) {
      const screen = this.screen();
      if (isFitting(screen)) return screen;
      if (Date.now() > untilMs) throw new Error(`waited for ${fits}; the screen shows:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** How the program ended and whether the terminal reads lines again; undefined while it runs. */
  ending(): { readonly status: number; readonly isCooked: boolean } | undefined {
    const [, status, mode] = /ended with (\d+) (-?icanon)/.exec(this.screen()) ?? [];
    return status === undefined ? undefined : { status: Number(status), isCooked: mode === 'icanon' };
  }

  /** What a program can leave behind: the other screen, and a cursor that is not seen. */
  modes(): { readonly isAlternate: boolean; readonly hasCursor: boolean } {
    const [alternate, cursor] = this.#run('display-message', '-p', '#{alternate_on} #{cursor_flag}')
      .trim()
      .split(' ');
    return { isAlternate: alternate === '1', hasCursor: cursor === '1' };
  }

  /** The process that the terminal's shell runs now; undefined between two. */
  childPid(): number | undefined {
    const shell = this.#run('display-message', '-p', '#{pane_pid}').trim();
    try {
      return Number(execFileSync('pgrep', ['-P', shell, '-x', 'node'], { encoding: 'utf8' }).trim());
    } catch {
      // It finds none.
      return undefined;
    }
  }

  close(): void {
    try {
      this.#run('kill-server');
    } catch {
      // It has ended already, and the socket with it.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { encoding: 'utf8' });
  }
}
