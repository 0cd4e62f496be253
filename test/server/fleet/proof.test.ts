import { describe, expect, it } from 'vitest';
import type { DroneRecord } from '../../../server/fleet/drone-record.js';
import { Fleet } from '../../../server/fleet/fleet.js';
import { type Expected, type Proof, proofOf } from '../../../server/fleet/proof.js';

/** A drone that has just said `value`; an old one says no hello. */
function recordOf(value: object, isAnswering: boolean): DroneRecord {
  const fleet = new Fleet();
  fleet.apply({ type: 'droneJoined', id: 'a', address: '127.0.0.1:1' });
  fleet.apply({ type: 'droneIntroduced', id: 'a', software: undefined, isAnswering });
  fleet.apply({ type: 'telemetryReceived', id: 'a', value, atMs: 1, utcMs: 0 });
  const record = fleet.get('a');
  if (!record) throw new Error('no record');
  return record;
}

const expected: Expected = { digest: 'd', animationId: 'cats 1a2b3c4d' };
const sent = { animation_info: ['cats 1a2b3c4d', 'OK'] };

describe('the proof of a show', () => {
  it.each<[string, object, boolean, Expected | null | undefined, Proof]>([
    ['a digest that is the expected one', { show_digest: 'd' }, true, expected, 'match'],
    ['another digest', { show_digest: 'e' }, true, expected, 'differs'],
    ['no part on the disk', { show_digest: 'none' }, true, expected, 'none'],
    ['no slot', { show_digest: 'd' }, true, null, 'none'],
    ['no show on the server', { show_digest: 'd' }, true, undefined, 'unknown'],
    ['an old drone with the animation that it was sent', sent, false, expected, 'unproven'],
    ['an old drone with another one', { animation_info: ['cats', 'OK'] }, false, expected, 'differs'],
    ['an old drone that names none', { animation_info: [null, 'OK'] }, false, expected, 'differs'],
    ['an old drone without a slot', sent, false, null, 'none'],
    ['an old drone that claims a digest', { ...sent, show_digest: 'd' }, false, expected, 'unproven'],
  ])('of %s', (_what, value, isAnswering, wanted, proof) => {
    expect(proofOf(recordOf(value, isAnswering), wanted)).toBe(proof);
  });

  it('is unknown until the drone was heard', () => {
    const fleet = new Fleet();
    fleet.apply({ type: 'droneJoined', id: 'a', address: '127.0.0.1:1' });
    const record = fleet.get('a');
    expect(record && proofOf(record, expected)).toBe('unknown');
  });
});
