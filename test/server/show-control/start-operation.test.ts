import { beforeEach, describe, expect, it } from 'vitest';
import type { Kwargs } from '../../../lib/messaging/index.js';
import { Fleet } from '../../../server/fleet/fleet.js';
import type { CommandRunner } from '../../../server/show-control/command-runner.js';
import { CurrentRun } from '../../../server/show-control/current-run.js';
import type { Outcome } from '../../../server/show-control/send-command.js';
import { pauseRun, resumeRun, type ShowRun } from '../../../server/show-control/show-run.js';
import type { Stage } from '../../../server/show-control/stage.js';
import { StartOperation } from '../../../server/show-control/start-operation.js';
import type { DroneView } from '../../../server/snapshot.js';
import { FakeClock } from '../../support/fake-clock.js';
import { droneView } from '../gateways/control/support/fake-facade.js';

/** Two drones of ours that are ready for what is authorized; what is sent to them is noted, and answered as told. */
function makeRig({ quorum = 'all', scope = 'live' } = {}) {
  const clock = new FakeClock();
  const fleet = new Fleet();
  const sent: { id: string; action: string; kwargs: Kwargs }[] = [];
  const lines: string[] = [];
  const stopped: string[][] = [];
  /** What keeps drones from a start. */
  const blocked = new Map<string, string>();
  let answer: (action: string, id: string) => Outcome | Promise<Outcome> = () => ({ ok: true });
  const view = (id: string): DroneView | undefined => {
    const record = fleet.get(id);
    const text = blocked.get(id);
    const blockers =
      text === undefined ? [] : [{ code: 'battery', owner: 'operator', text, hint: '' } as const];
    const isArmed = record?.telemetry.armed === true;
    return record && { ...droneView(id, record), isArmed, isReady: blockers.length === 0, blockers };
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
    startNames: (id: string) => (id === 'old' ? {} : { digest: `digest-${id}`, scope }),
    authorizer: {
      view: { scope },
      wishFor: (id: string) => ({ digest: `digest-${id}`, scope: 'live', expires_in: 60 }),
    },
  };
  const current = new CurrentRun(clock, () => undefined);
  const starting = new StartOperation({
    ...{ clock, current, view, pointOfNoReturnS: 3, quorum },
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
  const hear = async (id: string, start: readonly unknown[] | undefined, armed = false, task = '') => {
    const value = { armed, ...(start && { start }), ...(task && { last_task: task }) };
    fleet.apply({ type: 'telemetryReceived', id, value, atMs: clock.monotonicMs(), utcMs: clock.utcMs() });
    const record = fleet.get(id);
    if (record) starting.look(record);
    await clock.advance(1);
  };
  const join = (id: string) => {
    fleet.apply({ type: 'droneJoined', id, address: 'x:1' });
    fleet.apply({ type: 'droneIntroduced', id, software: 's', isAnswering: id !== 'old' });
    starting.joined(id);
  };
  const lose = (id: string) => fleet.apply({ type: 'droneLost', id, reason: 'cut' });
  const of = (action: string) => sent.filter((one) => one.action === action);
  for (const id of ['a', 'b']) join(id);
  return {
    ...{ clock, current, starting, sent, of, lines, stopped, hear, join, lose },
    blocked,
    answer: (as: typeof answer) => {
      answer = as;
    },
    /** Holds the run now. */
    pause: () => current.change((run) => pauseRun(run, clock.utcMs())),
    /** Lets it go on in so many seconds. */
    resume: (inS: number) => {
      const held = current.run;
      current.change((run) => resumeRun(run, clock.utcMs() + inS * 1000));
      starting.resumed(held);
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

  it('says when the music is to sound, counted from the command and not from the end of the delay', async () => {
    const commandUtcMs = rig.clock.utcMs();
    await rig.starting.start(['a', 'b'], { delayS: 20, musicS: 8 });
    expect(rig.current.run?.musicUtcMs).toBe(commandUtcMs + 8000);
    expect(Object.keys(rig.of('start')[0]?.kwargs ?? {})).not.toContain('music');
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
    expect(rig.lines.at(-1)).toBe('the start was called off: a does not hold the start');
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

describe('a start that is held in its countdown', () => {
  /** Counts down from 10 s, is held at 2 s before the start, and stays so beyond it. */
  const startAndPause = async (meanwhile: () => void) => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    await rig.clock.advance(8100);
    rig.pause();
    meanwhile();
    await rig.clock.advance(60_000);
    rig.sent.length = 0;
  };
  const reboot = (id: string) => {
    rig.lose(id);
    rig.join(id);
  };

  it('is told to a drone that came back without it, as it is once it goes on', async () => {
    await startAndPause(() => reboot('b'));
    const told = Number(rig.current.run?.toldUtcMs) / 1000;
    await rig.hear('b', []);
    expect(rig.sent).toEqual([]);
    const [startS] = inS(5);
    rig.resume(5);
    await rig.clock.advance(0);
    expect(rig.sent.map(({ id, action }) => `${id} ${action}`)).toEqual(['b authorize', 'b start']);
    const [kwargs] = rig.of('start').map((sent) => sent.kwargs);
    expect(Number(kwargs?.time)).toBeCloseTo(Number(startS), 5);
    expect(Number(kwargs?.confirm_by)).toBeCloseTo(Number(startS) - 3, 5);
    await rig.hear('b', [Number(kwargs?.time), 'd']);
    await rig.hear('a', [told, 'd']);
    // Held once more: what each was told stays what it says.
    rig.pause();
    await rig.clock.advance(60_000);
    rig.resume(5);
    await rig.hear('b', [Number(kwargs?.time), 'd']);
    await rig.clock.advance(10_000);
    expect([rig.of('call_off'), rig.stopped]).toEqual([[], []]);
  });

  it.each([
    ['is gone for good', () => rig.lose('b'), 'b lost in the countdown'],
    ['is back without it, and can not be told', () => reboot('b'), 'b does not hold the start'],
  ])('is looked at again when it goes on: called off where a drone %s', async (_what, meanwhile, why) => {
    await startAndPause(meanwhile);
    rig.answer(() => ({ ok: false, code: 'refused', message: 'no' }));
    await rig.hear('b', []);
    rig.resume(5);
    await rig.clock.advance(1900);
    expect(rig.stopped).toEqual([]);
    await rig.clock.advance(200);
    expect(rig.stopped).toEqual([['a', 'b']]);
    expect(rig.lines.at(-1)).toBe(`the start was called off: ${why}`);
  });

  it.each([
    ['paused', [['a', 'b']]],
    ['stand', []],
  ])('does not count a drone that is held still when the others go on: it says %s', async (task, stopped) => {
    await rig.starting.start(['a', 'b'], { delayS: 30 });
    const told = Number(rig.of('start')[0]?.kwargs.time);
    rig.pause();
    await rig.clock.advance(5000);
    rig.resume(0.1);
    await rig.hear('a', [told, 'd'], false, 'stand');
    await rig.hear('b', [told, 'd'], false, 'paused');
    await rig.clock.advance(20_000);
    await rig.hear('b', [told, 'd'], false, task);
    await rig.clock.advance(8000);
    expect(rig.stopped).toEqual(stopped);
    const why = 'the start was called off: b is still held: it has not heard that the show goes on';
    expect(rig.lines.includes(why)).toBe(task === 'paused');
  });

  it('that went on a moment ago is not judged by what drones said before', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    const told = Number(rig.of('start')[0]?.kwargs.time);
    rig.pause();
    await rig.clock.advance(60_000);
    for (const id of ['a', 'b']) await rig.hear(id, [told, 'd'], false, 'paused');
    rig.resume(5);
    await rig.clock.advance(10_000);
    expect(rig.stopped).toEqual([]);
  });

  it('is looked at at once where its last moment has gone by and its start has not', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 60 });
    await rig.clock.advance(50_000);
    rig.pause();
    await rig.clock.advance(8_000);
    rig.lose('b');
    rig.resume(1);
    await rig.clock.advance(0);
    expect(rig.stopped).toEqual([['a', 'b']]);
  });

  it('is not told again to a drone that was landed meanwhile, and the others fly as they were told', async () => {
    rig.answer((_action, id) => (id === 'a' ? { ok: true } : { ok: false, code: 'timeout' }));
    const started = rig.starting.start(['a', 'b'], { delayS: 10 });
    await rig.clock.advance(200);
    rig.current.withdraw(['b']);
    await rig.clock.advance(12_000);
    expect(await started).toMatchObject([{ ok: true }, { code: 'timeout' }]);
    expect(rig.of('start').map(({ id }) => id)).toEqual(['a', 'b']);
    expect(rig.stopped).toEqual([]);
  });

  it('while it is being told is told to nobody any more, and is called off', async () => {
    rig.answer((_action, id) => (id === 'a' ? { ok: true } : { ok: false, code: 'timeout' }));
    const started = rig.starting.start(['a', 'b'], { delayS: 10 });
    await rig.clock.advance(200);
    rig.pause();
    await rig.clock.advance(1000);
    expect(await started).toMatchObject([{ code: 'called_off' }, { code: 'timeout' }]);
    expect(rig.of('start')).toHaveLength(2);
    expect(rig.stopped).toEqual([['a', 'b']]);
  });

  it('that had begun is no countdown: nobody is stopped when it goes on', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    await rig.clock.advance(10_150);
    rig.pause();
    await rig.clock.advance(5000);
    rig.lose('b');
    rig.resume(1.5);
    await rig.clock.advance(5000);
    expect(rig.stopped).toEqual([]);
  });
});

describe('a drone that lets its start go with its link up', () => {
  it('does not count as holding once it has said so twice in a row, and the start is called off', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    const told = Number(rig.of('start')[0]?.kwargs.time);
    // The first telemetry may be older than the start.
    for (const start of [[], [told, 'd'], []]) await rig.hear('b', start);
    expect(rig.current.run?.holding).toEqual(new Set(['a', 'b']));
    await rig.hear('b', []);
    expect(rig.current.run?.holding).toEqual(new Set(['a']));
    expect(rig.lines).toEqual([expect.stringContaining('b has let its start go')]);
    await rig.hear('b', []);
    // It had its reasons: it is not told again.
    expect(rig.of('start')).toHaveLength(2);
    await rig.clock.advance(8000);
    expect(rig.stopped).toEqual([['a', 'b']]);
    expect(rig.lines.at(-1)).toBe('the start was called off: b does not hold the start');
  });

  it('is left alone once the show has begun', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    await rig.clock.advance(11_000);
    for (let i = 0; i < 3; i += 1) await rig.hear('b', []);
    expect([rig.current.run?.holding.size, rig.lines]).toEqual([2, []]);
  });
});

