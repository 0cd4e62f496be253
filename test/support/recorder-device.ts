/** A light that remembers what was written to it, with knobs for how it fails. */
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
  #release: (() => void)[] = [];

  constructor({ pixelCount = 3, minIntervalMs = 20, refreshMs }: Partial<LedDevice> = {}) {
    this.pixelCount = pixelCount;
    this.minIntervalMs = minIntervalMs;
    this.refreshMs = refreshMs;
  }

  write(pixels: readonly Rgb[]): void | Promise<void> {
    this.writes.push(pixels);
    if (this.mode === 'throws') throw new Error('short circuit');
    if (this.mode === 'rejects') return Promise.reject(new Error('short circuit'));
    if (this.mode === 'hangs') return new Promise((resolve) => this.#release.push(resolve));
  }

  /** What hung goes on. */
  release(): void {
    for (const go of this.#release.splice(0)) go();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
