import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRestore, showOfRun } from '../../../server/state/restore-plan.js';
import { decodeState, encodeState, type ServerState } from '../../../server/state/server-state.js';

const nowMs = 1_800_000_000_000;

const at = { boot: 'first-boot', uptimeMs: 5_000_000 };

/** So long after the state was kept, by both clocks or by the one that was set. */
const passed = (passedMs: number, utcMs = nowMs + passedMs) => ({
  utcMs,
  at: { ...at, uptimeMs: at.uptimeMs + passedMs },
});

const state: ServerState = {
  at,
  drones: [
    {
      ...{ id: 'a', address: '10.0.0.1:5', isOurs: true },
      hears: { address: '10.0.0.1', port: 4000, boot: 'AbCd_-012345' },
    },
    { id: 'b', address: '10.0.0.2:5', isOurs: false },
  ],
  show: { path: '/shows/x', digest: 'ff', durationS: 60 },
  slots: [
    ['a', 'slot-2'],
    ['b', null],
  ],
  authorization: {
    ...{ digest: 'ff', scope: 'live', override: 'tested twice' },
    ...{ leftS: 600, covered: [['a', 'aa']] },
  },
  run: {
    ids: ['a'],
    startUtcMs: nowMs - 10_000,
    toldUtcMs: nowMs - 12_000,
    noReturnUtcMs: nowMs - 15_000,
    pausedUtcMs: undefined,
    resumedUtcMs: undefined,
    scope: 'live',
    holding: ['a'],
    least: 1,
    musicUtcMs: nowMs - 4000,
  },
};

const run = state.run as NonNullable<ServerState['run']>;
const countdown = { ...run, startUtcMs: nowMs + 5000, toldUtcMs: nowMs + 5000, noReturnUtcMs: nowMs + 2000 };
const sameShow = { digest: 'ff' };
const nothing = {
  at: undefined,
  drones: [],
  show: undefined,
  slots: undefined,
  authorization: undefined,
  run: undefined,
};

