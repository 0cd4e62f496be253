import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateSettings } from '../../../server/gates/gate.js';
import {
  answerGate,
  type GateDecision,
  type GatesState,
  gateLeadS,
  lookAtGates,
  noGatesPassed,
} from '../../../server/gates/gates.js';
import { type GateDrone, judgeGate } from '../../../server/gates/judge-gate.js';

const gate = { name: 'finale', tS: 60, minShare: 0.9, withinM: 2 };
const settings: GateSettings = { gates: [gate], silent: 'away', maxAgeS: 3 };

/** Every drone is to fly east at 1 m/s. */
const plannedM = (id: string, showS: number) => (id === 'stranger' ? undefined : { x: showS, y: 0, z: 10 });

/** Drones that are off their places by so much; undefined: not heard of. */
function drones(offsM: readonly (number | undefined)[], atShowS = 57): GateDrone[] {
  return offsM.map((offM, index) => {
    const id = `drone-${index + 1}`;
    if (offM === undefined) return { id };
    return { id, reported: { positionM: { x: atShowS, y: offM, z: 10 }, atShowS, ageS: 0.5 } };
  });
}

const judged = (offsM: readonly (number | undefined)[], silent: GateSettings['silent'] = 'away') =>
  judgeGate(gate, { silent, maxAgeS: 3 }, { drones: drones(offsM), plannedM });

describe('a gate', () => {
  it('is open when enough drones are near enough to where they should be', () => {
    const verdict = judged([0, 0.5, 1, 2, 0, 0, 0, 0, 0, 9]);
    expect(verdict).toMatchObject({ isOpen: true, there: 9, of: 10, needed: 9 });
    expect(verdict.reasons).toEqual([
      'gate finale: 9 of 10 drones are within 2 m of their places, 9 (90 %) are enough',
      'away: drone-10 (farthest drone-10, 9.0 m)',
    ]);
  });

  it('is shut when one too few is there, and says who is away, the farthest first', () => {
    const verdict = judged([0, 0, 0, 0, 0, 0, 0, 0, 2.1, 9]);
    expect(verdict).toMatchObject({ isOpen: false, there: 8, needed: 9 });
    expect(verdict.away.map(({ id }) => id)).toEqual(['drone-10', 'drone-9']);
    expect(verdict.reasons[0]).toContain('9 (90 %) are needed');
  });

  it('does not ask for one more by rounding', () => {
    const offsM = Array.from({ length: 100 }, (_, index) => (index < 7 ? 0 : 9));
    const verdict = judgeGate({ ...gate, minShare: 0.07 }, settings, { drones: drones(offsM), plannedM });
    expect(verdict).toMatchObject({ isOpen: true, needed: 7 });
  });

  it('compares a position with the place for the moment that it was measured at', () => {
    const reported = { positionM: { x: 55, y: 0, z: 10 }, atShowS: 55, ageS: 2 };
    const view = { drones: [{ id: 'a', reported }], plannedM };
    expect(judgeGate({ ...gate, withinM: 0.1 }, settings, view).isOpen).toBe(true);
  });

  it('counts a silent drone as away, or leaves it out as long as half are heard', () => {
    const some = [0, 0, 0, 0, undefined];
    expect(judged(some)).toMatchObject({ isOpen: false, there: 4, of: 5, needed: 5, silent: ['drone-5'] });
    expect(judged(some).reasons[1]).toBe(
      'no position heard of drone-5, counted as away: they may not hear a hold either',
    );
    expect(judged(some, 'left_out')).toMatchObject({ isOpen: true, of: 4 });
    expect(judged([0, undefined], 'left_out').isOpen).toBe(true);
    expect(judged([0, undefined, undefined], 'left_out')).toMatchObject({ isOpen: false, of: 3 });
    expect(judged([undefined, undefined], 'left_out').isOpen).toBe(false);
    expect(judged([]).isOpen).toBe(false);
  });

  it('believes no old position, none that is no number, and no drone without a place', () => {
    const at = (ageS: number, x = 57) => ({ positionM: { x, y: 0, z: 10 }, atShowS: 57, ageS });
    const view = {
      drones: [
        { id: 'old', reported: at(3.1) },
        { id: 'broken', reported: at(1, Number.NaN) },
        { id: 'timeless', reported: at(Number.NaN) },
        { id: 'stranger', reported: at(1) },
        { id: 'fresh', reported: at(3) },
      ],
      plannedM,
    };
    const verdict = judgeGate(gate, settings, view);
    expect(verdict).toMatchObject({ there: 1, silent: ['old', 'broken', 'timeless'] });
    expect(verdict.away).toEqual([{ id: 'stranger', offM: undefined }]);
    expect(verdict.reasons[1]).toContain('has no place that is known');
  });

  it('is open by the count alone, and no drone that comes nearer shuts it', () => {
    const off = fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(off, { minLength: 1, maxLength: 30 }),
        fc.nat(),
        fc.constantFrom('away', 'left_out'),
        (offsM, pick, silent) => {
          const verdict = judged(offsM, silent as GateSettings['silent']);
          const near = offsM.filter((offM) => offM !== undefined && offM <= 2).length;
          expect(verdict.there).toBe(near);
          expect(verdict.there + verdict.away.length + verdict.silent.length).toBe(offsM.length);
          expect(verdict.isOpen).toBe(near >= 1 && near * 10 >= verdict.of * 9);
          const nearer = offsM.with(pick % offsM.length, 0);
          if (verdict.isOpen) expect(judged(nearer, silent as GateSettings['silent']).isOpen).toBe(true);
        },
      ),
    );
  });
});

