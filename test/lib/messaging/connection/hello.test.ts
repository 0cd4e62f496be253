import { describe, expect, it } from 'vitest';
import { helloKwargs, readHello } from '../../../../lib/messaging/connection/hello.js';

const hello = {
  protocol: 1,
  role: 'drone',
  id: 'd1',
  software: 'starling',
  version: '0.1.0',
  features: ['errors'],
} as const;

describe('a hello', () => {
  it('is read as it was written, with ports or without', () => {
    expect(readHello(helloKwargs(hello))).toEqual(hello);
    expect(readHello(helloKwargs({ ...hello, udp: 9000, ntp: 123 }))).toEqual({
      ...hello,
      udp: 9000,
      ntp: 123,
    });
    expect(helloKwargs({ ...hello, udp: undefined })).not.toHaveProperty('udp');
  });

  it("carries what a drone calls itself, and a server's signed epoch", () => {
    const epoch = { id: 's', epoch: '7', signature: 'x' };
    const more = { ...hello, boot: 'AbCd_-012345', epoch };
    expect(readHello(helloKwargs(more))).toEqual(more);
    for (const boot of ['short', 'with blanks in it', 'x'.repeat(33), 7])
      expect(readHello({ ...helloKwargs(hello), boot })).toEqual(hello);
    for (const signed of ['7', ['x'], { epoch: 7 }, { epoch: 'x'.repeat(301) }])
      expect(readHello({ ...helloKwargs(hello), epoch: signed })).toEqual(hello);
  });

  it('keeps what it understands of a newer peer, and drops the rest', () => {
    const kwargs = { ...helloKwargs(hello), features: ['errors', 7, null], udp: 70_000, ntp: 'x', more: {} };
    expect(readHello(kwargs)).toEqual(hello);
  });

  it.each([
    { protocol: 2 },
    { protocol: '1' },
    { role: 'king' },
    { id: 1 },
    { software: null },
    { version: [] },
    { features: 'errors' },
  ])('with %j is none', (change) => {
    expect(readHello({ ...helloKwargs(hello), ...change })).toBeUndefined();
  });
});
