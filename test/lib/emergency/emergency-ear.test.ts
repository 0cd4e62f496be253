import { describe, expect, it } from 'vitest';
import { EmergencyEar } from '../../../lib/emergency/emergency-ear.js';
import {
  acknowledgementKey,
  addresseeOf,
  type EmergencyOrder,
  encodeOrder,
  orderLifeMs,
  readAcknowledgement,
} from '../../../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../../../lib/emergency/obeyed-once.js';
import { DatagramGuard, DatagramSigner } from '../../../lib/security/datagram-signature.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';
import { FakeClock } from '../../support/fake-clock.js';

const signingKey = deriveSigningKey(new Uint8Array(32).fill(3));
const boot = 'boot-00000001';
const order: EmergencyOrder = {
  id: 's',
  epoch: 5,
  command: 'k-1',
  what: 'land',
  to: ['boot-00000000', addresseeOf('drone-1', boot)],
};

/** A fleet whose server's UTC the drone knows, or does not. */
function makeRig({ isOpen = false, least = 0, knowsTime = true } = {}) {
  const clock = new FakeClock();
  const signer = new DatagramSigner(signingKey, () => clock.utcMs());
  const key = acknowledgementKey(new Uint8Array(32));
  const obeyed: string[] = [];
  let end: () => void = () => undefined;
  const ear = new EmergencyEar({
    ...{ id: () => 'drone-1', boot, key, once: new ObeyedOnce(() => clock.monotonicMs()) },
    guard: isOpen
      ? undefined
      : new DatagramGuard(publicKeyHex(signingKey), {
          lateMs: orderLifeMs,
          monotonicMs: () => clock.monotonicMs(),
        }),
    serverUtcMs: () => (knowsTime ? clock.utcMs() : undefined),
    isInCharge: ({ epoch = 0 }) => epoch >= least,
    obey: (what) => {
      obeyed.push(what);
      return new Promise((resolve) => {
        end = resolve;
      });
    },
    onIgnored: () => undefined,
  });
  const answers: string[] = [];
  return {
    ...{ clock, ear, obeyed, answers },
    end: async () => {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    },
    signed: (changed: Partial<EmergencyOrder> = {}) =>
      encodeOrder({ ...order, ...changed }, (action, kwargs) => signer.sign(action, kwargs)),
    hear: (datagram: Uint8Array) =>
      ear.receive(datagram, (bytes) => {
        const answer = readAcknowledgement(bytes);
        expect(answer?.isProvenBy(key)).toBe(true);
        answers.push(`${answer?.said.command} ${answer?.said.state}`);
      }),
  };
}

describe('a drone', () => {
  it('obeys what its fleet has signed for it, once, and answers every time', async () => {
    const rig = makeRig();
    const datagram = rig.signed();
    rig.hear(datagram);
    rig.hear(datagram);
    expect([rig.obeyed, rig.answers]).toEqual([['land'], ['k-1 heard', 'k-1 heard']]);
    await rig.end();
    expect(rig.answers.slice(2)).toEqual(['k-1 done']);
    rig.hear(datagram);
    expect([rig.obeyed, rig.answers.slice(3)]).toEqual([['land'], ['k-1 done']]);
    expect(Object.values(rig.ear.ignored).every((count) => count === 0)).toBe(true);
  });

  it('ignores and counts everything else, and answers none of it', async () => {
    const rig = makeRig({ least: 5 });
    const stranger = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => 9000);
    rig.hear(Uint8Array.of(1, 2, 3));
    rig.hear(rig.signed({ to: ['boot-00000000'] }));
    rig.hear(encodeOrder(order, (_action, kwargs) => kwargs));
    rig.hear(encodeOrder(order, (action, kwargs) => stranger.sign(action, kwargs)));
    rig.hear(rig.signed({ epoch: 4, command: 'k-2' }));
    const [older, newer] = [rig.signed({ command: 'k-3' }), rig.signed({ command: 'k-4' })];
    rig.hear(newer);
    await rig.clock.advance(15_000);
    rig.hear(older);
    rig.hear(rig.signed({ epoch: 4, command: 'k-5' }));
    const undelivered = rig.signed({ command: 'k-6' });
    await rig.clock.advance(15_100);
    rig.hear(undelivered);
    expect(rig.ear.ignored).toEqual({
      garbage: 1,
      foreign: 1,
      unsigned: 1,
      forged: 1,
      superseded: 2,
      repeated: 1,
      late: 1,
    });
    expect([rig.obeyed, rig.answers]).toEqual([['land'], ['k-4 heard']]);
  });

  it('obeys what a later and weaker order has overtaken, once', async () => {
    const rig = makeRig();
    const kill = rig.signed({ command: 'k-1', what: 'kill' });
    rig.hear(rig.signed({ command: 'k-2', what: 'land' }));
    await rig.clock.advance(9_000);
    rig.hear(kill);
    rig.hear(kill);
    expect(rig.obeyed).toEqual(['land', 'kill']);
    expect(rig.answers).toEqual(['k-2 heard', 'k-1 heard', 'k-1 heard']);
    expect(Object.values(rig.ear.ignored).every((count) => count === 0)).toBe(true);
  });

  it('does not obey what was recorded, and never came, when its time is over', async () => {
    const rig = makeRig();
    const [kill, land] = [rig.signed({ what: 'kill' }), rig.signed({ command: 'k-2' })];
    await rig.clock.advance(15_000);
    rig.hear(kill);
    expect(rig.obeyed).toEqual(['kill']);
    await rig.clock.advance(3_600_000);
    rig.hear(land);
    expect([rig.obeyed, rig.ear.ignored.late]).toEqual([['kill'], 1]);
  });

  it('knows without a clock that what is older than its last order is over', async () => {
    const rig = makeRig({ knowsTime: false });
    const [first, second] = [rig.signed({ command: 'k-1' }), rig.signed({ command: 'k-2', what: 'kill' })];
    rig.hear(rig.signed({ command: 'k-3', what: 'stop' }));
    await rig.clock.advance(14_000);
    rig.hear(second);
    await rig.clock.advance(1_000);
    rig.hear(first);
    expect([rig.obeyed, rig.ear.ignored.repeated]).toEqual([['stop', 'kill'], 1]);
  });

  it('obeys no order for another drone that has claimed its boot name', () => {
    const rig = makeRig();
    rig.hear(rig.signed({ to: [addresseeOf('evil', boot), boot] }));
    expect([rig.obeyed, rig.ear.ignored.foreign]).toEqual([[], 1]);
  });

  it('that obeys open servers needs no signature, but to be named', () => {
    const rig = makeRig({ isOpen: true });
    rig.hear(encodeOrder({ ...order, to: ['boot-99999999'] }, (_action, kwargs) => kwargs));
    expect(rig.obeyed).toEqual([]);
    rig.hear(encodeOrder(order, (_action, kwargs) => kwargs));
    expect(rig.obeyed).toEqual(['land']);
  });
});
