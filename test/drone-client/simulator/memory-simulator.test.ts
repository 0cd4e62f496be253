import { describe, expect, it } from 'vitest';
import { startMemorySimulator } from '../../../drone-client/simulator/adapters/memory-simulator.js';
import type { RunnerOptions } from '../../../drone-client/simulator/autopilot-runner.js';
import { parseFaultFile } from '../../../drone-client/simulator/fault-file.js';
import { FaultSchedule } from '../../../drone-client/simulator/fault-schedule.js';
import { SimulatedFleetLoop } from '../../../drone-client/simulator/fleet-loop.js';
import { FakeClock } from '../../support/fake-clock.js';
import { flyUpAndDown, RawPilot } from './raw-pilot.js';

function started(options: Partial<RunnerOptions> = {}) {
  const clock = new FakeClock();
  const simulator = startMemorySimulator({
    clock,
    systemId: 7,
    seed: 1,
    settleMs: 1000,
    startPositionM: { x: 0, y: 0, z: 0 },
    ...options,
  });
  const { link } = simulator;
  const pilot = new RawPilot((bytes) => link.send(bytes));
  const heard: number[] = [];
  link.onData((bytes) => {
    pilot.hear(bytes);
    heard.push(...bytes);
  });
  return { ...simulator, clock, pilot, heard, run: (forMs: number) => clock.advance(forMs) };
}

const faultsOf = (text: string) => new FaultSchedule(parseFaultFile(text, 'test')).forDrone('drone-7');

describe('the simulator in memory', () => {
  it.each([
    ['px4', 12],
    ['ardupilot', 3],
  ] as const)(
    'arms, lifts and lands by plain MAVLink as %s, much faster than real time',
    async (flavour, mavId) => {
      const { pilot, run, clock, autopilot } = started({ autopilot: flavour });
      const began = process.cpuUsage();
      const flight = await flyUpAndDown(pilot, run, flavour);
      const { user, system } = process.cpuUsage(began);
      const tookMs = (user + system) / 1000;
      expect(pilot.autopilot).toBe(mavId);
      expect(flight.highestM).toBeGreaterThan(1.7);
      expect(flight.isBackDown).toBe(true);
      expect(autopilot.truth.armed).toBe(false);
      expect(clock.monotonicMs()).toBeGreaterThan(5 * tookMs);
    },
  );

  it('sends the same bytes for the same seed, with wind and faults, and others for another', async () => {
    const bytes = async (seed: number): Promise<string> => {
      const faults = faultsOf('3 * gust 4 2\n4 drone-7 gps-loss 1\n6.5 drone-7 motor-loss');
      const { pilot, run, heard } = started({
        seed,
        faults,
        wind: { meanMPerS: 3, fromRad: 1, gustMPerS: 1 },
      });
      await flyUpAndDown(pilot, run);
      return heard.join();
    };
    const first = await bytes(5);
    expect(await bytes(5)).toBe(first);
    expect(await bytes(6)).not.toBe(first);
  });

  it('lets the faults of its file happen, counted from when the motors started', async () => {
    const { pilot, run, autopilot } = started({
      faults: faultsOf('5 drone-7 motor-loss\n0 drone-8 motor-loss'),
    });
    await run(6000);
    const { highestM } = await flyUpAndDown(pilot, run);
    expect(highestM).toBeLessThan(0.8);
    expect(autopilot.truth.positionM.z).toBe(0);
  });

  it('tells after every step, so that others can look', async () => {
    const steps: number[] = [];
    const { run } = started({ onStep: (nowMs) => steps.push(nowMs) });
    await run(50);
    expect(steps).toEqual([10, 20, 30, 40, 50]);
  });

  it('never answers inside the call that asked', async () => {
    const { pilot, run } = started();
    await run(2000);
    pilot.command(400, { _param1: 1 });
    expect(pilot.results.size).toBe(0);
    await run(10);
    expect(pilot.results.has(400)).toBe(true);
  });

  it('is still after either end closed it, and says so once to the other', async () => {
    const { link, pilot, run, autopilot, close, clock } = started();
    const reasons: string[] = [];
    link.onClose((reason) => reasons.push(reason));
    await run(500);
    await close();
    await close();
    expect(reasons).toEqual(['the simulator was closed']);
    expect(clock.pending).toBe(0);
    const { messages } = pilot;
    await run(500);
    expect(pilot.messages).toBe(messages);

    const other = started();
    await other.link.close();
    other.pilot.command(400, { _param1: 1 });
    await other.run(500);
    expect(other.pilot.messages).toBe(0);
    await other.close();
    expect(autopilot.truth.armed).toBe(false);
  });

  it('shares the timer of its fleet', async () => {
    const clock = new FakeClock();
    const loop = new SimulatedFleetLoop(clock);
    const fleet = [1, 2, 3].map((systemId) => started({ clock, loop, systemId }));
    expect(clock.pending).toBe(1);
    await clock.advance(2000);
    expect(fleet.map(({ pilot }) => [...pilot.systems])).toEqual([[1], [2], [3]]);
    for (const { close } of fleet) await close();
    expect(clock.pending).toBe(0);
  });
});
