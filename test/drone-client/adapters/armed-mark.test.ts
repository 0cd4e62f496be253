/** While the motors are armed a file says so, and the package's scripts refuse to touch the program. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepArmedMark } from '../../../drone-client/adapters/armed-mark.js';
import type { VehicleEvent, VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { standingState } from '../../support/fake-vehicle-state.js';

const prerm = resolve(import.meta.dirname, '../../../packaging/files/starling-drone/prerm');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-armed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Motors {
  state: VehicleState = standingState(0, { x: 0, y: 0, z: 0 });
  readonly #listeners = new Set<(event: VehicleEvent) => void>();

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(armed: boolean): void {
    this.state = { ...this.state, armed };
    for (const listener of this.#listeners) listener({ type: 'stateChanged' });
  }
}

const upgrade = () => {
  const env = { ...process.env, STARLING_RUN: folder };
  return execFileSync('sh', [prerm, 'upgrade', '9.9.9'], { env, encoding: 'utf8', stdio: 'pipe' });
};

it('is there from arming to disarming, and no longer', () => {
  const vehicle = new Motors();
  const troubles: string[] = [];
  const stop = keepArmedMark(folder, vehicle, (text) => troubles.push(text));
  expect(existsSync(join(folder, 'armed'))).toBe(false);
  expect(upgrade()).toBe('');
  vehicle.set(true);
  expect(existsSync(join(folder, 'armed'))).toBe(true);
  expect(upgrade).toThrow(/the motors of this drone are armed: land and disarm it/);
  vehicle.set(false);
  expect(existsSync(join(folder, 'armed'))).toBe(false);
  stop();
  expect(troubles).toEqual([]);
});

it('that can not be written is told, and the drone goes on', () => {
  const vehicle = new Motors();
  const troubles: string[] = [];
  vehicle.set(true);
  keepArmedMark(join(folder, 'gone'), vehicle, (text) => troubles.push(text));
  expect(troubles).toEqual([
    expect.stringMatching(/gone\/armed: that the motors are armed could not be marked/),
  ]);
});
