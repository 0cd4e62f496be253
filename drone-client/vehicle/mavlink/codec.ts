/**
 * MAVLink frames to messages and back: bytes in, messages out. Knows no link, no vehicle and no time.
 * Fields are serialized by node-mavlink; framing is done here, synchronously, and closes three of its gaps: frames
 * with unknown incompatibility flags are dropped, all-zero payloads keep one byte, garbage never swallows a frame.
 */
import { Buffer } from 'node:buffer';
import { type MavLinkData, type MavLinkDataConstructor, MSG_ID_MAGIC_NUMBER } from 'mavlink-mappings';
import { MavLinkProtocolV2, x25crc } from 'node-mavlink';
import { knownMessages } from './messages.js';
import { type MavlinkSigner, signatureBytes } from './signing.js';

/** One message and who sent it. */
export type ReceivedMessage = {
  readonly systemId: number;
  readonly componentId: number;
  readonly message: MavLinkData;
};

/** What a decoder had to leave out since it was made. */
export type DecoderLosses = {
  readonly badChecksums: number;
  readonly unknownFlags: number;
  /** Signed with another key, replayed, or too old; only counted when we have a key. */
  readonly badSignatures: number;
  /** Not signed though we have a key. */
  readonly unsigned: number;
};

/** With a signer everything is signed, and nothing else is taken but the few messages that radios inject. */
export type CodecOptions = { readonly signer?: MavlinkSigner };

type Frame = {
  readonly headerBytes: number;
  readonly payloadBytes: number;
  readonly totalBytes: number;
  readonly messageId: number;
  readonly flags: number;
};

// Source: MAVLink 2 serialization, packet format.
const startV1 = 0xfe;
const startV2 = 0xfd;
const signedFlag = 0x01;
const checksumBytes = 2;
const maxPayloadBytes = 255;
/** How often each byte may be summed on average; random bytes come to one or two. */
const maxSums = 8;
const leastSummedBytes = 4096;
/** RADIO_STATUS: radios, which have no key, put it between. Source: MAVLink 2, message signing. */
const unsignedMessageIds: ReadonlySet<number> = new Set([109]);

const classes = new Map(knownMessages.map((definition) => [definition.MSG_ID, definition]));
const checksumSeeds = new Map<number, number>([
  ...Object.entries(MSG_ID_MAGIC_NUMBER).map(([id, seed]): [number, number] => [Number(id), seed]),
  ...knownMessages.map((definition): [number, number] => [definition.MSG_ID, definition.MAGIC_NUMBER]),
]);

/** Reads the frames of one stream, or of datagrams (call `reset` between them). Never throws on any bytes. */
export class MavlinkDecoder {
  readonly #protocol = new MavLinkProtocolV2();
  readonly #payload = Buffer.alloc(maxPayloadBytes + 1);
  readonly #signer: MavlinkSigner | undefined;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of which a checksum was made during one `push`: each once, where all is well. */
  #summed = 0;
  #badChecksums = 0;
  #unknownFlags = 0;
  #badSignatures = 0;
  #unsigned = 0;

  constructor({ signer }: CodecOptions = {}) {
    this.#signer = signer;
  }

  get losses(): DecoderLosses {
    return {
      badChecksums: this.#badChecksums,
      unknownFlags: this.#unknownFlags,
      badSignatures: this.#badSignatures,
      unsigned: this.#unsigned,
    };
  }

  /**
   * The messages completed by these bytes, in order. `bytes` is borrowed: what is kept of it is copied. Garbage made so
   * that every byte of it seems to begin a frame is passed over, at the latest from where it has cost too much.
   */
  push(bytes: Uint8Array): ReceivedMessage[] {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const buffer = this.#pending.length > 0 ? Buffer.concat([this.#pending, view]) : view;
    const received: ReceivedMessage[] = [];
    const mostSummed = maxSums * buffer.length + leastSummedBytes;
    this.#summed = 0;
    let at = 0;
    while (at < buffer.length && this.#summed <= mostSummed) {
      const frame = startsFrame(buffer[at]) ? frameAt(buffer, at) : undefined;
      if (frame === 'incomplete') break;
      at += frame ? this.#take(buffer.subarray(at, at + frame.totalBytes), frame, received) : 1;
    }
    this.#pending = Buffer.from(buffer.subarray(this.#summed > mostSummed ? buffer.length : at));
    return received;
  }

  /** Forgets a half-read frame. */
  reset(): void {
    this.#pending = Buffer.alloc(0);
  }

