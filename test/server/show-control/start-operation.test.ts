import { beforeEach, describe, expect, it } from 'vitest';
import type { Kwargs } from '../../../lib/messaging/index.js';
import { Fleet } from '../../../server/fleet/fleet.js';
import type { CommandRunner } from '../../../server/show-control/command-runner.js';
import { CurrentRun } from '../../../server/show-control/current-run.js';
import type { Outcome } from '../../../server/show-control/send-command.js';
import type { ShowRun } from '../../../server/show-control/show-run.js';
import type { Stage } from '../../../server/show-control/stage.js';
import { StartOperation } from '../../../server/show-control/start-operation.js';
import type { DroneView } from '../../../server/snapshot.js';
import { FakeClock } from '../../support/fake-clock.js';
import { droneView } from '../gateways/control/support/fake-facade.js';

/** Two drones of ours that are ready for what is authorized; what is sent to them is noted, and answered as told. */
function makeRig() {
  const clock = new FakeClock();
  const fleet = new Fleet();
  const sent: { id: string; action: string; kwargs: Kwargs }[] = [];
  const lines: string[] = [];
  const stopped: string[][] = [];
  let answer: (action: string, id: string) => Outcome = () => ({ ok: true });
  const view = (id: string): DroneView | undefined => {
    const record = fleet.get(id);
    return record && droneView(id, record);
  };
  const sendOne: CommandRunner['sendOne'] = async (id, action, { kwargs = {} }) => {
    sent.push({ id, action, kwargs });
    return answer(action, id);
  };
  const commands: Pick<CommandRunner, 'run' | 'sendOne'> = {
    sendOne,
    run: (_action, ids, send) => Promise.all(ids.map(async (id) => ({ id, ...(await send(id)) }))),
  };
  const stage = {
    startRefusal: () => undefined,
    startNames: (id: string) => (id === 'old' ? {} : { digest: `digest-${id}`, scope: 'live' }),
    authorizer: {
      view: { scope: 'live' },
      wishFor: (id: string) => ({ digest: `digest-${id}`, scope: 'live', expires_in: 60 }),
    },
  };
  const current = new CurrentRun(clock, () => undefined);
  const starting = new StartOperation({
    ...{ clock, current, view, pointOfNoReturnS: 3, quorum: 'all' },
    commands: commands as CommandRunner,
    stage: stage as unknown as Stage,
    isReceiving: () => false,
    stop: async (ids) => {
      stopped.push([...ids]);
      current.withdraw(ids);
      return [];
    },
    log: (_level, text) => lines.push(text),
  });
  const hear = async (id: string, start: readonly unknown[] | undefined) => {
    const value = { armed: false, ...(start && { start }) };
    fleet.apply({ type: 'telemetryReceived', id, value, atMs: clock.monotonicMs(), utcMs: clock.utcMs() });
    const record = fleet.get(id);
    if (record) starting.look(record);
    await clock.advance(1);
  };
  const join = (id: string) => {
    fleet.apply({ type: 'droneJoined', id, address: 'x:1' });
    fleet.apply({ type: 'droneIntroduced', id, software: 's', isAnswering: true });
    starting.joined(id);
  };
  const lose = (id: string) => fleet.apply({ type: 'droneLost', id, reason: 'cut' });
  const of = (action: string) => sent.filter((one) => one.action === action);
  for (const id of ['a', 'b']) join(id);
  return {
    ...{ clock, current, starting, sent, of, lines, stopped, hear, join, lose },
    answer: (as: typeof answer) => {
      answer = as;
    },
  };
}

let rig: ReturnType<typeof makeRig>;
beforeEach(() => {
  rig = makeRig();
});

const inS = (seconds: number) => [rig.clock.utcMs() / 1000 + seconds, 'd'];

/** The run as a server before this one began it, starting in so many seconds. */
function runOfBefore(seconds: number): ShowRun {
  const startUtcMs = rig.clock.utcMs() + seconds * 1000;
  return {
    ids: ['a', 'b'],
    ...{ startUtcMs, toldUtcMs: startUtcMs, noReturnUtcMs: startUtcMs - 3000, pausedUtcMs: undefined },
    ...{ scope: 'live', holding: new Set(['a', 'b']), least: 2, restoredUtcMs: rig.clock.utcMs() },
    resumedUtcMs: undefined,
  };
}

