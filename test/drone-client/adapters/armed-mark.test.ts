/** While the motors are armed a file says so, and the package's scripts refuse to touch the program. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepArmedMark } from '../../../drone-client/adapters/armed-mark.js';
import type { VehicleEvent, VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { FakeClock } from '../../support/fake-clock.js';
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

const noFlight = () => false;

const upgrade = () => {
  const env = { ...process.env, STARLING_RUN: folder };
  return execFileSync('sh', [prerm, 'upgrade', '9.9.9'], { env, encoding: 'utf8', stdio: 'pipe' });
};

it('is there from arming to disarming, and no longer', () => {
  const vehicle = new Motors();
  const troubles: string[] = [];
  const clock = new FakeClock();
  const onTrouble = (text: string) => troubles.push(text);
  const stop = keepArmedMark({ clock, folder, vehicle, isBusy: noFlight, onTrouble });
  expect(existsSync(join(folder, 'armed'))).toBe(false);
  expect(upgrade()).toBe('');
  vehicle.set(true);
  expect(existsSync(join(folder, 'armed'))).toBe(true);
  expect(upgrade).toThrow(/the motors of this drone are armed: land and disarm it/);
  vehicle.set(false);
  expect(existsSync(join(folder, 'armed'))).toBe(false);
  stop();
  expect([troubles, clock.pending]).toEqual([[], 0]);
});

it('is there while a start is counted down, and until the flight is over', async () => {
  const [vehicle, clock, player] = [new Motors(), new FakeClock(), { isBusy: false }];
  keepArmedMark({ clock, folder, vehicle, isBusy: () => player.isBusy, onTrouble: expect.fail });
  player.isBusy = true;
  await clock.advance(200);
  expect(upgrade).toThrow(/While a start is counted down/);
  vehicle.set(true);
  player.isBusy = false;
  await clock.advance(200);
  expect(upgrade).toThrow(/armed/);
  vehicle.set(false);
  expect(upgrade()).toBe('');
});

it('stays as a client before it has left it, until the autopilot is heard', () => {
  writeFileSync(join(folder, 'armed'), '');
  const vehicle = new Motors();
  vehicle.state = { ...vehicle.state, connected: false, armed: false };
  keepArmedMark({ clock: new FakeClock(), folder, vehicle, isBusy: noFlight, onTrouble: expect.fail });
  expect(upgrade).toThrow(/the motors of this drone are armed/);
  vehicle.state = { ...vehicle.state, connected: true };
  vehicle.set(false);
  expect(upgrade()).toBe('');
});

it('that can not be written is told once, tried again, and the drone goes on', async () => {
  const [vehicle, clock] = [new Motors(), new FakeClock()];
  const troubles: string[] = [];
  vehicle.set(true);
  const late = join(folder, 'late');
  keepArmedMark({
    ...{ clock, folder: late, vehicle, isBusy: noFlight },
    onTrouble: (text) => troubles.push(text),
  });
  await clock.advance(1000);
  expect(troubles).toEqual([
    expect.stringMatching(/late\/armed: that the motors are armed could not be marked/),
  ]);
  mkdirSync(late);
  await clock.advance(200);
  expect(existsSync(join(late, 'armed'))).toBe(true);
});

it('that is a link which leads nowhere is one too', () => {
  symlinkSync('/nowhere', join(folder, 'armed'));
  expect(upgrade).toThrow(/armed/);
});
