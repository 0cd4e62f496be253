/** The 48 bytes of an NTP packet, to and from a record. Knows no socket, and not what an answer has to say. */
import { type NtpStamp, shortOfS, sOfShort } from './timestamp.js';

/** Bytes of the header: all that Starling writes, and the least that it reads. Source: RFC 5905, section 7.3. */
const headerBytes = 48;

/** Who speaks. Source: RFC 5905, section 7.3, figure 10. */
export const ntpMode = { client: 3, server: 4 } as const;

/** Of the leap indicator: no such second, and a clock that is not synchronized. Source: RFC 5905, figure 9. */
export const leapNone = 0;
export const leapUnsynchronized = 3;

/** The first stratum that means "not synchronized". Source: RFC 5905, figure 11. */
export const stratumUnsynchronized = 16;

/** The header of RFC 5905, section 7.3. */
export type NtpPacket = {
  /** 0 to 3: none, a minute of 61 s, a minute of 59 s at the end of the day, not synchronized. */
  readonly leap: number;
  /** 0 to 7. */
  readonly version: number;
  /** 0 to 7. */
  readonly mode: number;
  /** 0 to 255; 0 in an answer: a kiss of death, its code in `referenceId`. */
  readonly stratum: number;
  /** log2 of s, −128 to 127. */
  readonly pollLog2S: number;
  /** log2 of s, −128 to 127. */
  readonly precisionLog2S: number;
  readonly rootDelayS: number;
  readonly rootDispersionS: number;
  /** 32 bits: four letters, or the IPv4 address of the server's source. */
  readonly referenceId: number;
  /** When the server's clock was last set. */
  readonly reference: NtpStamp;
  /** The transmit stamp of the request that this answers. */
  readonly origin: NtpStamp;
  readonly receive: NtpStamp;
  readonly transmit: NtpStamp;
};

/** The header as a fresh array of 48 bytes. */
export function encodeNtp(packet: NtpPacket): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ((packet.leap & 3) << 6) | ((packet.version & 7) << 3) | (packet.mode & 7));
  view.setUint8(1, packet.stratum);
  view.setInt8(2, packet.pollLog2S);
  view.setInt8(3, packet.precisionLog2S);
  view.setUint32(4, shortOfS(packet.rootDelayS));
  view.setUint32(8, shortOfS(packet.rootDispersionS));
  view.setUint32(12, packet.referenceId);
  view.setBigUint64(16, packet.reference);
  view.setBigUint64(24, packet.origin);
  view.setBigUint64(32, packet.receive);
  view.setBigUint64(40, packet.transmit);
  return bytes;
}

/**
 * The header at the start of a datagram; undefined when that can not be NTP: shorter than a header, or not whole words.
 * Extension fields and a MAC may follow and are not looked at. Source: RFC 5905, sections 7.3 and 7.5.
 */
export function decodeNtp(bytes: Uint8Array): NtpPacket | undefined {
  if (bytes.length < headerBytes || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const first = view.getUint8(0);
  return {
    leap: first >> 6,
    version: (first >> 3) & 7,
    mode: first & 7,
    stratum: view.getUint8(1),
    pollLog2S: view.getInt8(2),
    precisionLog2S: view.getInt8(3),
    rootDelayS: sOfShort(view.getUint32(4)),
    rootDispersionS: sOfShort(view.getUint32(8)),
    referenceId: view.getUint32(12),
    reference: view.getBigUint64(16),
    origin: view.getBigUint64(24),
    receive: view.getBigUint64(32),
    transmit: view.getBigUint64(40),
  };
}

/** The reference id of a word of at most four ASCII letters, filled up with zeros. */
export function idOfWord(word: string): number {
  let id = 0;
  for (let i = 0; i < 4; i++) id = id * 256 + ((word.charCodeAt(i) || 0) & 0x7f);
  return id;
}

/** The word of a reference id: its ASCII letters and digits, `?` for other bytes, without the zeros at the end. */
export function wordOfId(id: number): string {
  const codes = [id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff];
  const word = codes.map((code) => (code === 0 ? '\0' : String.fromCharCode(code))).join('');
  return word.replace(/\0+$/, '').replace(/[^A-Za-z0-9]/g, '?');
}