describe('a start', () => {
  it('tells a drone of ours until when it can be called off, and an old one no more than its moment', async () => {
    rig.join('old');
    await rig.starting.start(['a', 'old'], { delayS: 10 });
    const [ours, old] = rig.of('start').map(({ kwargs }) => kwargs);
    expect(Number(ours?.time) - Number(ours?.confirm_by)).toBeCloseTo(3, 5);
    expect(Object.keys(old ?? {})).toEqual(['time']);
  });

  it('is told again to a drone that comes back without it, its authorization first', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 20 });
    const [told] = rig.of('start');
    rig.sent.length = 0;
    rig.lose('a');
    rig.join('a');
    rig.answer((action) => ({ ok: action !== 'start', code: 'refused', message: 'clock not measured yet' }));
    await rig.hear('a', []);
    rig.answer(() => ({ ok: true }));
    await rig.hear('a', []);
    await rig.hear('a', []);
    expect(rig.sent.map(({ action }) => action)).toEqual(['authorize', 'start', 'authorize', 'start']);
    expect(rig.of('start')[0]?.kwargs).toEqual(told?.kwargs);
    expect(rig.lines.at(-1)).toBe('a came back without the start: it holds it again');
    await rig.clock.advance(25_000);
    expect(rig.stopped).toEqual([]);
  });

  it('is called off when a drone that came back can not hold it again in time', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    rig.lose('a');
    rig.join('a');
    rig.answer(() => ({ ok: false, code: 'refused', message: 'clock not measured yet' }));
    for (let s = 0; s < 6; s += 1) {
      await rig.hear('a', []);
      await rig.clock.advance(1000);
    }
    expect(rig.stopped).toEqual([]);
    await rig.clock.advance(2000);
    expect(rig.stopped).toEqual([['a', 'b']]);
    expect(rig.lines.at(-1)).toBe('the start was called off: a lost in the countdown');
  });

  it('goes on when a drone comes back with it, and when an old one that says nothing of it does', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    const told = Number(rig.of('start')[0]?.kwargs.time);
    rig.sent.length = 0;
    for (const id of ['a', 'b']) {
      rig.lose(id);
      rig.join(id);
    }
    await rig.hear('a', [told, 'd']);
    await rig.hear('b', undefined);
    await rig.clock.advance(12_000);
    expect([rig.sent, rig.stopped]).toEqual([[], []]);
  });
});

describe('the end of a server in a countdown', () => {
  it('leaves no timer behind, and stops nobody', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 3600 });
    rig.starting.close();
    expect([rig.clock.pending, rig.stopped]).toEqual([0, []]);
  });
});

describe('a countdown that nobody means', () => {
  it('is called off on the drone that says it, by its moment, and never twice at once', async () => {
    rig.answer(() => ({ ok: true }));
    const start = inS(10);
    await Promise.all([rig.hear('a', start), rig.hear('a', start)]);
    expect(rig.sent).toEqual([{ id: 'a', action: 'call_off', kwargs: { time: start[0] } }]);
    expect(rig.lines).toEqual([
      expect.stringContaining('a counts down to a start that nobody means any more'),
    ]);
    await rig.hear('a', start);
    expect(rig.of('call_off')).toHaveLength(2);
  });

  it('is one of another run, too, or of a drone that was taken out of it', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    const told = Number(rig.of('start')[0]?.kwargs.time);
    rig.current.withdraw(['b']);
    await rig.hear('a', [told + 5, 'd']);
    // Said before it heard that it is out.
    await rig.hear('b', [told, 'd']);
    expect(rig.of('call_off').map(({ id }) => id)).toEqual(['a']);
    await rig.clock.advance(1600);
    await rig.hear('b', [told, 'd']);
    await rig.hear('a', [told, 'd']);
    expect(rig.of('call_off').map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('a countdown that a server before this one began', () => {
  it('goes on when the drones say that they hold it', async () => {
    const run = runOfBefore(10);
    rig.starting.restore(run);
    expect(rig.current.run?.holding.size).toBe(0);
    for (const id of run.ids) await rig.hear(id, [run.toldUtcMs / 1000, 'd']);
    expect(rig.current.run?.holding).toEqual(new Set(run.ids));
    await rig.clock.advance(20_000);
    expect([rig.sent, rig.stopped]).toEqual([[], []]);
  });

  it('is told again to a drone that said that it held it, and came back without', async () => {
    const run = runOfBefore(10);
    rig.starting.restore(run);
    for (const id of run.ids) await rig.hear(id, [run.toldUtcMs / 1000, 'd']);
    rig.lose('a');
    rig.join('a');
    await rig.hear('a', []);
    expect(rig.sent.map(({ id, action }) => `${id} ${action}`)).toEqual(['a authorize', 'a start']);
  });

  it.each([
    ['does not hold it any more', true],
    ['is not heard', false],
  ])('is told to nobody anew, and is called off when a drone %s', async (_why, isHeard) => {
    const run = runOfBefore(10);
    rig.starting.restore(run);
    await rig.hear('a', [run.toldUtcMs / 1000, 'd']);
    if (isHeard) await rig.hear('b', []);
    expect(rig.sent).toEqual([]);
    await rig.clock.advance(7000);
    expect(rig.stopped).toEqual([['a', 'b']]);
  });

  it('beyond its point of no return is left to the drones', async () => {
    const run = runOfBefore(2);
    rig.starting.restore(run);
    await rig.hear('a', []);
    rig.lose('b');
    await rig.clock.advance(5000);
    expect(rig.current.run?.ids).toEqual(['a', 'b']);
  });
});