  /** Adds the frame's message, if it is one for us; returns how many bytes are done with. */
  #take(bytes: Buffer, frame: Frame, received: ReceivedMessage[]): number {
    const seed = checksumSeeds.get(frame.messageId);
    if (seed === undefined) return 1;
    const end = frame.headerBytes + frame.payloadBytes;
    const trailer = bytes.length - end;
    this.#summed += bytes.length;
    if (x25crc(bytes, 1, trailer, seed) !== bytes.readUInt16LE(end)) {
      this.#badChecksums += 1;
      return 1;
    }
    const definition = classes.get(frame.messageId);
    if ((frame.flags & ~signedFlag) !== 0) this.#unknownFlags += 1;
    else if (this.#isTrusted(bytes, frame) && definition) received.push(this.#read(bytes, frame, definition));
    return bytes.length;
  }

  #isTrusted(bytes: Buffer, frame: Frame): boolean {
    if (!this.#signer || unsignedMessageIds.has(frame.messageId)) return true;
    if ((frame.flags & signedFlag) === 0) this.#unsigned += 1;
    else if (this.#signer.verify(bytes)) return true;
    else this.#badSignatures += 1;
    return false;
  }

  #read(bytes: Buffer, frame: Frame, definition: MavLinkDataConstructor<MavLinkData>): ReceivedMessage {
    this.#payload.fill(0, frame.payloadBytes);
    bytes.copy(this.#payload, 0, frame.headerBytes, frame.headerBytes + frame.payloadBytes);
    const idsAt = bytes[0] === startV2 ? 5 : 3;
    return {
      systemId: bytes.readUInt8(idsAt),
      componentId: bytes.readUInt8(idsAt + 1),
      message: this.#protocol.data(this.#payload, definition),
    };
  }
}

/** Writes the frames of one sender on one link: MAVLink 2, one running sequence, signed when there is a signer. */
export class MavlinkEncoder {
  readonly #protocol: MavLinkProtocolV2;
  readonly #signer: MavlinkSigner | undefined;
  #sequence = 0;

  constructor(
    sender: { readonly systemId: number; readonly componentId: number },
    { signer }: CodecOptions = {},
  ) {
    const flags = signer ? signedFlag : 0;
    this.#protocol = new MavLinkProtocolV2(sender.systemId, sender.componentId, flags);
    this.#signer = signer;
  }

  /** @throws RangeError when an integer field does not hold its value. */
  encode(message: MavLinkData): Uint8Array {
    const bytes = this.#protocol.serialize(message, this.#sequence);
    this.#sequence = (this.#sequence + 1) & 0xff;
    const frame = bytes[1] === 0 ? withOnePayloadByte(bytes, message) : bytes;
    return this.#signer ? this.#signer.sign(frame) : frame;
  }
}

/** MAVLink 2 never truncates the first payload byte; the library does. Source: MAVLink 2, payload truncation. */
function withOnePayloadByte(bytes: Buffer, message: MavLinkData): Buffer {
  const mended = Buffer.alloc(bytes.length + 1);
  bytes.copy(mended, 0, 0, bytes.length - checksumBytes);
  mended[1] = 1;
  const { MAGIC_NUMBER } = message.constructor as MavLinkDataConstructor<MavLinkData>;
  mended.writeUInt16LE(x25crc(mended, 1, checksumBytes, MAGIC_NUMBER), mended.length - checksumBytes);
  return mended;
}

function startsFrame(byte: number | undefined): boolean {
  return byte === startV2 || byte === startV1;
}

/** The frame that would start at `at`, as far as its header says; its checksum is still to be looked at. */
function frameAt(buffer: Buffer, at: number): Frame | 'incomplete' {
  const isV2 = buffer[at] === startV2;
  const headerBytes = isV2 ? 10 : 6;
  if (buffer.length < at + headerBytes + checksumBytes) return 'incomplete';
  const payloadBytes = buffer.readUInt8(at + 1);
  const flags = isV2 ? buffer.readUInt8(at + 2) : 0;
  const isSigned = (flags & signedFlag) !== 0;
  const totalBytes = headerBytes + payloadBytes + checksumBytes + (isSigned ? signatureBytes : 0);
  if (buffer.length < at + totalBytes) return 'incomplete';
  const messageId = isV2 ? buffer.readUIntLE(at + 7, 3) : buffer.readUInt8(at + 5);
  return { headerBytes, payloadBytes, totalBytes, messageId, flags };
}
