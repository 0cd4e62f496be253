/**
 * Brings the newest light to a device: pace, repetition, correction. Knows the device by its port only; a device
 * that fails or hangs costs nobody but itself.
 */
import { errorText } from '../../lib/errors.js';
import { black, type Rgb } from '../../lib/show/model.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import { type LedCorrection, makeCorrection } from './correction.js';
import type { Led, LedDevice, LedEffect } from './led.js';
import { isSame, Light } from './light.js';

/** How often an effect is looked at, ms. */
const frameMs = 20;
/** A device that failed is tried again after this, ms. */
const retryMs = 1000;
/** A write that takes longer than this hangs, ms. */
const hangMs = 1000;
/** How long the end of the program waits for a device, ms, twice: to go dark, and to close. */
const closeMs = 500;

export type LedControllerOptions = {
  readonly clock: Clock;
  readonly device: LedDevice;
  readonly correction: LedCorrection;
  /** The device failed, or hangs; told once until it works again. Must not throw. */
  readonly onError: (text: string) => void;
};

export class LedController implements Led {
  readonly isPresent = true;
  readonly #options: LedControllerOptions;
  readonly #light = new Light();
  readonly #corrected: (pixels: readonly Rgb[]) => readonly Rgb[];
  #timer: Cancel | undefined;
  /** What the device shows, before correction; undefined where nobody knows. */
  #shown: readonly Rgb[] | undefined;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #isWriting = false;
  /** Ends the watch over the write that is under way. */
  #unwatch: Cancel | undefined;
  /** The end of the last write; never rejects. */
  #writing: Promise<void> = Promise.resolve();
  #trouble: string | undefined;
  #closing: Promise<void> | undefined;

  /** A device that keeps what it shows goes dark at once: a client that died may have left it lit. */
  constructor(options: LedControllerOptions) {
    this.#options = options;
    this.#corrected = makeCorrection(options.correction);
    if (options.device.refreshMs === undefined) this.#look();
  }

  get intervalMs(): number {
    return this.#options.device.minIntervalMs;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  get color(): Rgb {
    return this.#light.colorAt(this.#nowMs);
  }

  setColor(color: Rgb): void {
    if (!this.#closing && this.#light.setColor(color)) this.#wake();
  }

  play(effect: LedEffect): void {
    if (!this.#closing && this.#light.play(effect, this.#nowMs)) this.#wake();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  /** The light is another one: while the device is busy nothing is computed, its next turn takes the newest. */
  #wake(): void {
    if (this.#isWriting) return;
    const waitMs = this.#notBeforeMs - this.#nowMs;
    if (waitMs > 0) this.#lookIn(waitMs);
    else this.#look();
  }

  #lookIn(delayMs: number): void {
    this.#timer?.();
    this.#timer = this.#options.clock.after(delayMs, () => this.#look());
  }

  /** Writes what is to be seen now if that is due, else plans the next look. The end of a write looks again. */
  #look(): void {
    this.#timer?.();
    this.#timer = undefined;
    const { pixelCount, refreshMs = Number.POSITIVE_INFINITY } = this.#options.device;
    const nowMs = this.#nowMs;
    const pixels = this.#light.pixelsAt(nowMs, pixelCount);
    const isChanged = !isSameStrip(pixels, this.#shown);
    const writeMs = Math.max(this.#notBeforeMs, isChanged ? nowMs : this.#writtenMs + refreshMs);
    if (writeMs <= nowMs) {
      this.#write(pixels, nowMs);
      return;
    }
    const waitsForDevice = isChanged || this.#light.isStillAt(nowMs, pixelCount);
    const nextMs = waitsForDevice ? writeMs : Math.min(writeMs, nowMs + frameMs);
    if (Number.isFinite(nextMs)) this.#lookIn(nextMs - nowMs);
  }

  #write(pixels: readonly Rgb[], nowMs: number): void {
    const { clock, device } = this.#options;
    this.#isWriting = true;
    this.#shown = pixels;
    this.#writtenMs = nowMs;
    this.#notBeforeMs = nowMs + Math.max(frameMs, device.minIntervalMs);
    this.#unwatch = clock.after(hangMs, () => this.#report(`they took no colour for ${hangMs / 1000} s`));
    this.#writing = this.#attempt(pixels).then((failure) => {
      this.#unwatch?.();
      this.#isWriting = false;
      this.#ended(failure);
    });
  }

  /** Why it failed; undefined when it did not. */
  async #attempt(pixels: readonly Rgb[]): Promise<string | undefined> {
    try {
      await this.#options.device.write(this.#corrected(pixels));
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  #ended(failure: string | undefined): void {
    if (failure === undefined) this.#trouble = undefined;
    else {
      this.#shown = undefined;
      this.#notBeforeMs = this.#nowMs + retryMs;
      this.#report(failure);
    }
    if (!this.#closing) this.#look();
  }

  #report(failure: string): void {
    if (this.#trouble !== undefined) return;
    this.#trouble = `the lights do not work: ${failure}`;
    this.#options.onError(this.#trouble);
  }

  async #close(): Promise<void> {
    const { clock, device } = this.#options;
    this.#timer?.();
    this.#light.setColor(black);
    // What comes back after the wait must find the device left alone.
    let isTooLate = false;
    await within(clock, async () => {
      await this.#writing;
      if (isTooLate) return;
      const isLit = Number.isFinite(this.#writtenMs) && !isSameStrip(this.#blacks(), this.#shown);
      const failure = isLit ? await this.#attempt(this.#blacks()) : undefined;
      if (failure !== undefined) this.#report(failure);
    });
    isTooLate = true;
    this.#unwatch?.();
    await within(clock, () => device.close());
  }

  #blacks(): readonly Rgb[] {
    return new Array<Rgb>(this.#options.device.pixelCount).fill(black);
  }
}

/** The end of this work, however it ends, or `closeMs` from now. */
function within(clock: Clock, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = clock.after(closeMs, resolve);
    const done = (): void => {
      giveUp();
      resolve();
    };
    work().then(done, done);
  });
}

function isSameStrip(a: readonly Rgb[], b: readonly Rgb[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((rgb, index) => isSame(rgb, b[index] ?? black));
}
