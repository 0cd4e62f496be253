import { describe, expect, it } from 'vitest';
import {
  decodeClientDatagram,
  decodeServerDatagram,
  encodeClientDatagram,
  encodeClientMessage,
  encodeServerDatagram,
  encodeServerMessage,
  type LacewingClientMessage,
  LacewingDecoder,
  type LacewingServerMessage,
  lacewingFirstByte,
  makeContent,
  nextClientMessage,
  nextServerMessage,
} from '../../../../lib/protocols/lacewing/index.js';
import { hex } from './hex.js';

function decoderOf(bytes: Uint8Array): LacewingDecoder {
  const decoder = new LacewingDecoder();
  decoder.push(bytes);
  return decoder;
}

const binary = { variant: 2, subchannel: 5, isObject: false, data: hex('deadbeef') };
const object = { variant: 0, subchannel: 5, isObject: true, data: Buffer.from('{}') };

const fromClient: [string, LacewingClientMessage][] = [
  ['00 0b 00 7265766973696f6e2033', { type: 'connect', revision: 'revision 3' }],
  ['00 04 01 616e6e', { type: 'setName', name: 'ann' }],
  ['00 06 02 00 726f6f6d', { type: 'joinChannel', name: 'room', isHidden: false, isAutoClose: false }],
  ['00 06 02 01 726f6f6d', { type: 'joinChannel', name: 'room', isHidden: true, isAutoClose: false }],
  ['00 06 02 02 726f6f6d', { type: 'joinChannel', name: 'room', isHidden: false, isAutoClose: true }],
  ['00 03 03 0201', { type: 'leaveChannel', channelId: 0x0102 }],
  ['00 01 04', { type: 'listChannels' }],
  ['12 05 05 deadbeef', { type: 'serverMessage', content: binary }],
  ['22 07 05 0100 deadbeef', { type: 'channelMessage', channelId: 1, content: binary }],
  ['32 09 05 0100 0200 deadbeef', { type: 'peerMessage', channelId: 1, peerId: 2, content: binary }],
  ['40 03 05 7b7d', { type: 'serverMessage', content: object }],
  ['50 05 05 0100 7b7d', { type: 'channelMessage', channelId: 1, content: object }],
  ['60 07 05 0100 0200 7b7d', { type: 'peerMessage', channelId: 1, peerId: 2, content: object }],
  ['80 05 0100 00 0200', { type: 'channelMaster', channelId: 1, action: 0, peerId: 2 }],
  ['90 00', { type: 'pong' }],
  ['a0 08 537461726c696e67', { type: 'implementation', text: 'Starling' }],
  ['21 07 06 0000 09000000', { type: 'channelMessage', channelId: 0, content: makeContent(9, 6) }],
];

const room = { type: 'channelJoined', channelId: 0, name: 'room' } as const;
const ann = { id: 0, name: 'ann', isMaster: true };

const fromServer: [string, LacewingServerMessage][] = [
  ['00 09 00 01 0000 68656c6c6f', { type: 'connectAccepted', clientId: 0, welcome: 'hello' }],
  ['00 05 00 00 6e6f21', { type: 'connectDenied', reason: 'no!' }],
  ['00 06 01 01 03 616e6e', { type: 'nameAccepted', name: 'ann' }],
  ['00 09 01 00 03 616e6e 6e6f21', { type: 'nameDenied', name: 'ann', reason: 'no!' }],
  ['00 0a 02 01 01 04 726f6f6d 0000', { ...room, isMaster: true, peers: [] }],
  ['00 11 02 01 00 04 726f6f6d 0000 | 0000 01 03 616e6e', { ...room, isMaster: false, peers: [ann] }],
  ['00 0a 02 00 04 726f6f6d 6e6f21', { type: 'joinDenied', name: 'room', reason: 'no!' }],
  ['00 04 03 01 0201', { type: 'channelLeft', channelId: 0x0102 }],
  ['00 07 03 00 0201 6e6f21', { type: 'leaveDenied', channelId: 0x0102, reason: 'no!' }],
  ['00 09 04 01 0300 04 726f6f6d', { type: 'channelList', channels: [{ name: 'room', peerCount: 3 }] }],
  ['00 02 04 01', { type: 'channelList', channels: [] }],
  ['00 05 04 00 6e6f21', { type: 'listDenied', reason: 'no!' }],
  ['12 05 05 deadbeef', { type: 'serverMessage', content: binary }],
  [
    '20 07 06 0000 0200 6869',
    { type: 'channelMessage', channelId: 0, senderId: 2, content: makeContent('hi', 6) },
  ],
  ['32 09 05 0100 0200 deadbeef', { type: 'peerMessage', channelId: 1, senderId: 2, content: binary }],
  ['42 07 05 0100 deadbeef', { type: 'serverChannelMessage', channelId: 1, content: binary }],
  ['50 03 05 7b7d', { type: 'serverMessage', content: object }],
  ['60 07 05 0100 0200 7b7d', { type: 'channelMessage', channelId: 1, senderId: 2, content: object }],
  ['70 07 05 0100 0200 7b7d', { type: 'peerMessage', channelId: 1, senderId: 2, content: object }],
  ['80 05 05 0100 7b7d', { type: 'serverChannelMessage', channelId: 1, content: object }],
  [
    '90 08 0000 0200 00 636174',
    { type: 'peer', channelId: 0, peer: { id: 2, name: 'cat', isMaster: false } },
  ],
  [
    '90 09 0000 0200 00 63617439',
    { type: 'peer', channelId: 0, peer: { id: 2, name: 'cat9', isMaster: false } },
  ],
  ['90 04 0000 0200', { type: 'peerLeft', channelId: 0, peerId: 2 }],
  ['b0 00', { type: 'ping' }],
  ['c0 00', { type: 'implementationRequest' }],
];

