import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acknowledgementKey,
  type EmergencyOrder,
  encodeAcknowledgement,
  encodeOrder,
  maxAddressees,
  maxEmergencyBytes,
  readAcknowledgement,
  readOrder,
  type SignOrder,
} from '../../../lib/emergency/emergency-wire.js';
import type { Json } from '../../../lib/messaging/index.js';
import { MessageManager } from '../../../lib/messaging/index.js';
import { DatagramSigner } from '../../../lib/security/datagram-signature.js';
import { deriveSigningKey } from '../../../lib/security/keys.js';

const order: EmergencyOrder = {
  ...{ id: 'server-1', epoch: 7, command: 'k3f9-17', what: 'land', to: ['AbCd_-012345'] },
};
const unsigned: SignOrder = (_action, kwargs) => kwargs;
const kwargs = { id: 'server-1', epoch: '7', command: 'k3f9-17', what: 'land', to: ['AbCd_-012345'] };
const datagram = (changed: { [key: string]: Json }, action = 'emergency') =>
  MessageManager.createActionMessage(action, { kwargs: { ...kwargs, ...changed } });

describe('an order by datagram', () => {
  it('is one frame with its kwargs, written by hand here', () => {
    expect(readOrder(datagram({}))).toEqual({ order, kwargs });
    expect(readOrder(encodeOrder(order, unsigned))?.order).toEqual(order);
    expect(readOrder(encodeOrder({ ...order, epoch: undefined }, unsigned))?.order.epoch).toBeUndefined();
  });

  it('fits into one packet with its signature and as many names as it may have', () => {
    const signer = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => 1.8e12);
    const id = `${'h'.repeat(63)}-12345678`;
    const to = Array.from({ length: maxAddressees }, () => 'x'.repeat(12));
    const full = { ...order, id, to, epoch: 1_795_000_000, command: 'abcdef01-999999999' } as const;
    const bytes = encodeOrder({ ...full, what: 'emergency_land' }, (action, words) =>
      signer.sign(action, words),
    );
    expect(bytes.length).toBeLessThanOrEqual(maxEmergencyBytes);
    expect(readOrder(bytes)?.order.to).toEqual(to);
  });

  it.each<[string, { [key: string]: Json }]>([
    ['another action', { what: 'takeoff' }],
    ['no command id', { command: 'k3f9' }],
    ['a number that begins with 0', { command: 'k3f9-0' }],
    ['nobody', { to: [] }],
    ['too many', { to: Array.from({ length: maxAddressees + 1 }, () => 'x'.repeat(8)) }],
    ['a name that could be guessed', { to: ['x'] }],
    ['a name that is none', { to: ['AbCd_-012345', 7] }],
    ['an epoch that is none', { epoch: 7 }],
    ['a server without a name', { id: '' }],
  ])('with %s is none', (_what, changed) => {
    expect(readOrder(datagram(changed))).toBeUndefined();
  });

  it('is none when it is of another kind, cut, followed by more, or garbage', () => {
    const bytes = datagram({});
    expect(readOrder(datagram({}, 'server_ip'))).toBeUndefined();
    expect(readOrder(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
    expect(readOrder(Buffer.concat([bytes, bytes]))).toBeUndefined();
    expect(readOrder(Buffer.concat([bytes, new Uint8Array(maxEmergencyBytes)]))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (noise, at) => {
        const broken = Buffer.from(bytes);
        broken.set(noise.subarray(0, 20), at % (broken.length - 20));
        expect(() => readOrder(broken)).not.toThrow();
        expect(() => readAcknowledgement(noise)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it('that no drone could read is not sent', () => {
    expect(() => encodeOrder({ ...order, command: 'no' }, unsigned)).toThrow('can not be ordered');
    expect(() => encodeOrder({ ...order, to: [] }, unsigned)).toThrow('can not be ordered');
  });
});

describe('an acknowledgement', () => {
  const key = acknowledgementKey(new Uint8Array(32).fill(1));
  const said = {
    command: 'k3f9-17',
    boot: 'AbCd_-012345',
    state: 'refused',
    code: 'refused',
    message: 'in the air',
  } as const;

  it('proves the key of the drone that sends it, and every word', () => {
    const answer = readAcknowledgement(encodeAcknowledgement(said, key));
    expect(answer?.said).toEqual(said);
    expect(answer?.isProvenBy(key)).toBe(true);
    expect(answer?.isProvenBy(acknowledgementKey(new Uint8Array(32)))).toBe(false);
    const text = Buffer.from(encodeAcknowledgement({ ...said, state: 'heard' }, key)).toString('latin1');
    const other = Buffer.from(text.replace('in the air', 'IN THE AIR'), 'latin1');
    expect(readAcknowledgement(other)?.isProvenBy(key)).toBe(false);
  });

  it('without a key proves nothing, and is read', () => {
    const answer = readAcknowledgement(
      encodeAcknowledgement({ ...said, state: 'done', message: undefined }, undefined),
    );
    expect(answer?.said).toMatchObject({ state: 'done' });
    expect(answer?.isProvenBy(key)).toBe(false);
  });

  it('cuts what would not fit', () => {
    const bytes = encodeAcknowledgement({ ...said, message: 'ü'.repeat(2000), code: 'No Code' }, key);
    expect(bytes.length).toBeLessThanOrEqual(maxEmergencyBytes);
    const answer = readAcknowledgement(bytes);
    expect(answer?.said.message).toHaveLength(200);
    expect(answer?.said.code).toBeUndefined();
    expect(answer?.isProvenBy(key)).toBe(true);
  });
});
