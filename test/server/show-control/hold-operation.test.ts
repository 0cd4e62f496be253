import { beforeEach, describe, expect, it } from 'vitest';
import type { Kwargs } from '../../../lib/messaging/index.js';
import { Fleet } from '../../../server/fleet/fleet.js';
import type { CommandRunner } from '../../../server/show-control/command-runner.js';
import { CurrentRun } from '../../../server/show-control/current-run.js';
import { HoldOperation } from '../../../server/show-control/hold-operation.js';
import type { ShowRun } from '../../../server/show-control/show-run.js';
import { FakeClock } from '../../support/fake-clock.js';
import { droneView } from '../gateways/control/support/fake-facade.js';

const rampS = 1.5;

/** A show of three drones of ours; what is sent to them is noted. */
function makeRig() {
  const clock = new FakeClock();
  const fleet = new Fleet();
  const lines: string[] = [];
  let sent: { id: string; action: string; kwargs: Kwargs }[] = [];
  const sendOne: CommandRunner['sendOne'] = async (id, action, { kwargs = {} }) => {
    sent.push({ id, action, kwargs });
    return { ok: true };
  };
  const all: CommandRunner['run'] = (_action, ids, send) =>
    Promise.all(ids.map(async (id) => ({ id, ...(await send(id)) })));
  const commands: Pick<CommandRunner, 'run' | 'send' | 'sendOne'> = {
    sendOne,
    run: all,
    send: (action, ids, how) => all(action, ids, (id) => sendOne(id, action, how)),
  };
  const current = new CurrentRun(clock, () => undefined);
  const holding = new HoldOperation({
    ...{ clock, current, pauseRampS: rampS, commands: commands as CommandRunner },
    view: (id) => {
      const record = fleet.get(id);
      return record && droneView(id, record);
    },
    log: (_level, text) => lines.push(text),
  });
  for (const id of ['a', 'b', 'c']) {
    fleet.apply({ type: 'droneJoined', id, address: 'x' });
    fleet.apply({ type: 'droneIntroduced', id, software: 'starling', isAnswering: true });
  }
  return {
    ...{ clock, current, holding, lines },
    /** What was sent since the last look: seconds from the beginning of the test, by drone. */
    told(action: string) {
      const of = sent.filter((one) => one.action === action);
      sent = sent.filter((one) => one.action !== action);
      return Object.fromEntries(
        of.map(({ id, kwargs }) => [id, Math.round((Number(kwargs.time) - 1_700_000_000) * 1000) / 1000]),
      );
    },
    begin(startInS: number) {
      const startUtcMs = clock.utcMs() + startInS * 1000;
      const run: ShowRun = {
        ids: ['a', 'b', 'c'],
        ...{ startUtcMs, toldUtcMs: startUtcMs, noReturnUtcMs: startUtcMs - 3000 },
        ...{ pausedUtcMs: undefined, resumedUtcMs: undefined, restoredUtcMs: undefined },
        ...{ scope: 'live', holding: new Set(['a', 'b', 'c']), least: 3 },
      };
      current.begin(run);
    },
    slow(id: string, latencyMs: number) {
      fleet.apply({ type: 'linkMeasured', id, latencyMs, offsetMs: 0 });
    },
    async hear(id: string, task: string, armed = true) {
      const value = { armed, last_task: task };
      fleet.apply({ type: 'telemetryReceived', id, value, atMs: clock.monotonicMs(), utcMs: clock.utcMs() });
      const record = fleet.get(id);
      if (record) holding.look(record);
      await clock.advance(1);
    },
  };
}

let rig: ReturnType<typeof makeRig>;
beforeEach(() => {
  rig = makeRig();
});

