/** Faults by single keys, for somebody at a terminal: a drone's number, then a letter. Knows no terminal. */
import type { Fault } from './faults.js';

/** What a key did: a fault for a drone (from 1), or a text for whoever pressed it. */
export type KeyedFault = { readonly drone: number; readonly fault: Fault };

const faults: Readonly<Record<string, Fault | 'pilot'>> = {
  m: { kind: 'motor-loss' },
  g: { kind: 'gps-loss', durationS: 10 },
  c: { kind: 'link-cut', durationS: 10 },
  b: { kind: 'battery-sag', fraction: 0.08 },
  y: { kind: 'lying-battery', fraction: 0.08 },
  s: { kind: 'stuck-mode' },
  r: { kind: 'reboot' },
  w: { kind: 'gust', mPerS: 6, durationS: 3 },
  p: 'pilot',
};

/** A mode that a pilot's switch has. */
const pilotModes = { px4: 'POSCTL', ardupilot: 'LOITER' } as const;

export const faultKeysHelp =
  'faults by key: a drone number, then m motor-loss, g gps-loss 10 s, c link-cut 10 s, b battery-sag 8 %, ' +
  'y lying-battery 8 %, s stuck-mode, r reboot, w gust 6 m/s 3 s, p pilot; Esc forgets the number';

export class FaultKeys {
  readonly #drones: number;
  readonly #autopilot: 'px4' | 'ardupilot';
  #digits = '';

  constructor(drones: number, autopilot: 'px4' | 'ardupilot') {
    this.#drones = drones;
    this.#autopilot = autopilot;
  }

  /** Takes one key; `undefined` when nothing is to be said or done. Without a number the first drone is meant. */
  push(key: string): KeyedFault | string | undefined {
    if (/^\d$/.test(key)) {
      this.#digits = `${this.#digits}${key}`.slice(-4);
      return undefined;
    }
    const digits = this.#digits;
    this.#digits = '';
    if (key === '?') return faultKeysHelp;
    const found = Object.hasOwn(faults, key) ? faults[key] : undefined;
    if (!found) return undefined;
    const drone = digits === '' ? 1 : Number(digits);
    if (drone < 1 || drone > this.#drones) return `there is no drone ${drone}: 1 to ${this.#drones}`;
    return { drone, fault: found === 'pilot' ? { kind: 'pilot', mode: pilotModes[this.#autopilot] } : found };
  }
}
