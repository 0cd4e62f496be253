/** A light that remembers what was written to it and what the port forbids, with knobs for how it fails. */
import type { LedDevice } from '../../drone-client/led/led.js';
import type { Rgb } from '../../lib/show/model.js';

export class RecorderDevice implements LedDevice {
  readonly pixelCount: number;
  readonly minIntervalMs: number;
  readonly refreshMs: number | undefined;
  readonly writes: (readonly Rgb[])[] = [];
  /** How the next writes go. */
  mode: 'works' | 'throws' | 'rejects' | 'hangs' = 'works';
  isClosed = false;
  /** What was done to it that no device has to bear. */
  readonly misuse: string[] = [];
  #isWriting = false;
  #release: (() => void)[] = [];

  constructor({ pixelCount = 3, minIntervalMs = 20, refreshMs }: Partial<LedDevice> = {}) {
    this.pixelCount = pixelCount;
    this.minIntervalMs = minIntervalMs;
    this.refreshMs = refreshMs;
  }

  write(pixels: readonly Rgb[]): void | Promise<void> {
    if (this.isClosed) this.misuse.push('written to after its end');
    if (this.#isWriting) this.misuse.push('written to before the last write had ended');
    if (pixels.length !== this.pixelCount) this.misuse.push(`given ${pixels.length} pixels`);
    this.writes.push(pixels);
    if (this.mode === 'throws') throw new Error('short circuit');
    if (this.mode === 'rejects') return Promise.reject(new Error('short circuit'));
    if (this.mode === 'hangs') return this.#hang();
  }

  async #hang(): Promise<void> {
    this.#isWriting = true;
    await new Promise<void>((resolve) => this.#release.push(resolve));
    this.#isWriting = false;
  }

  /** What hung goes on. */
  release(): void {
    for (const go of this.#release.splice(0)) go();
  }

  async close(): Promise<void> {
    if (this.isClosed) this.misuse.push('closed twice');
    this.isClosed = true;
  }
}
