import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Lane,
  type OutgoingFrame,
  OutgoingLanes,
} from '../../../../lib/messaging/connection/outgoing-lanes.js';

function frame(lane: Lane, name: string, telemetryOf?: string): OutgoingFrame {
  return { head: Buffer.from(name), lane, telemetryOf };
}

function names(frames: readonly OutgoingFrame[]): string[] {
  return frames.map(({ head }) => Buffer.from(head).toString());
}

describe('the lanes', () => {
  it('give out the most urgent first, and the oldest first in each', () => {
    const lanes = new OutgoingLanes();
    for (const [lane, name] of [
      ['bulk', 'file'],
      ['telemetry', 't'],
      ['control', 'c1'],
      ['emergency', 'e1'],
      ['control', 'c2'],
      ['emergency', 'e2'],
    ] as const)
      lanes.add(frame(lane, name));
    expect(names(lanes.takeAll())).toEqual(['e1', 'e2', 'c1', 'c2', 't', 'file']);
    expect(lanes.take()).toBeUndefined();
  });

  it('hold the newest telemetry of each action only, in the place of the oldest', () => {
    const lanes = new OutgoingLanes();
    lanes.add(frame('telemetry', 'a1', 'a'));
    lanes.add(frame('telemetry', 'b1', 'b'));
    lanes.add(frame('telemetry', 'a22', 'a'));
    expect(lanes.urgentBytes).toBe(5);
    expect(names(lanes.takeAll())).toEqual(['a22', 'b1']);
    lanes.add(frame('telemetry', 'a3', 'a'));
    expect(names(lanes.takeAll())).toEqual(['a3']);
  });

  it('replace nothing outside of the telemetry lane', () => {
    const lanes = new OutgoingLanes();
    lanes.add(frame('control', 'a1', 'a'));
    lanes.add(frame('control', 'a2', 'a'));
    lanes.add(frame('telemetry', 'a3', 'a'));
    expect(names(lanes.takeAll())).toEqual(['a1', 'a2', 'a3']);
  });

  it('count what waits, bulk apart, and lose none of thousands', () => {
    const lane = fc.constantFrom<Lane>('emergency', 'control', 'telemetry', 'bulk');
    fc.assert(
      fc.property(fc.array(fc.tuple(lane, fc.boolean()), { maxLength: 3000 }), (steps) => {
        const lanes = new OutgoingLanes();
        const waiting: Record<Lane, string[]> = { emergency: [], control: [], telemetry: [], bulk: [] };
        for (const [index, [which, isTake]] of steps.entries()) {
          if (isTake) {
            const taken = lanes.take();
            const expected = [waiting.emergency, waiting.control, waiting.telemetry, waiting.bulk]
              .find((queue) => queue.length > 0)
              ?.shift();
            expect(taken && names([taken])[0]).toBe(expected);
          } else {
            lanes.add(frame(which, `${index}`));
            waiting[which].push(`${index}`);
          }
        }
        const { bulk, ...urgent } = waiting;
        expect(lanes.bulkBytes).toBe(bulk.join('').length);
        expect(lanes.urgentBytes).toBe(Object.values(urgent).flat().join('').length);
      }),
      { numRuns: 50 },
    );
  });
});
