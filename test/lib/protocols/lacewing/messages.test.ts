import { describe, expect, it } from 'vitest';
import {
  contentFault,
  cutName,
  encodeClientMessage,
  encodeServerMessage,
  LacewingDecoder,
  makeContent,
  nameFault,
  nextClientMessage,
  nextServerMessage,
  readContent,
  Uint16Pool,
} from '../../../../lib/protocols/lacewing/index.js';
import { hex } from './hex.js';

function fromServer(bytes: string) {
  const decoder = new LacewingDecoder();
  decoder.push(hex(bytes));
  return nextServerMessage(decoder);
}

function fromClient(bytes: string) {
  const decoder = new LacewingDecoder();
  decoder.push(hex(bytes));
  return nextClientMessage(decoder);
}

describe('a message that is cut short', () => {
  it.each([
    ['a request without a kind', '00 00'],
    ['a join without flags', '00 01 02'],
    ['a leave of half a channel', '00 02 03 01'],
    ['a server message without a subchannel', '10 00'],
    ['a channel message without a channel', '20 02 06 00'],
    ['a peer message without a peer', '30 03 06 0000'],
    ['an object peer message without a peer', '60 04 06 0000 01'],
    ['a kick without a peer', '80 03 0000 00'],
  ])('by a client is corrupt: %s', (_what, bytes) => {
    expect(() => fromClient(bytes)).toThrow(/cut off/);
  });

  it.each([
    ['a response without success', '00 01 00'],
    ['a yes without an id', '00 03 00 01 00'],
    ['a name shorter than it says', '00 05 01 01 03 616e'],
    ['a join without a channel', '00 08 02 01 01 04 726f6f6d'],
    ['a join with half a peer', '00 0d 02 01 00 04 726f6f6d 0000 | 0000 01'],
    ['a list with half a channel', '00 04 04 01 0300'],
    ['a peer without an id', '90 03 0000 02'],
    ['a message of nobody', '20 03 06 0000'],
  ])('by a server is corrupt: %s', (_what, bytes) => {
    expect(() => fromServer(bytes)).toThrow(/cut off/);
  });
});

describe('a message with more than it needs', () => {
  it('is read without it', () => {
    expect(fromClient('00 04 03 0100 ff')).toEqual({ type: 'leaveChannel', channelId: 1 });
    expect(fromClient('90 02 ffff')).toEqual({ type: 'pong' });
    expect(fromServer('b0 01 00')).toEqual({ type: 'ping' });
  });

  it('has flags that are not known, which count for nothing', () => {
    expect(fromClient('00 03 02 fc 61')).toMatchObject({ isHidden: false, isAutoClose: false });
    expect(fromServer('90 06 0000 0200 fe 61')).toMatchObject({ peer: { isMaster: false } });
  });
});

describe('a denial', () => {
  it.each([
    ['Connect with two bytes of an id behind it', '00 04 00 00 0000', { type: 'connectDenied', reason: '' }],
    [
      'a list with eight bytes of garbage',
      '00 0a 04 00 a03c7f1e55550000',
      { type: 'listDenied', reason: '' },
    ],
    ['a list and nothing', '00 02 04 00', { type: 'listDenied', reason: '' }],
    [
      'a join with flags before the name',
      '00 0b 02 00 00 04 726f6f6d 6e6f21',
      { type: 'joinDenied', name: 'room', reason: 'no!' },
    ],
    ['a join without a name', '00 06 02 00 00 6e6f21', { type: 'joinDenied', name: '', reason: 'no!' }],
    ['a join without name or reason', '00 03 02 00 00', { type: 'joinDenied', name: '', reason: '' }],
  ])('that real servers send is understood: of %s', (_what, bytes, message) => {
    expect(fromServer(bytes)).toEqual(message);
  });
});

describe('the fields of a message', () => {
  it('refuse what does not fit them', () => {
    const name = 'x'.repeat(256);
    expect(() => encodeServerMessage({ type: 'nameAccepted', name })).toThrow(/256 bytes, 255 is the most/);
    expect(() => encodeServerMessage({ type: 'channelLeft', channelId: 65_536 })).toThrow(/whole number/);
    expect(() => encodeClientMessage({ type: 'leaveChannel', channelId: -1 })).toThrow(/whole number/);
    expect(() => encodeClientMessage({ type: 'leaveChannel', channelId: 1.5 })).toThrow(/whole number/);
    const content = { variant: 16, subchannel: 0, isObject: false, data: new Uint8Array() };
    expect(() => encodeClientMessage({ type: 'serverMessage', content })).toThrow(/variant/);
    expect(() => encodeClientMessage({ type: 'serverMessage', content: makeContent('', 256) })).toThrow();
  });

  it('count names in bytes, not in characters', () => {
    expect(Buffer.from(encodeServerMessage({ type: 'nameAccepted', name: 'öö' }))).toEqual(
      hex('00 07 01 01 04 c3b6c3b6'),
    );
    expect(() => encodeServerMessage({ type: 'nameAccepted', name: 'ö'.repeat(128) })).toThrow(/256/);
  });

  it('show bytes that are no UTF-8 as U+FFFD', () => {
    expect(fromClient('00 04 01 61 ff 62')).toEqual({ type: 'setName', name: 'a\ufffdb' });
  });
});