describe('a show that comes to a gate', () => {
  const leadS = gateLeadS({ rampS: 2, slowestLatencyMs: 200 });
  const look = (state: GatesState, showS: number, offsM: readonly (number | undefined)[], some = settings) =>
    lookAtGates(some, state, { drones: drones(offsM, showS), plannedM, showS, leadS, rampS: 2 });

  it('is judged so early that a hold reaches the slowest drone and all stand at the gate', () => {
    expect(leadS).toBeCloseTo(0.1 + 0.4 + 1 + 1);
    expect(look(noGatesPassed, 60 - leadS - 0.01, [9]).decisions).toEqual([]);
    const [decision] = look(noGatesPassed, 60 - leadS, [9]).decisions;
    expect(decision).toMatchObject({ gate: 'finale', decided: 'hold', atShowS: 57.5, holdFromS: 59 });
  });

  it('goes on without a question, and is judged no second time', () => {
    const first = look(noGatesPassed, 58, [0, 0]);
    expect(first.decisions).toMatchObject([{ decided: 'go' }]);
    expect(first.asking).toBeUndefined();
    expect(look(first.state, 58.2, [9, 9])).toMatchObject({ decisions: [], asking: undefined });
  });

  it('is held and asked, goes on by no better look, but by the word of an operator', () => {
    const held = look(noGatesPassed, 58, [0, 9]);
    expect(held.asking).toMatchObject({ gate: 'finale', now: { isOpen: false } });
    const better = look(held.state, 59.5, [0, 0]);
    expect(better.decisions).toEqual([]);
    expect(better.asking).toMatchObject({ gate: 'finale', now: { isOpen: true } });
    const answer = { what: 'go_on', by: 'Ada', atUtcMs: 7 } as const;
    const on = answerGate(better.state, answer, better.asking?.now.reasons ?? []);
    expect(on.answers).toEqual([{ ...answer, gate: 'finale', reasons: better.asking?.now.reasons }]);
    expect(look(on, 60, [9, 9])).toMatchObject({ decisions: [], asking: undefined });
    expect(() => answerGate(on, answer, [])).toThrow(/nothing to answer/);
  });

  it('is judged late when nobody looked in time, and says when nobody looked at all', () => {
    const late: GateDecision | undefined = look(noGatesPassed, 64, [9]).decisions[0];
    expect(late).toMatchObject({ decided: 'hold', holdFromS: 64 });
    expect(late?.reasons.at(-1)).toBe('it was looked at 4.0 s late');
    expect(look(noGatesPassed, 66, [9])).toMatchObject({
      decisions: [
        { decided: 'unjudged', verdict: undefined, reasons: [expect.stringContaining('6.0 s before')] },
      ],
      asking: undefined,
    });
  });

  it('comes to every gate once, however it is looked at, and to none while it is held', () => {
    const gates = [10, 20, 20.5, 40].map((tS) => ({ ...gate, name: `at ${tS}`, tS }));
    const steps = fc.array(fc.double({ min: 0.01, max: 4, noNaN: true }), { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.boolean(), (stepsS, isBad) => {
        let state = noGatesPassed;
        let showS = 0;
        for (const stepS of stepsS) {
          const asked = state.asking;
          const step = look(state, showS, isBad ? [9] : [0], { ...settings, gates });
          if (asked !== undefined) expect(step.decisions).toEqual([]);
          state = step.state;
          if (asked !== undefined) state = answerGate(state, { what: 'go_on', by: 'Ada', atUtcMs: 0 }, []);
          showS += stepS;
        }
        const passed = gates.filter(({ tS }) => tS <= showS - 4).map(({ name }) => name);
        const decided = state.decisions.map((decision) => decision.gate);
        expect(new Set(decided).size).toBe(decided.length);
        if (!isBad) expect(decided).toEqual(expect.arrayContaining(passed));
        expect(state.decisions.every((decision) => decision.decided === (isBad ? 'hold' : 'go'))).toBe(
          state.decisions.every((decision) => decision.decided !== 'unjudged'),
        );
      }),
      { numRuns: 40 },
    );
  });
});