describe('the state of a server', () => {
  it('is read as it was written, whole or empty', () => {
    expect(decodeState(encodeState(state))).toEqual(state);
    expect(decodeState(encodeState(nothing))).toEqual(nothing);
  });

  it.each([
    ['', 'it is no JSON'],
    ['[]', 'the state is no object'],
    ['{"version":2}', 'it is of version 2, this server reads 1'],
    ['{}', 'it is of version none'],
    ['{"version":{"toString":0}}', 'it is of version {"toString":0}'],
    ['{"version":1}', '"drones" is not a list'],
    ['{"version":1,"drones":[{"id":1}]}', '"drones[0].id" is not a text'],
    [
      '{"version":1,"drones":[{"hears":{"address":"::1","port":70000,"boot":"x"}}]}',
      '"drones[0].hears.port" is not a port',
    ],
    ['{"version":1,"drones":[],"run":{"ids":[]}}', '"run.ids" is empty'],
    ['{"version":1,"drones":[],"run":{"ids":["a"],"startUtcMs":null}}', '"run.startUtcMs" is not a number'],
    ['{"version":1,"drones":[],"slots":[["a"]]}', '"slots[0]" is not a pair'],
    ['{"version":1,"drones":[],"at":{"boot":1}}', '"at.boot" is not a text'],
    [
      '{"version":1,"drones":[],"authorization":{"digest":"ff","scope":"live","leftS":1e999}}',
      '"authorization.leftS" is not a number',
    ],
  ])('that is wrong (%j) is refused with what is wrong', (text, why) => {
    expect(() => decodeState(text)).toThrow(why);
  });

  it('never makes anything but a state or a refusal of what lies on the disk', () => {
    const field = fc.constantFrom(...Object.keys(state), 'version', 'run.ids', 'authorization.covered');
    fc.assert(
      fc.property(field, fc.jsonValue(), (name, value) => {
        const [outer = '', inner] = name.split('.');
        const text = JSON.parse(encodeState(state));
        if (inner === undefined) text[outer] = value;
        else text[outer][inner] = value;
        try {
          const read = decodeState(JSON.stringify(text));
          expect(read.drones.every(({ id }) => typeof id === 'string')).toBe(true);
          planRestore(read, sameShow, passed(0));
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_show' });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a server that is started anew', () => {
  it('goes on with all of it when the same show is loaded, the authorization for as long as it had', () => {
    const { notes, authorization, ...plan } = planRestore(state, sameShow, passed(300_000));
    expect(plan).toEqual({ drones: state.drones, slots: state.slots, run });
    expect(authorization).toMatchObject({ leftS: 300, covered: [['a', 'aa']] });
    expect(notes).toEqual([]);
  });

  it.each([
    [{ digest: '00' }, 'another show is loaded now, or it has changed'],
    [undefined, 'its show is not loaded'],
  ])('with another show (%j) goes on with the drones alone, and says what it dropped', (show, why) => {
    expect(planRestore(state, show, passed(0))).toEqual({
      ...{ drones: state.drones, slots: undefined, authorization: undefined, run: undefined },
      notes: [`slots, authorization, run of the show of before are dropped: ${why}`],
    });
  });

  it('gives no authorization more time than it had, and takes none away, whatever the clock says', () => {
    const left = (now: ReturnType<typeof passed>) =>
      planRestore({ ...state, run: undefined }, sameShow, now).authorization?.leftS;
    expect(left(passed(1000, nowMs - 86_400_000))).toBe(599);
    expect(left(passed(1000, nowMs + 86_400_000))).toBe(599);
    expect(left(passed(599_999, nowMs))).toBeCloseTo(0.001, 6);
    const late = planRestore(state, sameShow, passed(600_000, nowMs));
    expect(late.authorization).toBeUndefined();
    expect(late.notes).toEqual([
      'the authorization of before has expired: authorize again (A in the panel, ctl authorize)',
    ]);
  });

  const later = { boot: 'second-boot', uptimeMs: 6_000_000 };
  it.each([
    ['after another start of the machine', at, later, 'this machine was started anew since'],
    ['from a later moment', at, { ...at, uptimeMs: 1 }, 'this machine was started anew since'],
    ['of a machine without a name for its start', undefined, at, 'this machine does not say how long ago'],
    ['on a machine without a name for its start', at, undefined, 'this machine does not say how long ago'],
  ])('takes no authorization over %s, and the running show all the same', (_what, kept, now, why) => {
    const plan = planRestore({ ...state, at: kept }, sameShow, { utcMs: nowMs, at: now });
    expect(plan).toMatchObject({ authorization: undefined, run, drones: state.drones, slots: state.slots });
    expect(plan.notes).toEqual([expect.stringContaining(`is not taken over, ${why}`)]);
    expect(plan.notes[0]).toContain(': authorize again');
    const counting = { ...state, at: kept, run: countdown };
    expect(planRestore(counting, sameShow, { utcMs: nowMs, at: now }).run).toBeUndefined();
  });

  it('lets nobody fly a countdown that is not authorized any more; a show that has begun goes on', () => {
    const unauthorized = { ...state, authorization: undefined };
    expect(planRestore({ ...unauthorized, run: countdown }, sameShow, passed(0))).toMatchObject({
      run: undefined,
      notes: ['the countdown of before is called off: nothing is authorized any more'],
    });
    const held = { ...countdown, pausedUtcMs: nowMs };
    expect(planRestore({ ...unauthorized, run: held }, sameShow, passed(60_000)).run).toBeUndefined();
    expect(planRestore(unauthorized, sameShow, passed(0)).run).toEqual(run);
    expect(planRestore({ ...state, run: countdown }, sameShow, passed(0)).run).toEqual(countdown);
  });

  it('takes up no run of yesterday, nor one of a clock that was set, but one that is held for long', () => {
    const afterMs = (hours: number) => nowMs + hours * 3_600_000;
    const afterH = (hours: number) => passed(0, afterMs(hours));
    expect(planRestore(state, sameShow, afterH(1)).run).toBeUndefined();
    expect(planRestore(state, sameShow, afterH(-48)).run).toBeUndefined();
    const paused = { ...state, run: { ...run, pausedUtcMs: afterMs(1) } };
    expect(planRestore(paused, sameShow, afterH(1.2)).run).toBeDefined();
  });

  it('loads the show of a run that was on, and of no other', () => {
    expect(showOfRun(state, nowMs)).toBe('/shows/x');
    expect(showOfRun({ ...state, run: undefined }, nowMs)).toBeUndefined();
    expect(showOfRun(state, nowMs + 3_600_000)).toBeUndefined();
    expect(showOfRun(undefined, nowMs)).toBeUndefined();
  });
});
