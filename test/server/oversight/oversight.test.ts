/** What the server does by itself for the safety of a show: it holds, lands, keeps from the start, and asks. */
import { describe, expect, it } from 'vitest';
import { flying, WatchedFleet } from './support/watched-fleet.js';

const windy = (id: string, showS: number, mPerS: number) => ({
  ...flying(id, showS),
  wind: [mPerS, mPerS * 1.1, 270],
});

describe('wind that rises in mid-show', () => {
  it('holds the fleet before it is above what drones can take, and says why', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(60, (id, showS) => windy(id, showS, 4 + showS / 5));
    expect(fleet.acts).toEqual(['pause 10']);
    const { held, alerts } = fleet.oversight.view;
    expect(held?.what).toBe('alert');
    expect(held?.reasons[0]).toMatch(/gusts|wind/);
    expect(alerts[0]?.action).toBe('hold_fleet');
    expect(fleet.alerts.map(({ alert }) => alert)).toContain('wind');
  });

  it('goes on when an operator says so, and is not held again for the same', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(40, (id, showS) => windy(id, showS, 11));
    expect(fleet.oversight.view.held).toBeDefined();
    fleet.resume('ann');
    expect(fleet.oversight.view.held).toBeUndefined();
    await fleet.fly(20, (id, showS) => windy(id, showS, 11));
    expect(fleet.acts).toEqual(['pause 10']);
    expect(fleet.alerts.filter(({ action }) => action === 'accepted').map(({ text }) => text)).toContain(
      'alert wind_high was accepted by ann',
    );
  });

  it('asks also where somebody had paused the show before', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(15, (id, showS) => windy(id, showS, 3));
    fleet.run = fleet.run && { ...fleet.run, pausedUtcMs: fleet.clock.utcMs() };
    await fleet.fly(15, (id, showS) => windy(id, showS, 12));
    expect(fleet.acts).toEqual([]);
    expect(fleet.oversight.view.held?.what).toBe('alert');
  });

  it('that one drone measures before the show keeps it from its start, until somebody takes that upon themselves', async () => {
    const fleet = new WatchedFleet();
    await fleet.fly(10, (id) =>
      id === 'drone-1' ? { ...flying(id, 30), wind: [8.5, 8.8, 0] } : flying(id, 0),
    );
    expect(fleet.oversight.startObstacle).toMatch(/most 8\.5 m\/s at drone-1.*ctl alert_accept wind/);
    expect(fleet.oversight.accept('wind', 'ann')).toBe('wind: accepted, until it is over');
    expect(fleet.oversight.startObstacle).toBeUndefined();
    expect(() => fleet.oversight.accept('rain', 'ann')).toThrow('no alert "rain" is raised; raised: wind');
  });

  it('calls a countdown off', async () => {
    const fleet = new WatchedFleet();
    fleet.start(60);
    await fleet.fly(10, (id) =>
      id === 'drone-1' ? { ...flying(id, 30), wind: [8.5, 8.8, 0] } : flying(id, 0),
    );
    expect(fleet.calledOff).toEqual([expect.stringMatching(/^wind 8\.0 m\/s or more/)]);
  });

  it('is nothing to a show of lights alone', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    fleet.run = fleet.run && { ...fleet.run, scope: 'lights' };
    await fleet.fly(30, (id) => windy(id, 0, 12));
    expect(fleet.acts).toEqual([]);
  });
});

describe('drones that are not where the show wants them', () => {
  it('are measured from where they say they are, and hold the fleet when they are many', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(20, flying);
    expect(fleet.oversight.view.alerts).toEqual([]);
    await fleet.fly(20, (id, showS) => flying(id, showS, ['drone-1', 'drone-2'].includes(id) ? 2 : 0));
    expect(fleet.acts).toEqual(['pause 10']);
    expect(fleet.oversight.view.held?.reasons[0]).toMatch(/position error.*2\.0 m/);
  });

  it('do not come through a gate', async () => {
    const fleet = new WatchedFleet({
      ini: '[ALERTS]\n[[position_many]]\nlimit = 0\n[GATES]\nmiddle = 30, 80, 1.2\n',
    });
    fleet.start(5);
    await fleet.fly(50, (id, showS) =>
      flying(id, showS, ['drone-1', 'drone-2', 'drone-3'].includes(id) ? 1.4 : 0),
    );
    expect(fleet.acts).toEqual(['pause 10']);
    expect(fleet.oversight.view.held).toMatchObject({ what: 'gate' });
    expect(fleet.oversight.view.held?.reasons[0]).toMatch(/gate middle: 7 of 10 drones are within 1\.2 m/);
    const pausedS = ((fleet.run?.pausedUtcMs ?? 0) - (fleet.run?.startUtcMs ?? 0)) / 1000;
    expect(pausedS).toBeLessThan(30);
    fleet.resume();
    await fleet.fly(10, flying);
    expect(fleet.acts).toEqual(['pause 10']);
  });

  it('come through a gate where enough are in place', async () => {
    const fleet = new WatchedFleet({ ini: '[GATES]\nmiddle = 30, 80, 1\n' });
    fleet.start(5);
    await fleet.fly(50, flying);
    expect(fleet.acts).toEqual([]);
    expect(fleet.alerts.map(({ text }) => text)).toEqual([
      expect.stringMatching(/gate middle: 10 of 10 drones are within 1 m/),
    ]);
  });
});

