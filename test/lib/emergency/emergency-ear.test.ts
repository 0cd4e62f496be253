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
import { VerifyBudget } from '../../../lib/security/verify-budget.js';
import { FakeClock } from '../../support/fake-clock.js';

const signingKey = deriveSigningKey(new Uint8Array(32).fill(3));
const boot = 'boot-00000001';
const key = acknowledgementKey(new Uint8Array(32));
const drone = { id: 'drone-1', boot, key };

/** As a server makes it that knows the drone's key. */
function orderOf({ to, ...changed }: Partial<EmergencyOrder> = {}): EmergencyOrder {
  const said = { id: 's', epoch: 5, command: 'k-1', what: 'land', ...changed } as const;
  return { ...said, to: to ?? ['boot-00000000', addresseeOf(drone, said)] };
}

/** Numbers of 0 to 1 that are the same in each run. Source: the multiplicative generator of Park and Miller, 1988. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A fleet whose server's UTC the drone knows, or does not. */
function makeRig({ isOpen = false, least = 0, knowsTime = true } = {}) {
  const clock = new FakeClock();
  const signer = new DatagramSigner(signingKey, () => clock.utcMs());
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
    budget: new VerifyBudget(() => clock.monotonicMs()),
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
  const said = (bytes: Uint8Array) => {
    const answer = readAcknowledgement(bytes);
    expect(answer?.isProvenBy(key)).toBe(true);
    answers.push(`${answer?.said.command} ${answer?.said.state}`);
  };
  return {
    ...{ clock, ear, obeyed, answers },
    end: async () => {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    },
    signed: (changed: Partial<EmergencyOrder> = {}) =>
      encodeOrder(orderOf(changed), (action, kwargs) => signer.sign(action, kwargs)),
    hear: (datagram: Uint8Array, from = '10.0.0.1') => ear.receive(datagram, said, from),
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
    rig.hear(encodeOrder(orderOf(), (_action, kwargs) => kwargs));
    rig.hear(encodeOrder(orderOf(), (action, kwargs) => stranger.sign(action, kwargs)));
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
      flood: 0,
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
    rig.hear(rig.signed({ to: [addresseeOf({ ...drone, id: 'evil' }, orderOf()), boot] }));
    expect([rig.obeyed, rig.ear.ignored.foreign]).toEqual([[], 1]);
  });

  it('looks at no signature of an order that names it without its key', () => {
    const rig = makeRig();
    const { command, what } = orderOf();
    rig.hear(rig.signed({ to: [addresseeOf({ ...drone, key: undefined }, { command, what })] }));
    rig.hear(rig.signed({ to: orderOf({ what: 'stop' }).to }));
    rig.hear(rig.signed({ to: orderOf({ command: 'k-2' }).to }));
    const foreign = acknowledgementKey(new Uint8Array(32).fill(1));
    rig.hear(rig.signed({ to: [addresseeOf({ ...drone, key: foreign }, { command, what })] }));
    expect([rig.obeyed, rig.ear.ignored.foreign]).toEqual([[], 4]);
    expect(Object.values(rig.ear.ignored).reduce((sum, count) => sum + count)).toBe(4);
  });

  it.each([
    ['one address', () => '10.0.0.9'],
    ['as many addresses as it likes', (random: () => number) => `10.9.0.${Math.floor(random() * 4000)}`],
  ])('looks at few of a flood of forgeries from %s, and obeys its server all the same', async (_of, from) => {
    const rig = makeRig();
    const random = seeded(7);
    const server = '10.0.0.1';
    // So that its server is known: by whatever it was told before.
    rig.hear(rig.signed({ command: 'k-1', what: 'stop' }), server);
    const forge = () => {
      const signature = Buffer.from(Array.from({ length: 64 }, () => Math.floor(random() * 256)));
      const counter = String(rig.clock.utcMs() + Math.floor(random() * 1000));
      return encodeOrder(orderOf({ command: 'k-2' }), (_action, kwargs) => ({
        ...{ ...kwargs, counter },
        signature: signature.toString('base64'),
      }));
    };
    for (let round = 0; round < 40; round++) {
      await rig.clock.advance(50);
      for (let i = 0; i < 100; i++) rig.hear(forge(), from(random));
    }
    rig.hear(rig.signed({ command: 'k-2' }), server);
    expect(rig.obeyed).toEqual(['stop', 'land']);
    const { forged, flood } = rig.ear.ignored;
    expect([forged <= 100 + 2 * 200, forged + flood]).toEqual([true, 4000]);
  });

  it('that obeys open servers needs no signature, but to be named', () => {
    const rig = makeRig({ isOpen: true });
    rig.hear(encodeOrder(orderOf({ to: ['boot-99999999'] }), (_action, kwargs) => kwargs));
    expect(rig.obeyed).toEqual([]);
    rig.hear(encodeOrder(orderOf(), (_action, kwargs) => kwargs));
    expect(rig.obeyed).toEqual(['land']);
  });
});
