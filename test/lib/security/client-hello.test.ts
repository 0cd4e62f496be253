import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { pskContext } from '../../../lib/security/adapters/tls-psk.js';
import { offersPsk } from '../../../lib/security/client-hello.js';

/** The first flight of a client of Node's. */
async function helloOf(options: ConnectionOptions): Promise<Uint8Array> {
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => done(void wire.emit('sent', chunk)),
  });
  const sent = once(wire, 'sent');
  const stream = connect({ socket: wire, ...options });
  stream.on('error', () => undefined);
  const [bytes] = (await sent) as [Uint8Array];
  stream.destroy();
  return new Uint8Array(bytes);
}

const psk = await helloOf({ secureContext: pskContext(), pskCallback: () => null });
const certified = await helloOf({ servername: 'localhost' });

/** Record, ClientHello of TLS 1.2, random, no session, two suites. */
function madeHello(suites: readonly number[]): Uint8Array {
  const list = suites.flatMap((suite) => [suite >> 8, suite & 0xff]);
  const body = [0x03, 0x03, ...Array<number>(32).fill(7), 0, 0, list.length, ...list, 1, 0];
  return Uint8Array.of(0x16, 0x03, 0x01, 0, body.length + 4, 1, 0, 0, body.length, ...body);
}

describe('the first message of a TLS connection', () => {
  it('offers a pre-shared key, or a certificate will do', () => {
    expect(offersPsk(psk)).toBe(true);
    expect(offersPsk(certified)).toBe(false);
    expect(offersPsk(madeHello([0x1301, 0xccac]))).toBe(true);
    expect(offersPsk(madeHello([0xac, 0xcc]))).toBe(false);
  });

  it.each([
    ['a key', psk, true],
    ['a certificate', certified, false],
  ])('for %s is read as soon as it says so, however it is cut', (_what, hello, isPsk) => {
    const first = [...hello.keys()].find((count) => offersPsk(hello.subarray(0, count)) !== undefined) ?? 0;
    expect(first).toBeGreaterThan(44);
    for (const count of hello.keys()) {
      const slab = new Uint8Array(count + 40).fill(0xcc);
      slab.set(hello.subarray(0, count), 20);
      const answer = offersPsk(slab.subarray(20, 20 + count));
      expect([count, answer]).toEqual([count, count < first ? undefined : isPsk]);
    }
  });

  it('that is cut into records before its suites end, or is none, offers no key', () => {
    const short = madeHello([0x1301, 0xccac]);
    short[4] = 20;
    expect(offersPsk(short)).toBe(false);
    expect(offersPsk(Uint8Array.of(0x16, 3, 1, 0, 0))).toBe(false);
    const endless = madeHello([0xccac]);
    endless[44] = 0xff;
    expect(offersPsk(endless)).toBe(false);
  });
});