describe('drones that are lost', () => {
  const landed = (id: string, showS: number) => ({
    ...flying(id, showS),
    armed: false,
    landed: 'on_ground',
    last_task: 'No task',
  });

  it('hold nobody by landing far from their places', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(20, flying);
    const landing = (id: string, showS: number) => ({ ...flying(id, showS - 10), last_task: 'land' });
    await fleet.fly(20, (id, showS) => (id === 'drone-1' ? landing(id, showS) : flying(id, showS)));
    expect(fleet.acts).toEqual([]);
    expect(fleet.oversight.view.alerts).toEqual([]);
  });

  it('are told one by one, and hold the fleet when too few are left', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(20, flying);
    const lost = new Set(['drone-1']);
    const say = (id: string, showS: number) => (lost.has(id) ? landed(id, showS) : flying(id, showS));
    await fleet.fly(5, say);
    expect(fleet.acts).toEqual([]);
    expect(fleet.alerts.at(-1)?.text).toMatch(/1 of 10 drones are lost, drone-1: the others fly on/);
    lost.add('drone-2').add('drone-3');
    await fleet.fly(5, say);
    expect(fleet.acts).toEqual(['pause 10']);
    expect(fleet.oversight.view.held?.reasons.join(' ')).toMatch(/drone-3: its motors are off/);
  });

  it('land the fleet where the policy says so', async () => {
    const fleet = new WatchedFleet({ ini: '[LOSSES]\nsteps = 2:land\n' });
    fleet.start(5);
    await fleet.fly(20, flying);
    await fleet.fly(5, (id, showS) =>
      ['drone-1', 'drone-2'].includes(id) ? landed(id, showS) : flying(id, showS),
    );
    expect(fleet.acts).toEqual(['land 10']);
  });

  it('are those, too, that were not heard for long', async () => {
    const fleet = new WatchedFleet({ ini: '[LOSSES]\nminimum = all\nsilent_after = 10\n' });
    fleet.start(5);
    await fleet.fly(20, flying);
    await fleet.fly(15, (id, showS) => (id === 'drone-4' ? undefined : flying(id, showS)));
    expect(fleet.oversight.view.held?.reasons.join(' ')).toMatch(/drone-4: not heard for 1\d s/);
  });

  it('are not those that an operator took out, nor those that land at their end', async () => {
    const fleet = new WatchedFleet();
    fleet.start(5);
    await fleet.fly(20, flying);
    fleet.run = fleet.run && { ...fleet.run, ids: fleet.ids.slice(4) };
    await fleet.fly(10, (id, showS) => (fleet.run?.ids.includes(id) ? flying(id, showS) : landed(id, showS)));
    expect(fleet.acts).toEqual([]);
    await fleet.fly(60, (id, showS) => (showS > 71 ? landed(id, showS) : flying(id, showS)));
    expect(fleet.acts).toEqual([]);
  });
});

describe('the checklist', () => {
  const list = '[Weather]\nno rain\n[People]\ncordon stands\n';

  it('keeps a show from being authorized until all of it is ticked', () => {
    const { oversight, clock } = new WatchedFleet({ checklist: list });
    expect(oversight.authorizeObstacle).toMatch(/2 of 2 items of the checklist are open, "Weather: no rain"/);
    expect(oversight.tick('1', { by: 'ann', isTicked: true })).toBe('ticked: no rain (1 of 2)');
    oversight.tick('2', { by: 'bob', isTicked: true });
    expect(oversight.authorizeObstacle).toBeUndefined();
    expect(oversight.view.checklist?.items[1]?.tick).toEqual({ by: 'bob', atUtcMs: clock.utcMs() });
    expect(oversight.tick('2', { by: 'bob', isTicked: false })).toBe('open again: cordon stands (1 of 2)');
    expect(oversight.authorizeObstacle).toMatch(/cordon stands/);
  });

  it('names what is not on it', () => {
    const { oversight } = new WatchedFleet({ checklist: list });
    expect(() => oversight.tick('3', { by: 'ann', isTicked: true })).toThrow(
      /no item "3": name it by its number, 1 to 2/,
    );
    expect(() => oversight.tick('no rain', { by: 'ann', isTicked: true })).toThrow(/no item "no rain"/);
    expect(() => new WatchedFleet().oversight.tick('1', { by: 'ann', isTicked: true })).toThrow(
      /no checklist is asked for/,
    );
  });
});

it('the policy is told before the start', () => {
  const { oversight } = new WatchedFleet({ ini: '[GATES]\nmiddle = 30, 80, 1\n' });
  const text = oversight.view.policy.join('\n');
  expect(text).toMatch(/8 of 10 drones have to be left/);
  expect(text).toMatch(/middle, at 30\.0 s: goes on if 80 % of the drones are within 1 m/);
  expect(text).toMatch(/wind_high: wind 10\.0 m\/s or more .* the fleet is held/);
});