describe('a drone that could not fly any more at the point of no return', () => {
  const battery = 'battery 31 % (must be above 50 %): change the battery';

  it('is missing: the start is called off, and the log says why', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    rig.blocked.set('b', battery);
    await rig.clock.advance(7200);
    expect(rig.stopped).toEqual([['a', 'b']]);
    expect(rig.lines).toEqual([`the start was called off: b is not ready any more: ${battery}`]);
  });

  it('stays behind where the others are enough', async () => {
    rig = makeRig({ quorum: '50%' });
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    rig.blocked.set('b', battery);
    await rig.clock.advance(12_000);
    expect([rig.stopped, rig.current.run?.ids]).toEqual([[['b']], ['a']]);
    expect(rig.lines).toEqual([`b is not ready any more: ${battery}: the others fly without`]);
  });

  it('flies when it is mended by then, and for its lights alone needs no battery', async () => {
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    rig.blocked.set('b', battery);
    await rig.clock.advance(5000);
    rig.blocked.clear();
    await rig.clock.advance(5200);
    expect(rig.stopped).toEqual([]);
    rig = makeRig({ scope: 'lights' });
    await rig.starting.start(['a', 'b'], { delayS: 10 });
    rig.blocked.set('b', battery);
    await rig.clock.advance(10_200);
    expect([rig.current.run?.scope, rig.stopped]).toEqual(['lights', []]);
  });
});