describe('a value', () => {
  it.each([
    ['a text', 'hé', { variant: 0, isObject: false, data: hex('68c3a9') }],
    ['a number', 0x01020304, { variant: 1, isObject: false, data: hex('04030201') }],
    ['the largest number', 4_294_967_295, { variant: 1, isObject: false, data: hex('ffffffff') }],
    ['bytes', Uint8Array.of(1, 2), { variant: 2, isObject: false, data: Buffer.of(1, 2) }],
    ['JSON', { json: { a: [1] } }, { variant: 0, isObject: true, data: Buffer.from('{"a":[1]}') }],
  ])('is sent in its variant and read back: %s', (_what, value, content) => {
    const made = makeContent(value, 7);
    expect({ ...made, data: Buffer.from(made.data) }).toEqual({ ...content, subchannel: 7 });
    expect(readContent(made)).toEqual(value);
    expect(contentFault(made, 2)).toBeUndefined();
  });

  it.each([[-1], [1.5], [4_294_967_296], [Number.NaN]])('is no number for the wire: %d', (value) => {
    expect(() => makeContent(value)).toThrow(/whole number/);
  });

  it('that has no JSON text can not be sent', () => {
    expect(() => makeContent({ json: undefined })).toThrow(/no JSON text/);
  });

  it('that is not what its variant says is bytes, and is not to be sent on', () => {
    const binary = { subchannel: 0, isObject: false };
    const number = { ...binary, variant: 1, data: Uint8Array.of(1, 2, 3) };
    expect(readContent(number)).toEqual(number.data);
    expect(contentFault(number)).toMatch(/a number has 4 bytes, not 3/);
    const object = { ...binary, isObject: true, variant: 0, data: Buffer.from('{') };
    expect(readContent(object)).toEqual(object.data);
    expect(contentFault(object)).toMatch(/not JSON/);
    const own = { ...binary, variant: 3, data: Uint8Array.of(1) };
    expect(readContent(own)).toEqual(own.data);
    expect(contentFault(own)).toBeUndefined();
    expect(contentFault(own, 2)).toMatch(/variant 3/);
  });
});

describe('a name', () => {
  it.each(['a', 'Ann B', 'Łódź', '🙂', 'x'.repeat(255)])('may be %s', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  it.each([
    ['blank', ' \t'],
    ['blank', ''],
    ['256 bytes', 'ö'.repeat(128)],
    ['control', 'a\0'],
    ['control', 'a\u001b[2J'],
    ['UTF-8', 'a\ufffd'],
  ])('is none when it is bad (%s): %j', (why, name) => {
    expect(nameFault(name)).toContain(why);
  });

  it('that is too long is cut to 255 bytes, between characters', () => {
    expect(cutName('x'.repeat(300))).toBe('x'.repeat(255));
    expect(cutName('ö'.repeat(150))).toBe('ö'.repeat(127));
    expect(cutName(`${'x'.repeat(253)}🙂`)).toBe('x'.repeat(253));
    expect(cutName('short')).toBe('short');
  });
});

describe('a pool of ids', () => {
  it('gives the lowest that is free, from 0, and takes them back', () => {
    const pool = new Uint16Pool();
    expect([pool.take(), pool.take(), pool.take()]).toEqual([0, 1, 2]);
    pool.release(1);
    pool.release(1);
    pool.release(9);
    expect([pool.take(), pool.take()]).toEqual([1, 3]);
    pool.release(0);
    pool.release(2);
    expect([pool.take(), pool.take(), pool.take()]).toEqual([0, 2, 4]);
  });

  it('is empty after 65,536', () => {
    const pool = new Uint16Pool();
    expect(Array.from({ length: 65_536 }, () => pool.take()).every((id, at) => id === at)).toBe(true);
    expect(pool.take()).toBeUndefined();
    pool.release(4711);
    expect(pool.take()).toBe(4711);
  });
});
