/** Where an oversight could hold a good show, or miss a hold: ends, restarts, settings that change, drones taken out. */
import { describe, expect, it } from 'vitest';
import { defineSpec, loadConfig } from '../../../lib/config/index.js';
import { oversightSections, readOversight } from '../../../server/oversight/settings.js';
import { flying, WatchedFleet } from './support/watched-fleet.js';

const rules = (ini: string) => readOversight(loadConfig(ini, 'server.ini', defineSpec(oversightSections)));
const standing = { armed: false, landed: 'on_ground', last_task: 'No task' };
const padOf = (id: string) => [0, (Number(id.slice(6)) - 1) * 3, 0];
const silentRules = '[ALERTS]\n[[silence]]\nlimit = 0\n[[silence_many]]\nlimit = 0\n';

/** A server that was started anew, `-inS` into the show, and has heard nobody yet. */
function restart(fleet: WatchedFleet, inS: number): void {
  fleet.start(inS);
  fleet.run = fleet.run && { ...fleet.run, restoredUtcMs: fleet.clock.utcMs() };
  for (const [id, record] of fleet.records) fleet.records.set(id, { ...record, telemetryAtMs: undefined });
}

describe('a gate', () => {
  it('that is taken out of the rules while it holds the show leaves the next one working', async () => {
    const far = (id: string, showS: number) => flying(id, showS, 1.4);
    const two = '[GATES]\nfirst = 20, 80, 1.2\nsecond = 40, 80, 1.2\n';
    const fleet = new WatchedFleet({ ini: two });
    fleet.start(-15);
    await fleet.fly(5, far);
    expect(fleet.acts).toEqual(['pause 10']);
    fleet.oversight.use(rules('[GATES]\nsecond = 40, 80, 1.2\n'));
    await fleet.fly(2, far);
    fleet.resume();
    await fleet.fly(25, far);
    expect(fleet.acts).toEqual(['pause 10', 'pause 10']);
  });

  it.each([
    ['0, 80, 1', 5, 10],
    ['2, 80, 1', 5, 10],
    ['71, 80, 1', -60, 14],
    ['90, 80, 1', -60, 34],
  ])('at %s, when drones stand by plan, holds nobody', async (when, startS, forS) => {
    const fleet = new WatchedFleet({ ini: `[GATES]\nedge = ${when}\n` });
    fleet.start(startS);
    await fleet.fly(forS, (id, showS) =>
      showS < 1 || showS > 70 ? { ...standing, current_position: padOf(id) } : flying(id, showS),
    );
    expect(fleet.acts).toEqual([]);
  });

  it("is counted from the show's own zero, as its cues are", async () => {
    const fleet = new WatchedFleet({ ini: '[GATES]\nmiddle = 20, 80, 1.2\n', leadS: 10 });
    fleet.start(-22);
    await fleet.fly(6, (id, showS) => flying(id, showS, 1.4));
    expect(fleet.acts).toEqual([]);
    await fleet.fly(2, (id, showS) => flying(id, showS, 1.4));
    expect(fleet.acts).toEqual(['pause 10']);
  });

  it('waits a little for drones to come back to a server that was started anew', async () => {
    const fleet = new WatchedFleet({ ini: `${silentRules}[GATES]\nmiddle = 30, 80, 1\n` });
    restart(fleet, -28);
    await fleet.fly(3, () => undefined);
    await fleet.fly(5, flying);
    expect(fleet.acts).toEqual([]);
    expect(fleet.alerts.map(({ text }) => text)).toEqual([expect.stringMatching(/middle: 10 of 10/)]);
  });
});

describe('losses', () => {
  it('of drones that never came back to a server that was started anew are losses', async () => {
    const fleet = new WatchedFleet({ ini: silentRules });
    restart(fleet, -10);
    const back = (id: string, showS: number) => (Number(id.slice(6)) > 3 ? flying(id, showS) : undefined);
    await fleet.fly(25, back);
    expect(fleet.acts).toEqual([]);
    await fleet.fly(10, back);
    expect(fleet.acts).toEqual(['pause 10']);
  });

  it('land the fleet, and nothing holds it on its way down', async () => {
    const fleet = new WatchedFleet({ ini: '[LOSSES]\nsteps = 2:land\n[GATES]\nsoon = 21.5, 90, 1\n' });
    fleet.start(-14);
    await fleet.fly(5, flying);
    await fleet.fly(4, (id, showS) => ({
      ...flying(id, showS, 5),
      ...(['drone-1', 'drone-2'].includes(id) && standing),
    }));
    expect(fleet.acts).toEqual(['land 10']);
  });

  it('are not those that an operator lands, also when one more is lost', async () => {
    const fleet = new WatchedFleet();
    fleet.start(-14);
    await fleet.fly(2, flying);
    fleet.run = fleet.run && { ...fleet.run, ids: fleet.ids.slice(4) };
    const say = (id: string, showS: number) => (fleet.ids.indexOf(id) < 5 ? standing : flying(id, showS));
    await fleet.fly(5, say);
    expect(fleet.acts).toEqual([]);
    expect(fleet.alerts.at(-1)?.text).toMatch(/1 of 6 drones are lost, drone-5/);
  });
});

it('a drone that an operator lands is off its place no longer', async () => {
  const fleet = new WatchedFleet({ ini: '[ALERTS]\n[[position_many]]\ndrones = 2\n' });
  fleet.start(-14);
  await fleet.fly(2, flying);
  const off = (ids: readonly string[]) => (id: string, showS: number) =>
    flying(id, showS, ids.includes(id) ? 3 : 0);
  await fleet.fly(5, off(['drone-1']));
  fleet.run = fleet.run && { ...fleet.run, ids: fleet.ids.slice(1) };
  await fleet.fly(5, off(['drone-1', 'drone-2']));
  expect(fleet.acts).toEqual([]);
  expect(fleet.oversight.view.alerts.map(({ drones }) => drones)).toEqual([['drone-2']]);
});

describe('a countdown', () => {
  it('that is held is called off by an alert, and does not start by a resume', async () => {
    const fleet = new WatchedFleet();
    fleet.start(20);
    fleet.run = fleet.run && { ...fleet.run, pausedUtcMs: fleet.clock.utcMs() };
    await fleet.fly(25, () => standing);
    await fleet.fly(10, (id) => ({ ...flying(id, 30), wind: [12, 13, 0] }));
    expect(fleet.calledOff).toHaveLength(1);
    expect(fleet.acts).toEqual([]);
  });

  it('goes on without silent drones that its quorum does without, and that have no part in it', async () => {
    const fleet = new WatchedFleet();
    fleet.start(60);
    fleet.run = fleet.run && { ...fleet.run, ids: fleet.ids.slice(1), least: 8 };
    await fleet.fly(10, (id) => (fleet.ids.indexOf(id) < 2 ? undefined : flying(id, 0)));
    expect(fleet.calledOff).toEqual([]);
    await fleet.fly(10, (id) => (fleet.ids.indexOf(id) < 3 ? undefined : flying(id, 0)));
    expect(fleet.calledOff).toEqual([expect.stringMatching(/^nothing heard for 3\.0 s/)]);
  });
});

it('a show that was loaded just now is read bit by bit: nothing urgent waits for all of it', async () => {
  const fleet = new WatchedFleet({ ini: '[LOSSES]\nsteps = 3:hold\n' });
  fleet.start(-20);
  for (const id of fleet.ids) fleet.say(id, standing);
  fleet.oversight.look();
  expect(fleet.acts).toEqual([]);
  await fleet.fly(1, () => standing);
  expect(fleet.acts).toEqual(['pause 10']);
});