describe('the pause of a show', () => {
  it('is of the whole show, whoever was named, and of one moment however often it is asked for', async () => {
    rig.begin(0);
    await rig.clock.advance(20_000);
    await rig.holding.pause(['b']);
    expect(rig.told('pause')).toEqual({ a: 20.1, b: 20.1, c: 20.1 });
    expect(rig.lines[0]).toBe('pause: the whole show, a, c included');
    await rig.clock.advance(7000);
    await rig.holding.pause(['a', 'b', 'c']);
    expect(rig.told('pause')).toEqual({ a: 20.1, b: 20.1, c: 20.1 });
    await rig.holding.resume(['a', 'b', 'c']);
    expect(rig.told('resume')).toEqual({ a: 27.1, b: 27.1, c: 27.1 });
    await rig.clock.advance(3000);
    await rig.holding.resume(['c']);
    expect(rig.told('resume')).toEqual({ a: 27.1, b: 27.1, c: 27.1 });
  });

  it('waits for slow links, and not for one that is half dead', async () => {
    rig.begin(0);
    await rig.clock.advance(10_000);
    rig.slow('b', 200);
    await rig.holding.pause(['a']);
    expect(rig.told('pause').a).toBeCloseTo(10.5, 6);
    rig.current.end();
    rig.begin(-10);
    rig.slow('b', 6000);
    await rig.holding.pause(['a']);
    expect(rig.told('pause').a).toBeCloseTo(11.1, 6);
  });

  it('pressed while the show gathers speed comes when it has, on the server as on the drones', async () => {
    rig.begin(0);
    await rig.clock.advance(10_000);
    await rig.holding.pause(['a']);
    await rig.clock.advance(5000);
    await rig.holding.resume(['a']);
    rig.told('pause');
    await rig.clock.advance(500);
    await rig.holding.pause(['a']);
    expect(rig.told('pause').a).toBeCloseTo(15.1 + rampS, 6);
    expect(rig.current.run?.pausedUtcMs).toBe(1_700_000_000_000 + 15_100 + rampS * 1000);
  });

  it('of a countdown goes on no sooner than motors can be started', async () => {
    rig.begin(8);
    await rig.holding.pause(['a']);
    await rig.clock.advance(30_000);
    await rig.holding.resume(['a']);
    expect(rig.told('resume')).toEqual({ a: 35, b: 35, c: 35 });
    expect(rig.current.run?.startUtcMs).toBe(1_700_000_035_000);
  });

  it('of a countdown with time left leaves the start where it was', async () => {
    rig.begin(20);
    await rig.holding.pause(['a']);
    await rig.clock.advance(5000);
    await rig.holding.resume(['a']);
    expect(rig.current.run?.startUtcMs).toBe(1_700_000_020_000);
  });

  it('is told again to a drone that flies on, with the moment of the others; one left behind is named', async () => {
    rig.begin(0);
    await rig.clock.advance(20_000);
    await rig.holding.pause(['a', 'b', 'c']);
    rig.told('pause');
    await rig.hear('a', 'fly');
    expect(rig.told('pause')).toEqual({});
    await rig.clock.advance(5000);
    await rig.hear('a', 'fly');
    await rig.hear('a', 'fly');
    await rig.hear('b', 'paused');
    await rig.hear('c', 'land');
    expect(rig.told('pause')).toEqual({ a: 20.1 });
    await rig.holding.resume(['a', 'b', 'c']);
    await rig.clock.advance(5000);
    await rig.hear('b', 'paused');
    await rig.hear('a', 'fly');
    expect(rig.lines.at(-1)).toBe('b stands still while the show goes on: it is out of step, land it');
    expect(rig.told('pause')).toEqual({});
  });

  it('of a countdown that goes on is told to a drone that was away and is held still, so that it begins as the others', async () => {
    rig.begin(20);
    await rig.holding.pause(['a']);
    await rig.clock.advance(5000);
    await rig.holding.resume(['a', 'b']);
    rig.told('resume');
    await rig.clock.advance(1000);
    // What it said before it was told shows for a while.
    await rig.hear('b', 'paused', false);
    expect(rig.told('resume')).toEqual({});
    rig.holding.joined('c');
    await rig.hear('c', 'paused', false);
    await rig.hear('c', 'paused', false);
    expect(rig.told('resume')).toEqual({ c: 5.1 });
    await rig.clock.advance(2000);
    await rig.hear('b', 'paused', false);
    await rig.hear('c', 'stand', false);
    expect(rig.told('resume')).toEqual({ b: 5.1 });
    expect(rig.lines.slice(-2)).toEqual([
      'c did not hear the resume: it is told again',
      'b did not hear the resume: it is told again',
    ]);
  });

  it('of a countdown that was held beyond its start is told with the start as it is now, before that comes', async () => {
    rig.begin(8);
    await rig.holding.pause(['a']);
    await rig.clock.advance(30_000);
    await rig.holding.resume(['a']);
    expect(rig.told('resume').c).toBe(35);
    rig.holding.joined('c');
    await rig.hear('c', 'paused', false);
    expect(rig.told('resume')).toEqual({ c: 35 });
    await rig.clock.advance(1000);
    await rig.holding.pause(['a']);
    await rig.holding.resume(['a']);
    rig.told('resume');
    rig.holding.joined('c');
    await rig.hear('c', 'paused', false);
    // One that has heard neither of the two begins with the others, not at the moment of the last.
    expect(rig.told('resume')).toEqual({ c: (rig.current.run?.startUtcMs ?? 0) / 1000 - 1_700_000_000 });
  });
});
