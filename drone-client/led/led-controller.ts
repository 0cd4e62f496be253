/**
 * Brings the newest light to a device: gamma, brightness, pace, repetition. Knows the device by its port only; a device
 * that fails or hangs costs nobody but itself.
 */
import { errorText } from '../../lib/errors.js';
import { black, type Rgb } from '../../lib/show/model.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { Led, LedDevice, LedEffect } from './led.js';
import { isSame, Light } from './light.js';

/** How often an effect is looked at, ms. */
const frameMs = 20;
/** A device that failed is tried again after this, ms. */
const retryMs = 1000;
/** How long the end of the program waits for a device, ms. */
const closeMs = 500;

export type LedCorrection = {
  /** Part of the full brightness, 0…1. */
  readonly brightness: number;
  /** Output = input ^ gamma, both 0…1: 1 for devices that correct by themselves. */
  readonly gamma: number;
};

export type LedControllerOptions = {
  readonly clock: Clock;
  readonly device: LedDevice;
  readonly correction: LedCorrection;
  /** The device failed; told once until it works again. */
  readonly onError: (text: string) => void;
};

export class LedController implements Led {
  readonly isPresent = true;
  readonly #options: LedControllerOptions;
  readonly #light = new Light();
  readonly #levels: readonly number[];
  #timer: Cancel | undefined;
  #shown: readonly Rgb[] = [];
  #writtenMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #isWriting = false;
  #hasFailed = false;
  #isClosed = false;

  constructor(options: LedControllerOptions) {
    this.#options = options;
    this.#levels = levelsOf(options.correction);
  }

  get color(): Rgb {
    return this.#light.colorAt(this.#nowMs);
  }

  setColor(color: Rgb): void {
    if (!this.#isClosed && this.#light.setColor(color)) this.#update();
  }

  play(effect: LedEffect): void {
    if (!this.#isClosed && this.#light.play(effect, this.#nowMs)) this.#update();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.setColor(black);
    this.#isClosed = true;
    this.#timer?.();
    const { clock, device } = this.#options;
    await new Promise<void>((resolve) => {
      const giveUp = clock.after(closeMs, resolve);
      const done = (): void => {
        giveUp();
        resolve();
      };
      device.close().then(done, done);
    });
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  /** Writes what is to be seen now, and plans the next look. */
  #update(): void {
    this.#timer?.();
    this.#timer = undefined;
    const { device } = this.#options;
    const nowMs = this.#nowMs;
    const pixels = this.#light.pixelsAt(nowMs, device.pixelCount);
    const isOld = device.refreshMs !== undefined && nowMs - this.#writtenMs >= device.refreshMs;
    const isWanted = isOld || !isSameStrip(pixels, this.#shown);
    if (isWanted && !this.#isWriting && nowMs >= this.#notBeforeMs) this.#write(pixels, nowMs);
    this.#plan(nowMs, pixels);
  }

  #plan(nowMs: number, pixels: readonly Rgb[]): void {
    const { device, clock } = this.#options;
    if (this.#isClosed) return;
    const isPending = !isSameStrip(pixels, this.#shown);
    const isStill = this.#light.isStillAt(nowMs, device.pixelCount);
    const nextMs = isPending || !isStill ? frameMs : device.refreshMs;
    if (nextMs !== undefined) this.#timer = clock.after(nextMs, () => this.#update());
  }

  #write(pixels: readonly Rgb[], nowMs: number): void {
    const { device } = this.#options;
    this.#isWriting = true;
    this.#notBeforeMs = nowMs + device.minIntervalMs;
    this.#writtenMs = nowMs;
    const before = this.#shown;
    this.#shown = pixels;
    this.#written(pixels).then(
      () => {
        this.#isWriting = false;
        this.#hasFailed = false;
      },
      (error: unknown) => {
        this.#isWriting = false;
        this.#shown = before;
        this.#failed(error);
      },
    );
  }

  async #written(pixels: readonly Rgb[]): Promise<void> {
    await this.#options.device.write(pixels.map((rgb) => this.#corrected(rgb)));
  }

  #failed(error: unknown): void {
    this.#notBeforeMs = this.#nowMs + retryMs;
    if (!this.#isClosed) this.#timer ??= this.#options.clock.after(retryMs, () => this.#update());
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onError(`the lights do not work: ${errorText(error)}`);
  }

  #corrected({ red, green, blue }: Rgb): Rgb {
    return { red: this.#level(red), green: this.#level(green), blue: this.#level(blue) };
  }

  #level(value: number): number {
    return this.#levels[Math.min(255, Math.max(0, Math.round(value)))] ?? 0;
  }
}

/** Output of each input 0…255. */
function levelsOf({ brightness, gamma }: LedCorrection): number[] {
  return Array.from({ length: 256 }, (_, value) => Math.round(255 * brightness * (value / 255) ** gamma));
}

function isSameStrip(a: readonly Rgb[], b: readonly Rgb[]): boolean {
  return a.length === b.length && a.every((rgb, index) => isSame(rgb, b[index] ?? black));
}