it.each([
  ['b', [['b']]],
  ['old', []],
])(
  'one that is lost (%s) is told to stay where the others are enough, but for an old client',
  async (id, told) => {
    rig = makeRig({ quorum: '50%' });
    rig.join('old');
    await rig.starting.start(['a', id], { delayS: 10 });
    rig.lose(id);
    await rig.clock.advance(7200);
    expect(rig.stopped).toEqual(told);
    expect(rig.lines).toEqual([`${id} lost in the countdown: the others fly without`]);
  },
);

describe('the least delay of a start', () => {
  it.each([0, 3.9])('refuses one in %s s that flies, with a sentence', async (delayS) => {
    const results = await rig.starting.start(['a', 'b'], { delayS });
    expect(results).toMatchObject([
      { ok: false, code: 'bad_argument', message: expect.stringContaining('give at least 4 s') },
      { ok: false, code: 'bad_argument' },
    ]);
    expect([rig.sent, rig.current.run]).toEqual([[], undefined]);
  });

  it('lets one of lights alone begin at once', async () => {
    rig = makeRig({ scope: 'lights' });
    expect(await rig.starting.start(['a'], { delayS: 0 })).toMatchObject([{ ok: true }]);
    rig = makeRig();
    expect(await rig.starting.start(['a'], { delayS: 4 })).toMatchObject([{ ok: true }]);
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
  it('stops nobody where the drones are in the air already: somebody has set the clock back', async () => {
    rig.starting.restore(runOfBefore(10));
    for (const id of ['a', 'b']) await rig.hear(id, [], true);
    await rig.clock.advance(20_000);
    expect(rig.stopped).toEqual([]);
    rig.starting.restore(runOfBefore(10));
    rig.starting.callOff('it expired');
    expect(rig.stopped).toEqual([]);
  });

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
