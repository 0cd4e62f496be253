import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeClientMessage, makeContent, packDelivery } from '../../../../lib/protocols/lacewing/index.js';
import { clientMessages } from './arbitrary-messages.js';
import { hex } from './hex.js';
import { grant, setUp, setUpJoined } from './session-rig.js';

const typesOf = (items: readonly { readonly type: string }[]) => items.map(({ type }) => type);

describe('a Lacewing session', () => {
  it('speaks byte for byte as the reference: connect, name, join', () => {
    const { session, line } = setUp();
    session.push(hex('00 00 0b 00 7265766973696f6e2033'));
    expect(line.takeHex()).toBe(hex('00 09 00 01 0000 68656c6c6f').toString('hex'));
    session.push(hex('00 04 01 616e6e'));
    expect(line.takeHex()).toBe(hex('00 06 01 01 03 616e6e').toString('hex'));
    session.push(hex('00 06 02 00 726f6f6d'));
    expect(line.takeHex()).toBe(hex('00 0a 02 01 01 04 726f6f6d 0000').toString('hex'));
    expect(session).toMatchObject({ clientId: 0, name: 'ann', isConnected: true });
    expect([...session.channels]).toEqual([0]);
  });

  it('reads the same byte by byte', () => {
    const { session, line } = setUp();
    for (const byte of hex('00 00 0b 00 7265766973696f6e2033 00 04 01 616e6e 00 01 04'))
      session.push(Uint8Array.of(byte));
    expect(typesOf(line.take())).toEqual(['connectAccepted', 'nameAccepted', 'channelList']);
  });

  it('closes on a first byte that is not 0, such as a web request', () => {
    const { session, line } = setUp();
    session.push(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(line.take()).toEqual([]);
    expect(line.isEnded).toBe(true);
    expect(line.events).toEqual([{ type: 'closed', reason: expect.stringContaining('first byte') }]);
  });

  it.each(['revision 2', 'revision 30', '', 'Revision 3'])(
    'denies Connect with "%s" with a reason, and closes',
    (revision) => {
      const { greet, say, line } = setUp();
      greet();
      say({ type: 'connect', revision });
      expect(line.take()).toEqual([
        { type: 'connectDenied', reason: expect.stringMatching(/^Version mismatch/) },
      ]);
      expect(line.isEnded).toBe(true);
    },
  );

  it('denies a second Connect, and closes', () => {
    const { connect, say, line } = setUp();
    connect();
    line.take();
    say({ type: 'connect', revision: 'revision 3' });
    expect(line.take()).toEqual([{ type: 'connectDenied', reason: 'You are already connected.' }]);
    expect(line.isEnded).toBe(true);
  });

  it('closes on any message before Connect', () => {
    fc.assert(
      fc.property(clientMessages, (message) => {
        fc.pre(message.type !== 'connect');
        const { greet, say, line } = setUp();
        greet();
        say(message);
        expect(line.isEnded).toBe(true);
        expect(typesOf(line.events)).toEqual(['closed']);
      }),
      { numRuns: 40 },
    );
  });

  it('takes no more than 256 bytes in a message before Connect', () => {
    const { session, line } = setUp();
    session.push(hex('00 00 fe 0101'));
    expect(line.isEnded).toBe(true);
    expect(line.take()).toEqual([
      { type: 'connectDenied', reason: expect.stringContaining('over the limit') },
    ]);
  });

  it('closes when Connect does not come in time, with the reason, and not when it came', async () => {
    const { clock, greet, line, open } = setUp();
    const other = open();
    greet();
    other.connect();
    other.line.take();
    await clock.advance(7999);
    expect(line.isEnded).toBe(false);
    await clock.advance(1);
    expect(line.take()).toEqual([{ type: 'connectDenied', reason: 'no Connect within 8000 ms' }]);
    expect(line.isEnded).toBe(true);
    expect(other.line.isEnded).toBe(false);
  });

  it('closes when no name comes in time, if there is such a limit', async () => {
    const { clock, connect, line, open } = setUp({ limits: { nameTimeoutMs: 3000 } });
    const named = open();
    connect();
    named.connect();
    named.say({ type: 'setName', name: 'bob' });
    line.take();
    await clock.advance(3000);
    expect(line.take()).toMatchObject([
      { type: 'serverMessage', content: { data: new Uint8Array(Buffer.from('no SetName within 3000 ms')) } },
    ]);
    expect(line.isEnded).toBe(true);
    expect(named.line.isEnded).toBe(false);
    expect(named.session.isConnected).toBe(true);
  });

  it('asks for a new name again and again', () => {
    const { say, line, session } = setUpJoined();
    say({ type: 'setName', name: 'ann2' });
    expect(line.take()).toEqual([{ type: 'nameAccepted', name: 'ann2' }]);
    expect(session.name).toBe('ann2');
  });

  it.each([
    ['blank', ' '],
    ['empty', ''],
    ['of 300 bytes', 'x'.repeat(300)],
    ['of control characters', 'a\u0007'],
  ])('denies a name that is %s by itself, and stays', (_what, name) => {
    const { connect, say, line } = setUp();
    connect();
    line.take();
    say({ type: 'setName', name });
    expect(line.take()).toEqual([
      { type: 'nameDenied', name: name.slice(0, 255), reason: expect.stringContaining('name is invalid') },
    ]);
    expect(typesOf(line.events)).toEqual(['connectAsked', 'ignored']);
    say({ type: 'setName', name: 'ann' });
    say({ type: 'joinChannel', name, isHidden: false, isAutoClose: false });
    expect(line.take()).toMatchObject([
      { type: 'nameAccepted' },
      { type: 'joinDenied', name: name.slice(0, 255) },
    ]);
  });

  it('denies a join before the first name, and stays', () => {
    const { connect, say, line } = setUp();
    connect();
    line.take();
    say({ type: 'joinChannel', name: 'room', isHidden: false, isAutoClose: false });
    expect(line.take()).toEqual([{ type: 'joinDenied', name: 'room', reason: 'Set a name first.' }]);
    expect(line.isEnded).toBe(false);
  });

  it('denies leaving a channel that the client is not in, and stays', () => {
    const { say, line } = setUpJoined();
    say({ type: 'leaveChannel', channelId: 4 });
    expect(line.take()).toEqual([
      { type: 'leaveDenied', channelId: 4, reason: 'You are not in this channel.' },
    ]);
    expect(line.isEnded).toBe(false);
  });

  it('is out of the channel after leaving', () => {
    const { say, line, session } = setUpJoined();
    say({ type: 'leaveChannel', channelId: 0 });
    expect(line.take()).toEqual([{ type: 'channelLeft', channelId: 0 }]);
    expect(session.channels.size).toBe(0);
  });

  it('tells the flags of a join', () => {
    const { say, line } = setUpJoined();
    say({ type: 'joinChannel', name: 'b', isHidden: true, isAutoClose: true });
    expect(line.events).toEqual([{ type: 'joinAsked', name: 'b', isHidden: true, isAutoClose: true }]);
  });

  it('says every denial with the reason that it is given', () => {
    const { say, line, connect } = setUp({
      answer: (event, session) => {
        if (event.type === 'connectAsked') session.approveConnect('');
        else if (event.type.endsWith('Asked')) session.deny('not today');
      },
    });
    connect();
    line.take();
    say({ type: 'setName', name: 'ann' }, { type: 'listChannels' });
    const reason = 'not today';
    expect(line.take()).toEqual([
      { type: 'nameDenied', name: 'ann', reason },
      { type: 'listDenied', reason },
    ]);
  });

  it('says the denial of a join, of a leave and of Connect, the last one closing', () => {
    const joined = setUp({
      answer: (event, session) => {
        if (event.type === 'joinAsked' && event.name === 'b') session.deny('full');
        else if (event.type === 'leaveAsked') session.deny('stay');
        else grant(event, session);
      },
    });
    joined.connect();
    joined.say({ type: 'setName', name: 'ann' });
    for (const name of ['a', 'b'])
      joined.say({ type: 'joinChannel', name, isHidden: false, isAutoClose: false });
    joined.say({ type: 'leaveChannel', channelId: 0 });
    expect(joined.line.take().slice(-2)).toEqual([
      { type: 'joinDenied', name: 'b', reason: 'full' },
      { type: 'leaveDenied', channelId: 0, reason: 'stay' },
    ]);
    expect([...joined.session.channels]).toEqual([0]);
    const stranger = setUp({
      answer: (event, session) => event.type === 'connectAsked' && session.deny('no guests'),
    });
    stranger.connect();
    expect(stranger.line.take()).toEqual([{ type: 'connectDenied', reason: 'no guests' }]);
    expect(stranger.line.isEnded).toBe(true);
  });

  it('answers in order, whatever time an answer takes: what comes behind a question waits', () => {
    const { connect, say, line, session } = setUp({ answer: () => undefined });
    connect();
    say({ type: 'setName', name: 'ann' }, { type: 'listChannels' });
    expect(typesOf(line.events)).toEqual(['connectAsked']);
    expect(session.isWaiting).toBe(true);
    session.approveConnect('hello');
    session.approveName('Ann');
    session.approveList([{ name: 'room', peerCount: 2 }]);
    expect(session.isWaiting).toBe(false);
    expect(line.take()).toEqual([
      { type: 'connectAccepted', clientId: 0, welcome: 'hello' },
      { type: 'nameAccepted', name: 'Ann' },
      { type: 'channelList', channels: [{ name: 'room', peerCount: 2 }] },
    ]);
  });

  it('closes on a client that floods it while an answer is owed', () => {
    const { connect, session, line } = setUp({ answer: () => undefined });
    connect();
    const pongs = Buffer.alloc(16 * 1024);
    for (let bytes = 0; bytes <= 128 * 1024 && !line.isEnded; bytes += pongs.length) session.push(pongs);
    expect(line.isEnded).toBe(true);
  });

  it('refuses answers that nobody asked for', () => {
    const { session } = setUpJoined();
    expect(() => session.approveName('x')).toThrow(expect.objectContaining({ code: 'not_asked' }));
    expect(() => session.deny('x')).toThrow(expect.objectContaining({ code: 'not_asked' }));
  });

  it('takes answers that come after the client left for nothing', () => {
    const { connect, session, line } = setUp({ answer: () => undefined });
    connect();
    session.end();
    session.approveConnect('hello');
    session.deny('no');
    expect(line.takeHex()).toBe('');
    expect(session.isConnected).toBe(false);
  });

  it('still owes an answer that could not be written', () => {
    const { connect, say, session, line } = setUp({
      answer: (event, to) => event.type !== 'listAsked' && grant(event, to),
    });
    connect();
    line.take();
    say({ type: 'listChannels' });
    expect(() => session.approveList([{ name: 'x'.repeat(256), peerCount: 1 }])).toThrow(/255 is the most/);
    session.approveList([{ name: 'x'.repeat(255), peerCount: 1 }]);
    expect(typesOf(line.take())).toEqual(['channelList']);
  });

  it.each([
    ['server', '12 05 05 deadbeef', { type: 'serverMessage' }],
    ['channel', '22 07 05 0000 deadbeef', { type: 'channelMessage', channelId: 0 }],
    ['peer', '32 09 05 0000 0300 deadbeef', { type: 'peerMessage', channelId: 0, peerId: 3 }],
  ])('tells a message to the %s as it came', (_what, bytes, event) => {
    const { session, line } = setUpJoined();
    session.push(hex(bytes));
    const content = { variant: 2, subchannel: 5, isObject: false, data: new Uint8Array(hex('deadbeef')) };
    expect(line.events).toEqual([{ ...event, content, isBlasted: false }]);
  });

  it.each([
    ['a message to a channel that it is not in', '20 04 06 0700 61'],
    ['a peer message in one', '30 06 06 0700 0200 61'],
    ['a number of three bytes', '21 06 06 0000 010203'],
    ['an object that is no JSON', '50 04 06 0000 7b'],
    ['a variant that real clients leave on', '23 04 06 0000 61'],
    ['a kick from a channel that it is not in', '80 05 0700 00 0200'],
    ['an action that is not kick', '80 05 0000 01 0200'],
    ['UDPHello on the stream', '70 00'],
    ['a pong without a ping', '90 00'],
    ['an unknown type', 'f3 03 010203'],
    ['an unknown request', '00 03 09 0102'],
  ])('leaves %s alone, and stays', (_what, bytes) => {
    const { session, line, say } = setUpJoined();
    session.push(hex(bytes));
    expect(typesOf(line.events)).toEqual(['ignored']);
    expect(line.take()).toEqual([]);
    say({ type: 'listChannels' });
    expect(typesOf(line.take())).toEqual(['channelList']);
  });

  it('lets all 16 variants through when it is told so', () => {
    const { session, line } = setUpJoined({ limits: { maxVariant: 15 } });
    session.push(hex('2f 04 06 0000 61'));
    expect(line.events).toMatchObject([{ type: 'channelMessage', content: { variant: 15 } }]);
  });

  it('tells a kick, and what the client is', () => {
    const { session, line } = setUpJoined();
    session.push(hex('80 05 0000 00 0200 | a0 02 6869'));
    expect(line.events).toEqual([
      { type: 'kickAsked', channelId: 0, peerId: 2 },
      { type: 'implementation', text: 'hi' },
    ]);
  });

  it.each([
    ['a message that is cut short', '20 02 06 00'],
    ['a size over the limit', 'f0 ff 01001000'],
  ])('says why and closes on %s', (_what, bytes) => {
    const { session, line, say } = setUpJoined();
    session.push(hex(bytes));
    expect(typesOf(line.take())).toEqual(['serverMessage']);
    expect(line.isEnded).toBe(true);
    expect(typesOf(line.events)).toEqual(['closed']);
    say({ type: 'listChannels' });
    session.disconnect('again');
    session.end();
    expect(line.events).toHaveLength(1);
  });

  it('pings, tells the latency, and pings again', async () => {
    const { clock, say, line } = setUpJoined();
    await clock.advance(5000);
    expect(line.takeHex()).toBe('b000');
    await clock.advance(30);
    say({ type: 'pong' });
    expect(line.events).toEqual([{ type: 'latency', latencyMs: 30 }]);
    await clock.advance(4999);
    expect(line.takeHex()).toBe('');
    await clock.advance(1);
    expect(line.takeHex()).toBe('b000');
  });

  it('closes when a ping stays without answer', async () => {
    const { clock, line } = setUpJoined();
    await clock.advance(14_999);
    expect(line.isEnded).toBe(false);
    await clock.advance(1);
    expect(line.isEnded).toBe(true);
    expect(line.events).toEqual([{ type: 'closed', reason: 'no answer to a ping within 10000 ms' }]);
    expect(clock.pending).toBe(0);
  });

  it('cuts a client whose sizes are big-endian, and which waits for ever, at the next ping', async () => {
    const { clock, session, line } = setUpJoined();
    session.push(Buffer.concat([hex('20 fe 012c 06 0000'), Buffer.alloc(297, 'x')]));
    await clock.advance(5000);
    session.push(hex('90 00'));
    await clock.advance(10_000);
    expect(line.isEnded).toBe(true);
  });

  it('does not blame a client for a pong behind a question that nobody has answered', async () => {
    const { clock, connect, say, line, session } = setUp({
      answer: (event, to) => event.type !== 'nameAsked' && grant(event, to),
    });
    connect();
    say({ type: 'setName', name: 'ann' });
    await clock.advance(5000);
    say({ type: 'pong' });
    await clock.advance(60_000);
    expect(line.isEnded).toBe(false);
    session.approveName();
    await clock.advance(1);
    expect(line.isEnded).toBe(false);
  });

  it('delivers what others say, also to many from one packet', () => {
    const { session, line } = setUpJoined();
    const message = {
      type: 'channelMessage',
      channelId: 0,
      senderId: 2,
      content: makeContent('hi', 6),
    } as const;
    expect(session.deliver(message)).toBe(true);
    expect(line.takeHex()).toBe(hex('20 07 06 0000 0200 6869').toString('hex'));
    const packet = packDelivery(message);
    expect(packet.bytes()).toBe(packet.bytes());
    session.deliverPacked(packet);
    expect(line.takeHex()).toBe(hex('20 07 06 0000 0200 6869').toString('hex'));
  });

  it('throws a client out of a channel, and calls it otherwise', () => {
    const { session, line } = setUpJoined();
    session.deliver({ type: 'channelLeft', channelId: 0 });
    session.deliver({ type: 'nameAccepted', name: 'bob' });
    expect(line.takeHex()).toBe(hex('00 04 03 01 0000 | 00 06 01 01 03 626f62').toString('hex'));
    expect(session.name).toBe('bob');
    expect(session.channels.size).toBe(0);
  });

  it('delivers nothing before Connect is granted, nor after the end', () => {
    const { session, greet, line } = setUp();
    greet();
    expect(session.deliver({ type: 'channelLeft', channelId: 0 })).toBe(false);
    session.end();
    expect(session.deliver({ type: 'channelLeft', channelId: 0 })).toBe(false);
    expect(line.takeHex()).toBe('');
    expect(line.events).toEqual([{ type: 'closed', reason: 'the client left' }]);
  });

  it('says the reason when it is told to disconnect', () => {
    const { session, line } = setUpJoined();
    session.disconnect('the show is over');
    expect(line.take()).toMatchObject([
      { content: { variant: 0, data: new Uint8Array(Buffer.from('the show is over')) } },
    ]);
    expect(line.isEnded).toBe(true);
    expect(line.events).toEqual([{ type: 'closed', reason: 'the show is over' }]);
  });

  it('never throws for what is in its bytes', () => {
    const wild = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 30 }),
        clientMessages.map((message) => encodeClientMessage(message)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(wild, fc.boolean(), (chunks, isConnected) => {
        const { session, connect } = setUp();
        if (isConnected) connect();
        for (const chunk of chunks) session.push(chunk);
      }),
      { numRuns: 200 },
    );
  });

  it('that is held reads nothing on until it is released, and excuses the pong that waits with the rest', async () => {
    const { session, say, line, clock } = setUpJoined({
      limits: { pingIntervalMs: 1000, pongTimeoutMs: 1000 },
    });
    const hi = { type: 'channelMessage', channelId: 0, content: makeContent('hi') } as const;
    line.onEvent = (event) => {
      if (event.type === 'channelMessage') session.hold();
    };
    await clock.advance(1000);
    say(hi, hi, { type: 'pong' });
    expect(typesOf(line.events)).toEqual(['channelMessage']);
    expect(session.isWaiting).toBe(true);
    await clock.advance(5000);
    session.release();
    expect(typesOf(line.events)).toEqual(['channelMessage', 'channelMessage']);
    session.release();
    expect(typesOf(line.events).at(-1)).toBe('latency');
    expect(session.isWaiting).toBe(false);
    expect(line.isEnded).toBe(false);
  });

  it('that is held ends when the client sends on and on', () => {
    const { session, line } = setUpJoined({ limits: { maxMessageBytes: 1000 } });
    session.hold();
    session.push(new Uint8Array(60_000));
    expect(line.isEnded).toBe(false);
    session.push(new Uint8Array(60_000));
    expect(line.events.at(-1)).toMatchObject({ type: 'closed' });
  });
});
