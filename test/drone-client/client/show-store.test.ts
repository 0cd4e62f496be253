import { describe, expect, it } from 'vitest';
import type { DroneFiles } from '../../../drone-client/client/drone-files.js';
import type { FilePlace } from '../../../drone-client/client/file-jail.js';
import { ShowStore } from '../../../drone-client/client/show-store.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { loadConfig } from '../../../lib/config/index.js';
import { RefusedError } from '../../../lib/errors.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

/** A disk of one file. */
class OneFile implements DroneFiles {
  readonly roots = { data: '/data', payload: '/payload' };
  reads = 0;
  #content: string | undefined;
  #version = 0;

  set content(content: string | undefined) {
    this.#content = content;
    this.#version += 1;
  }

  async writeBeside(): Promise<never> {
    throw new RefusedError('refused', 'not here');
  }

  async receive(): Promise<never> {
    throw new RefusedError('refused', 'not here');
  }

  async read(): Promise<Uint8Array> {
    this.reads += 1;
    if (this.#content === undefined) throw new RefusedError('no_file', 'missing');
    return Buffer.from(this.#content);
  }

  async digest(): Promise<never> {
    throw new RefusedError('no_file', 'not here');
  }

  async freeBytes(): Promise<undefined> {
    return undefined;
  }

  async remove(): Promise<void> {
    this.content = undefined;
  }

  async stamp({ path }: FilePlace): Promise<string | undefined> {
    return this.#content === undefined || path !== 'animation.csv' ? undefined : String(this.#version);
  }
}

const rising = ['circle', ...[0, 0.5, 1, 1.5].map((z, i) => `${i},1,2,${z},0,255,0,0`), ''].join('\n');

function makeStore(ini = '') {
  const files = new OneFile();
  const config = loadConfig(ini, 'client.ini', droneConfigSpec);
  const vehicle = new FakeVehicle(new FakeClock(), { x: 0, y: 0, z: 0 });
  let frameError: string | undefined;
  const store = new ShowStore({ files, config, frameError: () => frameError });
  const breakFrame = (text: string) => {
    frameError = text;
  };
  return { files, config, vehicle, store, breakFrame };
}

describe('the animation that a drone holds', () => {
  it('is none at first, and says what to do', async () => {
    const { store, vehicle } = makeStore();
    await store.refresh();
    expect(store.id).toBeUndefined();
    expect(store.state).toBe('no animation: upload the show');
    expect(store.startPosition(vehicle.state)[4]).toMatch(/^error: no animation/);
    expect(() => store.planToFly(vehicle.state)).toThrow('no animation');
  });

  it('is read when the file appears, read again when it changes, and not otherwise', async () => {
    const { store, files, vehicle } = makeStore();
    files.content = rising;
    await store.refresh();
    await store.refresh();
    expect(files.reads).toBe(1);
    expect([store.id, store.state]).toEqual(['circle', 'OK']);
    expect(store.startPosition(vehicle.state)).toEqual([1, 2, 0, Number.NaN, 'fly', 0]);
    files.content = rising.replace('circle', 'square');
    await store.refresh();
    expect(store.id).toBe('square');
    files.content = undefined;
    await store.refresh();
    expect(store.plan).toBeUndefined();
  });

  it('is the new one for whoever asks while it is being read already', async () => {
    const { store, files } = makeStore();
    files.content = rising;
    await store.refresh();
    files.content = rising.replace('circle', 'square');
    const [first, second] = [store.refresh(), store.refresh()];
    await second;
    expect(store.id).toBe('square');
    await first;
    expect(files.reads).toBe(2);
  });

  it('that can not be read has the reason as its state', async () => {
    const { store, files, vehicle } = makeStore();
    files.content = 'circle\n1,2,3\n';
    await store.refresh();
    expect(store.state).toContain('animation.csv, line 2');
    expect(() => store.planToFly(vehicle.state)).toThrow('line 2');
  });

  it('is planned anew with the configuration', async () => {
    const { store, files, config, vehicle } = makeStore();
    files.content = rising;
    await store.refresh();
    config.set('ANIMATION/private_offset', [0, 0, 2]);
    await store.refresh({ force: true });
    expect(store.startPosition(vehicle.state)).toEqual([1, 2, 2, Number.NaN, 'takeoff', 0]);
  });

  it('is not flown into the ground, from an unknown height, or in a frame that is not known', async () => {
    const { store, files, config, vehicle, breakFrame } = makeStore();
    files.content = rising;
    await store.refresh();
    expect(store.planToFly(vehicle.state).animationId).toBe('circle');
    vehicle.moveTo({ x: 0, y: 0, z: 0.5 });
    expect(() => store.planToFly(vehicle.state)).toThrow('below the ground');
    vehicle.set({ position: undefined });
    expect(() => store.planToFly(vehicle.state)).toThrow('height is unknown');
    config.set('ANIMATION/check_ground', false);
    expect(() => store.planToFly(vehicle.state)).toThrow('the configuration has just changed');
    await store.refresh();
    expect(store.planToFly(vehicle.state).animationId).toBe('circle');
    breakFrame('the frame was changed');
    expect(() => store.planToFly(vehicle.state)).toThrow('not started: the frame was changed');
  });
});
