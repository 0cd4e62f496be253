/** MAVLink bytes against a second framer: no frame with a wrong checksum or signature is ever delivered. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { MSG_ID_MAGIC_NUMBER, minimal } from 'mavlink-mappings';
import {
  MavlinkDecoder,
  MavlinkEncoder,
  type ReceivedMessage,
} from '../../drone-client/vehicle/mavlink/codec.js';
import { knownMessages } from '../../drone-client/vehicle/mavlink/messages.js';
import { AutopilotSession } from '../../drone-client/vehicle/mavlink/session.js';
import { MavlinkSigner } from '../../drone-client/vehicle/mavlink/signing.js';
import { FakeClock } from '../support/fake-clock.js';
import { expectSame, expectThat, type FuzzTarget, inPieces, randomOf } from './target.js';

const key = Buffer.alloc(32, 9);
const utcMs = () => Date.UTC(2026, 0, 1);
const sender = { systemId: 1, componentId: 1 };
const seeds = new Map<number, number>([
  ...Object.entries(MSG_ID_MAGIC_NUMBER).map(([id, seed]): [number, number] => [Number(id), seed]),
  ...knownMessages.map((known): [number, number] => [known.MSG_ID, known.MAGIC_NUMBER]),
]);
const known = new Set(knownMessages.map(({ MSG_ID }) => MSG_ID));

const heartbeat = Object.assign(new minimal.Heartbeat(), {
  ...{ type: 2, autopilot: 12, baseMode: 0x81, customMode: 0x60000, systemStatus: 4 },
});

/** One frame of each message that is read, its payload filled with small numbers, and one of MAVLink 1. */
function corpusOf(signer?: MavlinkSigner): Uint8Array[] {
  const frames = knownMessages.map(({ MSG_ID, PAYLOAD_LENGTH }) => {
    const frame = Buffer.alloc(12 + PAYLOAD_LENGTH, 1);
    frame.set([0xfd, PAYLOAD_LENGTH, signer ? 1 : 0, 0, 0, 1, 1]);
    frame.writeUIntLE(MSG_ID, 7, 3);
    if (!signer) return Buffer.from(mendMavlink(frame));
    const whole = Buffer.from(mendMavlink(Buffer.concat([frame, Buffer.alloc(13)])));
    return Buffer.from(signer.sign(whole.subarray(0, -13)));
  });
  const beat = Buffer.from(new MavlinkEncoder(sender, signer && { signer }).encode(heartbeat));
  const v1 = mendMavlink(Buffer.from([0xfe, 9, 0, 1, 1, 0, 0, 0, 6, 0, 2, 12, 0x81, 4, 3, 0, 0]));
  return [beat, ...frames, v1, Buffer.concat(frames.slice(0, 4)), Buffer.concat(frames.slice(8))];
}

export const mavlink: FuzzTarget = {
  name: 'mavlink',
  share: 200,
  corpus: corpusOf(),
  words: ['\u00fd', '\u00fe'],
  mend: mendMavlink,
  run: (bytes) => runOn(bytes, undefined),
};

/** What comes at once after a line was held up: more than any buffer of one kind is expected to be long. */
export const longMavlink: FuzzTarget = {
  name: 'mavlink-long',
  share: 1,
  maxBytes: 100_000,
  corpus: [66_000, 72_000, 80_000].map(longStream),
  words: ['\u00fd', '\u00fe'],
  mend: mendMavlink,
  run: (bytes) => runOn(bytes, undefined),
};

/** Frames one after the other, of more than so many bytes, with noise between them that does not look like frames. */
function longStream(bytes: number): Uint8Array {
  const frames = corpusOf();
  const pieces: Uint8Array[] = [];
  for (let [n, length] = [0, 0]; length < bytes; n += 1) {
    const piece =
      n % 7 === 6 ? Buffer.alloc(n % 300, n % 0xf0) : (frames[n % frames.length] ?? Buffer.alloc(0));
    pieces.push(piece);
    length += piece.length;
  }
  return Buffer.concat(pieces);
}

export const signedMavlink: FuzzTarget = {
  name: 'mavlink-signed',
  share: 100,
  corpus: corpusOf(new MavlinkSigner({ key, linkId: 3, utcMs })),
  words: ['\u00fd', '\u00fe'],
  mend: mendMavlink,
  run: (bytes) => runOn(bytes, key),
};

function runOn(bytes: Uint8Array, secret: Uint8Array | undefined): 'accepted' | 'refused' {
  const signer = () => (secret ? { signer: new MavlinkSigner({ key: secret, linkId: 3, utcMs }) } : {});
  const random = randomOf(bytes);
  const decoder = new MavlinkDecoder(signer());
  const received = inPieces(bytes, random).flatMap((piece) => {
    const messages = decoder.push(piece);
    piece.fill(0xfd);
    return messages;
  });
  const whole = new MavlinkDecoder(signer()).push(bytes);
  expectSame(received.map(told), whole.map(told), 'another reading when cut');
  expectSame(whole.map(heading), referenceFrames(bytes, secret), 'other frames than the second framer finds');
  for (const { systemId, componentId, message } of whole) {
    const [again] = new MavlinkDecoder().push(new MavlinkEncoder({ systemId, componentId }).encode(message));
    expectThat(again !== undefined, 'a message that can not be written again');
  }
  if (random.next() < 0.3) drive(inPieces(bytes, random), signer());
  return whole.length > 0 ? 'accepted' : 'refused';
}

