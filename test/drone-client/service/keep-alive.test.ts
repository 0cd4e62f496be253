import { beforeEach, describe, expect, it } from 'vitest';
import { keepAlive, type Vitals } from '../../../drone-client/service/keep-alive.js';
import type { Notice } from '../../../drone-client/service/service-manager.js';
import { FakeClock } from '../../support/fake-clock.js';

let clock: FakeClock;
let told: { atMs: number; notice: Notice }[];
let warnings: string[];
let vitals: Vitals;
let isBroken: boolean;
let stop: () => void;
let isDeaf: boolean;

const standing: Vitals = {
  ...{ server: 'hall at 10.0.0.2', isVehicleHeard: true, isArmed: false },
  ...{ task: 'No task', setpointAgeMs: undefined },
};

function start({ watchdogMs }: { watchdogMs: number | undefined } = { watchdogMs: 10_000 }) {
  stop = keepAlive({
    clock,
    manager: {
      watchdogMs,
      tell: (notice) => {
        if (isDeaf) return false;
        told.push({ atMs: clock.monotonicMs(), notice });
        return true;
      },
      close: () => told.push({ atMs: clock.monotonicMs(), notice: {} }),
    },
    vitals: () => {
      if (isBroken) throw new Error('no such step');
      return vitals;
    },
    onWarning: (text) => warnings.push(text),
  });
}

beforeEach(() => {
  clock = new FakeClock();
  [told, warnings, vitals, isBroken, isDeaf] = [[], [], standing, false, false];
});

const signs = () => told.filter(({ notice }) => notice.watchdog).map(({ atMs }) => atMs);

describe('a client that lives', () => {
  it('says that it is ready, then that it lives four times within the limit, and at last that it ends', async () => {
    start();
    await clock.advance(10_000);
    expect(told[0]?.notice).toEqual({
      ...{ ready: true, watchdog: true },
      status: 'connected to hall at 10.0.0.2; autopilot heard; No task',
    });
    expect(signs()).toEqual([0, 2500, 5000, 7500, 10_000]);
    stop();
    expect(told.slice(-2).map(({ notice }) => notice)).toEqual([{ stopping: true, status: 'ends' }, {}]);
    expect(clock.pending).toBe(0);
  });

  it('tells what it does when that changes, not the seconds of a countdown', async () => {
    start({ watchdogMs: undefined });
    vitals = { ...standing, task: 'takeoff in 9.5 s' };
    await clock.advance(500);
    vitals = { ...standing, task: 'takeoff in 9.0 s' };
    await clock.advance(500);
    vitals = { ...standing, server: undefined, isVehicleHeard: false };
    await clock.advance(500);
    expect(told.slice(1).map(({ notice }) => notice)).toEqual([
      { status: 'connected to hall at 10.0.0.2; autopilot heard; takeoff is coming' },
      { status: 'no server; no autopilot; No task' },
    ]);
    expect(signs()).toEqual([]);
  });
});

it('says again what the manager did not take: without its beginning the service would be ended', async () => {
  isDeaf = true;
  start();
  await clock.advance(2000);
  isDeaf = false;
  await clock.advance(500);
  expect(told.map(({ notice }) => notice)).toEqual([
    { ready: true, watchdog: true, status: 'connected to hall at 10.0.0.2; autopilot heard; No task' },
  ]);
  isDeaf = true;
  await clock.advance(3000);
  isDeaf = false;
  await clock.advance(500);
  expect(signs()).toEqual([2500, 6000]);
});

it('lives on though it can not say how it is, which is told once', async () => {
  start();
  isBroken = true;
  await clock.advance(5000);
  expect(signs()).toEqual([0, 2500, 5000]);
  expect(warnings).toEqual([expect.stringContaining('can not be told to systemd: no such step')]);
  expect(told[1]?.notice.status).toContain('its state is unknown');
});

describe('a flight that gets no setpoints', () => {
  const flying = (setpointAgeMs: number): Vitals => ({
    ...standing,
    isArmed: true,
    task: 'fly',
    setpointAgeMs,
  });

  it('ends the signs of life, and is told once', async () => {
    start();
    vitals = flying(3000);
    await clock.advance(2500);
    vitals = flying(3001);
    await clock.advance(20_000);
    expect(signs()).toEqual([0, 2500]);
    expect(warnings).toEqual([
      expect.stringContaining('no setpoint was sent for 3.0 s though "fly" needs them'),
    ]);
    expect(told.at(-1)?.notice.status).toMatch(/^no setpoints are sent; .*armed; fly/);
  });

  it('that gets them again is well', async () => {
    start();
    vitals = flying(4000);
    await clock.advance(5000);
    vitals = flying(40);
    await clock.advance(500);
    expect(signs()).toEqual([0, 5500]);
  });
});
