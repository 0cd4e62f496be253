import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeServerIp, encodeServerIp, maxDatagramBytes } from '../../../lib/discovery/index.js';
import { oldFrame } from '../../support/old-peer.js';

const server = { host: '192.168.1.10', port: 25000, id: '4711', startTimeS: 1732160000.1 };
const kwargs = { host: '192.168.1.10', port: '25000', id: '4711', start_time: '1732160000.1' };

function datagram(content: unknown, header: Record<string, unknown> = { action: 'server_ip' }): Buffer {
  return oldFrame({ 'message-type': 'message', ...header }, Buffer.from(JSON.stringify(content)));
}

describe('a server_ip datagram', () => {
  it('has these bytes', () => {
    const content =
      '{"args":[],"kwargs":{"host":"192.168.1.10","port":"25000","id":"4711","start_time":"1732160000.1"}}';
    const header = `{"byteorder":"little","content-type":"json","content-encoding":"utf-8","content-length":${content.length},"message-type":"message","action":"server_ip"}`;
    const golden = Buffer.concat([Buffer.from([0, header.length]), Buffer.from(header + content)]);
    expect(Buffer.from(encodeServerIp(server)).toString('latin1')).toBe(golden.toString('latin1'));
  });

  it('of an old server, keys in another order and blanks between, is read', () => {
    const header =
      '{"content-length": 102, "message-type": "message", "content-encoding": "utf-8", "byteorder": "little", "action": "server_ip", "content-type": "json"}';
    const content =
      '{"kwargs": {"start_time": "1732160000.1", "id": "4711", "port": "25000", "host": "192.168.1.10"}, "args": []}';
    const bytes = Buffer.from(header.replace('102', String(content.length)) + content);
    const length = header.replace('102', String(content.length)).length;
    expect(decodeServerIp(Buffer.concat([Buffer.from([0, length]), bytes]))).toEqual(server);
  });

  it('is read with keys that it does not know, as a signed one has them', () => {
    expect(
      decodeServerIp(datagram({ args: [], kwargs: { ...kwargs, counter: '7', signature: 'xx' } })),
    ).toEqual(server);
  });

  it('says of which epoch the server is, where it keeps one', () => {
    expect(decodeServerIp(encodeServerIp({ ...server, epoch: 7 }))).toEqual({ ...server, epoch: 7 });
    for (const epoch of [7, '0', '-1', '7.5', '', '1'.repeat(16)])
      expect(decodeServerIp(datagram({ args: [], kwargs: { ...kwargs, epoch } }))).toBeUndefined();
  });

  it('comes back as it was, whatever proper values it holds', () => {
    const proper = fc.record({
      host: fc.oneof(fc.ipV4(), fc.domain()),
      port: fc.integer({ min: 1, max: 65535 }),
      id: fc.stringMatching(/^[a-z0-9 -]{1,40}$/),
      startTimeS: fc.integer({ min: 0, max: 4_000_000_000 }).map((tenths) => tenths / 10),
    });
    fc.assert(
      fc.property(proper, (value) => {
        expect(decodeServerIp(encodeServerIp(value))).toEqual(value);
      }),
    );
  });

  it.each([
    ['another action', datagram({ args: [], kwargs }, { action: 'telemetry' })],
    ['a request', datagram({ args: [], kwargs }, { 'message-type': 'request' })],
    ['no action', datagram({ args: [], kwargs }, {})],
    ['no kwargs', datagram({ args: [] })],
    ['a port that is a number', datagram({ args: [], kwargs: { ...kwargs, port: 25000 } })],
    ['port 0', datagram({ args: [], kwargs: { ...kwargs, port: '0' } })],
    ['port 65536', datagram({ args: [], kwargs: { ...kwargs, port: '65536' } })],
    ['a port with a sign', datagram({ args: [], kwargs: { ...kwargs, port: '+25000' } })],
    ['no host', datagram({ args: [], kwargs: { ...kwargs, host: '' } })],
    ['a host with a line end in it', datagram({ args: [], kwargs: { ...kwargs, host: '10.0.0.1\n[X]' } })],
    ['no id', datagram({ args: [], kwargs: { host: 'a', port: '1', start_time: '1' } })],
    ['an id with a terminal sequence', datagram({ args: [], kwargs: { ...kwargs, id: '\u001b[2J' } })],
    ['a start time that is none', datagram({ args: [], kwargs: { ...kwargs, start_time: 'NaN' } })],
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([0])],
    ['text', Buffer.from('hello, is anybody there?')],
    ['a whole one and a byte more', Buffer.concat([encodeServerIp(server), Buffer.from([0])])],
    ['half of one', Buffer.from(encodeServerIp(server)).subarray(0, 100)],
    ['two', Buffer.concat([encodeServerIp(server), encodeServerIp(server)])],
  ])('is not taken when it is %s', (_what, bytes) => {
    expect(decodeServerIp(bytes)).toBeUndefined();
  });

  it('of 1024 bytes is read, and a longer one is not', () => {
    const empty = datagram({ args: [], kwargs: { ...kwargs, more: '' } });
    const sized = (more: number) => datagram({ args: [], kwargs: { ...kwargs, more: 'x'.repeat(more) } });
    // The length grows by one digit where the content passes 1000 bytes; it does not here.
    const exact = sized(maxDatagramBytes - empty.length);
    expect(exact.length).toBe(1024);
    expect(decodeServerIp(exact)).toEqual(server);
    expect(decodeServerIp(sized(maxDatagramBytes - empty.length + 1))).toBeUndefined();
  });

  it('that is garbage is dropped and never throws', () => {
    const good = encodeServerIp(server);
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }))
      .map(([at, byte]) => good.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 1200 }), damaged), (bytes) => {
        expect(() => decodeServerIp(bytes)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    { ...server, host: '' },
    { ...server, port: 0 },
    { ...server, port: 70000 },
    { ...server, id: '' },
    { ...server, startTimeS: Number.NaN },
  ])('is not made of what nobody could read (%j)', (value) => {
    expect(() => encodeServerIp(value)).toThrow(/announced/);
  });
});
