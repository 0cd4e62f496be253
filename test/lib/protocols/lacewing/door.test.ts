import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeClientDatagram,
  makeContent,
  maxDatagramBytes,
} from '../../../../lib/protocols/lacewing/index.js';
import { hex } from './hex.js';
import { clientAddress, setUp, setUpJoined } from './session-rig.js';

const hi = { type: 'channelMessage', channelId: 0, content: makeContent('hi', 6) } as const;
const delivery = { type: 'channelMessage', channelId: 0, senderId: 2, content: makeContent(9, 6) } as const;

describe('a Lacewing door', () => {
  it('gives the lowest free id, and the id of one who left to the next', () => {
    const { connect, session, open, door } = setUp();
    connect();
    const second = open();
    second.connect();
    expect([session.clientId, second.session.clientId]).toEqual([0, 1]);
    session.end();
    expect(door.session(0)).toBeUndefined();
    const third = open();
    third.connect();
    expect(third.session.clientId).toBe(0);
    expect(door.session(0)).toBe(third.session);
  });

  it('denies Connect when it is full', () => {
    const { open, greet, say, line } = setUp({ limits: { maxClients: 3 } });
    for (let count = 0; count < 3; count++) open().connect();
    greet();
    say({ type: 'connect', revision: 'revision 3' });
    expect(line.take()).toEqual([{ type: 'connectDenied', reason: 'The server is full.' }]);
    expect(line.isEnded).toBe(true);
  });

  it('answers every UDPHello with a welcome, to the port that it came from', () => {
    const { datagram, line } = setUpJoined();
    expect(datagram({ type: 'udpHello' })).toBe(true);
    expect(datagram({ type: 'udpHello' })).toBe(true);
    expect(line.datagrams).toEqual([
      { hex: 'a0', port: 5000 },
      { hex: 'a0', port: 5000 },
    ]);
    expect(line.events).toEqual([{ type: 'udpReady' }]);
  });

  it('tells what is blasted as blasted', () => {
    const { datagram, line } = setUpJoined();
    datagram({ type: 'udpHello' });
    datagram(hi);
    expect(line.events.at(-1)).toMatchObject({ type: 'channelMessage', channelId: 0, isBlasted: true });
  });

  it('blasts to the last port of the client', () => {
    const { datagram, session, line } = setUpJoined();
    datagram({ type: 'udpHello' });
    datagram(hi, { port: 5001 });
    expect(session.deliver(delivery, { isBlasted: true })).toBe(true);
    expect(line.datagrams.at(-1)).toEqual({
      hex: hex('21 06 0000 0200 09000000').toString('hex'),
      port: 5001,
    });
    expect(line.take()).toEqual([]);
  });

  it('may keep to the first port, so that nobody on the same machine takes it over', () => {
    const { datagram, session, line } = setUpJoined({ limits: { isUdpPortFixed: true } });
    datagram({ type: 'udpHello' });
    datagram({ type: 'udpHello' }, { port: 5001 });
    datagram(hi, { port: 5001 });
    session.deliver(delivery, { isBlasted: true });
    expect(line.datagrams.map(({ port }) => port)).toEqual([5000, 5000]);
    expect(line.events.map(({ type }) => type)).toEqual(['udpReady', 'ignored', 'ignored']);
  });

  it('says so when a message can not be blasted: before the first datagram, or too large', () => {
    const { datagram, session, line } = setUpJoined();
    expect(session.deliver(delivery, { isBlasted: true })).toBe(false);
    datagram({ type: 'udpHello' });
    const content = makeContent(new Uint8Array(maxDatagramBytes));
    expect(session.deliver({ ...delivery, content }, { isBlasted: true })).toBe(false);
    expect(session.deliver({ type: 'channelLeft', channelId: 0 }, { isBlasted: true })).toBe(false);
    expect(line.datagrams).toHaveLength(1);
  });

  it('drops a datagram from another address, and takes IPv4 in IPv6 for the same', () => {
    const { datagram, line } = setUpJoined();
    expect(datagram({ type: 'udpHello' }, { address: '192.0.2.8' })).toBe(false);
    expect(line.datagrams).toEqual([]);
    expect(datagram({ type: 'udpHello' }, { address: `::ffff:${clientAddress}` })).toBe(true);
  });

  it('drops datagrams of an unknown id, of one who is not granted yet, and of one who left', () => {
    const { connect, datagram, door, session, line } = setUp({ answer: () => undefined });
    connect();
    const from = { address: clientAddress, port: 5000 };
    expect(datagram({ type: 'udpHello' })).toBe(false);
    expect(door.takeDatagram(encodeClientDatagram({ clientId: 7, message: hi }), from)).toBe(false);
    session.approveConnect('');
    expect(datagram({ type: 'udpHello' })).toBe(true);
    session.end();
    expect(datagram({ type: 'udpHello' })).toBe(false);
    expect(line.datagrams).toHaveLength(1);
  });

  it('closes nobody for a datagram, whatever is in it', () => {
    const { door, session, line } = setUpJoined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const own = Buffer.from(bytes);
        if (own.length >= 3) own.writeUInt16LE(0, 1);
        door.takeDatagram(own, { address: clientAddress, port: 5000 });
        expect(session.isConnected).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(line.isEnded).toBe(false);
    expect(door.takeDatagram(hex('20 0000 06'), { address: clientAddress, port: 5000 })).toBe(false);
  });

  it('does not take a blasted pong for an answer to its ping', async () => {
    const { clock, datagram, line } = setUpJoined();
    await clock.advance(5000);
    datagram({ type: 'pong' });
    await clock.advance(10_000);
    expect(line.isEnded).toBe(true);
  });
});
