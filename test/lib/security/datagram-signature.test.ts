import { describe, expect, it } from 'vitest';
import { decodeServerIp, encodeServerIp } from '../../../lib/discovery/index.js';
import { DatagramGuard, DatagramSigner, ReplayGuard } from '../../../lib/security/datagram-signature.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';

const key = deriveSigningKey(Uint8Array.from({ length: 32 }, (_, i) => i));
const strangersKey = deriveSigningKey(new Uint8Array(32));
const publicKey = publicKeyHex(key);
const kwargs = { host: '10.0.0.1', port: '25000', id: 's', start_time: '1.5' };

function signerAt(utcMs: number, privateKey = key): DatagramSigner {
  return new DatagramSigner(privateKey, () => utcMs);
}

describe('a signed datagram', () => {
  it('carries the Ed25519 signature of its action and its sorted kwargs', () => {
    // Computed by a program in another language from the definition of RFC 8032.
    expect(signerAt(1_732_160_000_100).sign('server_ip', kwargs)).toEqual({
      ...kwargs,
      counter: '1732160000100',
      signature: '6HzoNXk5bhLhpoVuPwh2qDR3H9+mR7udxEKyxR/hYNv9tYOL4H2IhquHS5iOa4fzBksF3BpHqv8bCn/N7j7GCQ==',
    });
  });

  it('rises with each, however the clock is set', () => {
    let utcMs = 1000;
    const signer = new DatagramSigner(key, () => utcMs);
    const counters = [1000, 1000, 5000, 200].map((nowMs) => {
      utcMs = nowMs;
      return signer.sign('a', {}).counter;
    });
    expect(counters).toEqual(['1000', '1001', '5000', '5001']);
  });

  it('may hold any JSON, in any order of its keys', () => {
    const signed = signerAt(1).sign('land', { id: 's', b: [1, { y: null, x: true }], a: 'ü' });
    const { a, b, ...rest } = signed;
    expect(new DatagramGuard(publicKey).judge('land', { a, b, ...rest })).toBe('accepted');
    expect(() => signerAt(1).sign('land', { at: Number.NaN })).toThrow(/JSON can not say/);
  });
});

describe('a guard of datagrams', () => {
  it('accepts each once, of every server of the fleet', () => {
    const guard = new DatagramGuard(publicKey);
    const first = signerAt(1000).sign('server_ip', kwargs);
    expect(guard.judge('server_ip', first)).toBe('accepted');
    expect(guard.judge('server_ip', first)).toBe('repeated');
    expect(guard.judge('server_ip', signerAt(999).sign('server_ip', kwargs))).toBe('repeated');
    expect(guard.judge('server_ip', signerAt(1001).sign('server_ip', kwargs))).toBe('accepted');
    expect(guard.judge('server_ip', signerAt(1).sign('server_ip', { ...kwargs, id: 'other' }))).toBe(
      'accepted',
    );
    expect(guard.ignored).toEqual({ unsigned: 0, forged: 0, repeated: 2, flood: 0 });
  });

  it('ignores what is not signed, and what is signed by somebody else or for something else', () => {
    const guard = new DatagramGuard(publicKey);
    const signed = signerAt(1000).sign('server_ip', kwargs);
    expect(guard.judge('server_ip', kwargs)).toBe('unsigned');
    expect(guard.judge('server_ip', signerAt(1000, strangersKey).sign('server_ip', kwargs))).toBe('forged');
    expect(guard.judge('server_ip', { ...signed, host: '10.0.0.9' })).toBe('forged');
    expect(guard.judge('server_ip', { ...signed, counter: '1001' })).toBe('forged');
    expect(guard.judge('server_ip', { ...signed, more: 'x' })).toBe('forged');
    expect(guard.judge('server_ip', { ...signed, counter: '9'.repeat(40) })).toBe('forged');
    expect(guard.judge('server_ip', { ...signed, signature: 'AAAA' })).toBe('forged');
    expect(guard.judge('server_ip', { ...signed, more: Number.NaN })).toBe('forged');
    expect(guard.judge('land', signed)).toBe('forged');
    expect(guard.ignored).toEqual({ unsigned: 1, forged: 8, repeated: 0, flood: 0 });
    // None of them has moved the counter.
    expect(guard.judge('server_ip', signed)).toBe('accepted');
  });

  it('tells what its fleet has signed, though it was said before', () => {
    const guard = new DatagramGuard(publicKey);
    const signed = signerAt(1000).sign('epoch', kwargs);
    expect([guard.isGenuine('epoch', signed), guard.isGenuine('epoch', signed)]).toEqual([true, true]);
    expect(guard.isGenuine('server_ip', signed)).toBe(false);
    expect(guard.isGenuine('epoch', { ...signed, id: 'x' })).toBe(false);
    expect(guard.isGenuine('epoch', kwargs)).toBe(false);
    expect(guard.isGenuine('epoch', signerAt(1000, strangersKey).sign('epoch', kwargs))).toBe(false);
    // Nothing of it is remembered.
    expect(guard.judge('epoch', signed)).toBe('accepted');
  });

  it('judges announcements as they are on the wire', () => {
    const guard = new DatagramGuard(publicKey);
    const accept = (action: string, values: { readonly [key: string]: unknown }) =>
      guard.judge(action, values) === 'accepted';
    const server = { host: '10.0.0.1', port: 25_000, id: 's', startTimeS: 1.5 };
    const signer = signerAt(7);
    const datagram = encodeServerIp(server, (action, values) => signer.sign(action, values));
    // An old client reads it as ever.
    expect(decodeServerIp(datagram)).toEqual(server);
    expect(decodeServerIp(datagram, accept)).toEqual(server);
    expect(decodeServerIp(datagram, accept)).toBeUndefined();
    expect(decodeServerIp(encodeServerIp(server), accept)).toBeUndefined();
    expect(guard.ignored).toEqual({ unsigned: 1, forged: 0, repeated: 1, flood: 0 });
  });
});

it('a guard of what may come late lets it in once, for so long', () => {
  let nowMs = 0;
  const guard = new DatagramGuard(publicKey, { lateMs: 100, monotonicMs: () => nowMs });
  const judge = (counter: number) => guard.judge('a', signerAt(counter).sign('a', { id: 's' }));
  expect([judge(1000), judge(901), judge(901), judge(900), judge(1000)]).toEqual([
    'accepted',
    'accepted',
    'repeated',
    'repeated',
    'repeated',
  ]);
  nowMs = 50;
  expect([judge(951), judge(950), judge(901)]).toEqual(['accepted', 'repeated', 'repeated']);
  nowMs = 60;
  expect([judge(1040), judge(1040), judge(951), judge(950)]).toEqual([
    'accepted',
    'repeated',
    'repeated',
    'accepted',
  ]);
});

it('a guard against repetition remembers a bounded number of senders', () => {
  const guard = new ReplayGuard();
  for (let i = 0; i < 300; i++) guard.remember(`sender ${i}`, 5);
  expect(guard.isNew('sender 299', 5)).toBe(false);
  expect(guard.isNew('sender 0', 5)).toBe(true);
});