const told = ({ systemId, componentId, message }: ReceivedMessage) => [systemId, componentId, { ...message }];
const heading = ({ systemId, componentId, message }: ReceivedMessage) => [
  systemId,
  componentId,
  (message.constructor as { MSG_ID?: number }).MSG_ID,
];

/** The session that lives of these messages takes whatever they say. */
function drive(pieces: readonly Uint8Array[], options: { readonly signer?: MavlinkSigner }): void {
  let hear: (bytes: Uint8Array) => void = () => undefined;
  const link = {
    framing: 'stream' as const,
    send: (bytes: Uint8Array) => expectThat(bytes.length <= 293, 'too long a frame'),
    onData: (listener: (bytes: Uint8Array) => void) => {
      hear = listener;
    },
    onClose: () => undefined,
    close: () => Promise.resolve(),
  };
  const nothing = () => undefined;
  const listener = { received: nothing, appeared: nothing, missing: nothing, lost: nothing, beat: nothing };
  const session = new AutopilotSession(
    { link, clock: new FakeClock(), ...options },
    { ...listener, stateChanged: nothing },
    () => true,
  );
  hear(new MavlinkEncoder(sender, options).encode(heartbeat));
  for (const piece of pieces) hear(piece);
  expectThat(session.systemId >= 0 && session.systemId <= 255, 'a system id that is none');
}

/** Source: MAVLink, checksum: CRC-16/MCRF4XX over all but the start, and the seed of the message. */
function crcOf(bytes: Uint8Array, seed: number): number {
  let crc = 0xffff;
  for (const byte of [...bytes, seed]) {
    const low = (byte ^ crc) & 0xff;
    const mixed = (low ^ (low << 4)) & 0xff;
    crc = (crc >> 8) ^ (mixed << 8) ^ (mixed << 3) ^ (mixed >> 4);
  }
  return crc & 0xffff;
}

type Found = { readonly end: number; readonly id: number; readonly flags: number; readonly idsAt: number };

function lengthsAt(bytes: Buffer, at: number): Found & { readonly checksumAt: number } {
  const isV2 = bytes[at] === 0xfd;
  const checksumAt = at + (isV2 ? 10 : 6) + (bytes[at + 1] ?? 0);
  const flags = isV2 ? (bytes[at + 2] ?? 0) : 0;
  const end = checksumAt + 2 + ((flags & 1) === 1 ? 13 : 0);
  const id = isV2 ? bytes.readUIntLE(at + 7, 3) : (bytes[at + 5] ?? 0);
  return { checksumAt, end, id, flags, idsAt: at + (isV2 ? 5 : 3) };
}

/** System, component and message id of each frame that is to be delivered. */
function referenceFrames(given: Uint8Array, secret: Uint8Array | undefined): number[][] {
  const bytes = Buffer.from(given);
  const frames: number[][] = [];
  let newest = (utcMs() - Date.UTC(2015, 0, 1)) * 100 - 6_000_000;
  const newestOf = new Map<string, number>();
  for (let at = 0; at < bytes.length; ) {
    const start = bytes[at];
    if (start !== 0xfd && start !== 0xfe) at += 1;
    else {
      if (at + (start === 0xfd ? 12 : 8) > bytes.length) break;
      const { checksumAt, end, id, flags, idsAt } = lengthsAt(bytes, at);
      if (end > bytes.length) break;
      const seed = seeds.get(id);
      const isWhole =
        seed !== undefined &&
        crcOf(bytes.subarray(at + 1, checksumAt), seed) === bytes.readUInt16LE(checksumAt);
      if (isWhole && flags <= 1 && isTrusted(at, { end, id, flags, idsAt }) && known.has(id))
        frames.push([bytes[idsAt] ?? 0, bytes[idsAt + 1] ?? 0, id]);
      at = isWhole ? end : at + 1;
    }
  }
  return frames;

  function isTrusted(at: number, { end, id, flags, idsAt }: Found): boolean {
    if (!secret || id === 109) return true;
    if (flags !== 1) return false;
    const hash = createHash('sha256')
      .update(secret)
      .update(bytes.subarray(at, end - 6))
      .digest();
    if (Buffer.compare(hash.subarray(0, 6), bytes.subarray(end - 6, end)) !== 0) return false;
    const stream = `${bytes[end - 13]} ${bytes[idsAt]} ${bytes[idsAt + 1]}`;
    const timestamp = bytes.readUIntLE(end - 12, 6);
    if (timestamp <= (newestOf.get(stream) ?? newest)) return false;
    newestOf.set(stream, timestamp);
    newest = Math.max(newest, timestamp - 6_000_000);
    return true;
  }
}

/** Sets the checksum of every frame, as its header says where that is; not its signature. */
function mendMavlink(given: Uint8Array): Uint8Array {
  const bytes = Buffer.from(given);
  for (let at = 0; at + 12 <= bytes.length; ) {
    const start = bytes[at];
    const found = start === 0xfd || start === 0xfe ? lengthsAt(bytes, at) : undefined;
    const seed = found && seeds.get(found.id);
    if (!found || seed === undefined || found.end > bytes.length) at += 1;
    else {
      bytes.writeUInt16LE(crcOf(bytes.subarray(at + 1, found.checksumAt), seed), found.checksumAt);
      at = found.end;
    }
  }
  return bytes;
}
