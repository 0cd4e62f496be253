import { describe, expect, it } from 'vitest';
import { EmergencyEar } from '../../../lib/emergency/emergency-ear.js';
import {
  acknowledgementKey,
  type EmergencyOrder,
  encodeOrder,
  readAcknowledgement,
} from '../../../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../../../lib/emergency/obeyed-once.js';
import { DatagramGuard, DatagramSigner } from '../../../lib/security/datagram-signature.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';

const signingKey = deriveSigningKey(new Uint8Array(32).fill(3));
const boot = 'boot-00000001';
const order: EmergencyOrder = {
  id: 's',
  epoch: 5,
  command: 'k-1',
  what: 'land',
  to: ['boot-00000000', boot],
};

function makeRig({ isOpen = false, least = 0 } = {}) {
  const signer = new DatagramSigner(signingKey, () => 1000);
  const key = acknowledgementKey(new Uint8Array(32));
  const obeyed: string[] = [];
  let end: () => void = () => undefined;
  const ear = new EmergencyEar({
    ...{ boot, key, once: new ObeyedOnce() },
    guard: isOpen ? undefined : new DatagramGuard(publicKeyHex(signingKey)),
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
    ...{ ear, obeyed, answers },
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

  it('ignores and counts everything else, and answers none of it', () => {
    const rig = makeRig({ least: 5 });
    const stranger = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => 9000);
    rig.hear(Uint8Array.of(1, 2, 3));
    rig.hear(rig.signed({ to: ['boot-00000000'] }));
    rig.hear(encodeOrder(order, (_action, kwargs) => kwargs));
    rig.hear(encodeOrder(order, (action, kwargs) => stranger.sign(action, kwargs)));
    rig.hear(rig.signed({ epoch: 4, command: 'k-2' }));
    const [older, newer] = [rig.signed({ command: 'k-3' }), rig.signed({ command: 'k-4' })];
    rig.hear(newer);
    rig.hear(older);
    expect(rig.ear.ignored).toEqual({
      garbage: 1,
      foreign: 1,
      unsigned: 1,
      forged: 1,
      superseded: 1,
      repeated: 1,
    });
    expect([rig.obeyed, rig.answers]).toEqual([['land'], ['k-4 heard']]);
  });

  it('that obeys open servers needs no signature, but to be named', () => {
    const rig = makeRig({ isOpen: true });
    rig.hear(encodeOrder({ ...order, to: ['boot-99999999'] }, (_action, kwargs) => kwargs));
    expect(rig.obeyed).toEqual([]);
    rig.hear(encodeOrder(order, (_action, kwargs) => kwargs));
    expect(rig.obeyed).toEqual(['land']);
  });
});
