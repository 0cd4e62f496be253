/** Lights that the autopilot drives, by MAVLink's LED_CONTROL in its two dialects. Knows no link: messages go to a function. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { LedDevice } from './led.js';

/** LED_CONTROL's content; `bytes` at most 24. */
export type LedControl = {
  readonly instance: number;
  readonly pattern: number;
  readonly bytes: Uint8Array;
};

export type LedDialect = 'ardupilot' | 'skybrush';

/**
 * `ardupilot`: every light, pattern "custom", 3 bytes; the firmware follows it with NTF_LED_OVERRIDE 1.
 * `skybrush`: its show firmware shows 3 bytes for 5 s, and only with both numbers.
 * Source: MAVLink LED_CONTROL_PATTERN; observed on the show firmware.
 */
const addresses: Readonly<Record<LedDialect, Pick<LedControl, 'instance' | 'pattern'>>> = {
  ardupilot: { instance: 255, pattern: 255 },
  skybrush: { instance: 42, pattern: 42 },
};

/** The line belongs to the setpoints: ten colours a second at most. */
const minIntervalMs = 100;
/** Before a colour lapses, and because a message may be lost. */
const refreshMs = 2000;

/** One light of one colour. */
export class MavlinkLed implements LedDevice {
  readonly pixelCount = 1;
  readonly minIntervalMs = minIntervalMs;
  readonly refreshMs = refreshMs;
  readonly #dialect: LedDialect;
  readonly #send: (control: LedControl) => void;

  constructor(dialect: LedDialect, send: (control: LedControl) => void) {
    this.#dialect = dialect;
    this.#send = send;
  }

  write([color = black]: readonly Rgb[]): void {
    const { red, green, blue } = color;
    this.#send({ ...addresses[this.#dialect], bytes: Uint8Array.of(red, green, blue) });
  }

  async close(): Promise<void> {
    return;
  }
}