describe('the bytes of revision 3', () => {
  it.each(fromClient)('%s is what a client says, written and read', (bytes, message) => {
    expect(Buffer.from(encodeClientMessage(message)).toString('hex')).toBe(hex(bytes).toString('hex'));
    expect(nextClientMessage(decoderOf(hex(bytes)))).toStrictEqual(plain(message));
  });

  it.each(fromServer)('%s is what a server says, written and read', (bytes, message) => {
    expect(Buffer.from(encodeServerMessage(message)).toString('hex')).toBe(hex(bytes).toString('hex'));
    expect(nextServerMessage(decoderOf(hex(bytes)))).toStrictEqual(plain(message));
  });

  it('begin with an empty byte, then Connect', () => {
    const connect = encodeClientMessage({ type: 'connect', revision: 'revision 3' });
    expect(Buffer.from([lacewingFirstByte, ...connect])).toEqual(hex('00 00 0b 00 7265766973696f6e2033'));
  });

  it.each([
    [300, '20 fe 3101'],
    [70_000, '20 ff 75110100'],
  ])('have %i bytes of data behind %s', (count, head) => {
    const content = makeContent('x'.repeat(count), 6);
    const message = { type: 'channelMessage', channelId: 0, senderId: 2, content } as const;
    const bytes = Buffer.concat([hex(head), hex('06 0000 0200'), Buffer.alloc(count, 'x')]);
    expect(Buffer.from(encodeServerMessage(message)).equals(bytes)).toBe(true);
    const read = nextServerMessage(decoderOf(bytes));
    expect(read).toMatchObject({ type: 'channelMessage', channelId: 0, senderId: 2 });
    const isWhole =
      read?.type === 'channelMessage' && Buffer.from(read.content.data).equals(message.content.data);
    expect(isWhole).toBe(true);
  });

  it('have their size in one, three or five bytes, changing at 254 and at 65535', () => {
    const sizes = [253, 254, 65_534, 65_535].map((count) => {
      const bytes = encodeClientMessage({
        type: 'unknown',
        code: 15,
        variant: 0,
        body: new Uint8Array(count),
      });
      return Buffer.from(bytes.subarray(1, bytes.length - count)).toString('hex');
    });
    expect(sizes).toEqual(['fd', 'fefe00', 'fefeff', 'ffffff0000']);
  });
});

describe('the datagrams of revision 3', () => {
  it.each<[string, number, LacewingClientMessage]>([
    ['70 0200', 2, { type: 'udpHello' }],
    ['21 0200 06 0000 09000000', 2, { type: 'channelMessage', channelId: 0, content: makeContent(9, 6) }],
    [
      '32 0201 05 0100 0300 deadbeef',
      0x0102,
      { type: 'peerMessage', channelId: 1, peerId: 3, content: binary },
    ],
    ['12 0200 05 deadbeef', 2, { type: 'serverMessage', content: binary }],
    ['90 0200', 2, { type: 'pong' }],
  ])('%s is what a client blasts, written and read', (bytes, clientId, message) => {
    expect(Buffer.from(encodeClientDatagram({ clientId, message }))).toEqual(hex(bytes));
    expect(decodeClientDatagram(hex(bytes))).toStrictEqual({ clientId, message: plain(message) });
  });

  it.each<[string, LacewingServerMessage]>([
    ['a0', { type: 'udpWelcome' }],
    [
      '21 06 0000 0200 09000000',
      { type: 'channelMessage', channelId: 0, senderId: 2, content: makeContent(9, 6) },
    ],
    ['b0', { type: 'ping' }],
  ])('%s is what a server blasts, written and read', (bytes, message) => {
    expect(Buffer.from(encodeServerDatagram(message))).toEqual(hex(bytes));
    expect(decodeServerDatagram(hex(bytes))).toStrictEqual(plain(message));
  });

  it.each(['a0 00000000000000', 'a0 ffff'])('may have bytes behind the welcome: %s', (bytes) => {
    expect(decodeServerDatagram(hex(bytes))).toEqual({ type: 'udpWelcome' });
  });

  it.each(['', '70', '70 02', '20 0200', '20 0200 06 00', '30 0200 06 0000 01'])(
    'from a client are corrupt when cut off: %s',
    (bytes) => {
      expect(() => decodeClientDatagram(hex(bytes))).toThrow(/cut off/);
    },
  );

  it.each(['', '20', '20 06 0000 02'])('from a server are corrupt when cut off: %s', (bytes) => {
    expect(() => decodeServerDatagram(hex(bytes))).toThrow(/cut off/);
  });

  it('carry no requests and no answers: those are for the stream', () => {
    expect(decodeClientDatagram(hex('00 0200 01 616e6e')).message.type).toBe('unknown');
    expect(decodeClientDatagram(hex('80 0200 0100 00 0200')).message.type).toBe('unknown');
    expect(decodeServerDatagram(hex('00 03 01 0000')).type).toBe('unknown');
  });
});

/** Data as the plain bytes that the decoder gives. */
function plain<Message extends object>(message: Message): Message {
  if (!('content' in message) || typeof message.content !== 'object') return message;
  const content = message.content as { readonly data: Uint8Array };
  return { ...message, content: { ...content, data: Uint8Array.from(content.data) } };
}
