import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { common, minimal } from 'mavlink-mappings';
import { x25crc } from 'node-mavlink';
import { describe, expect, it } from 'vitest';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import { MavlinkSigner } from '../../../drone-client/vehicle/mavlink/signing.js';

const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const newYearMs = Date.UTC(2026, 0, 1);
const sender = { systemId: 7, componentId: 1 };

/** Made by another program (Python's hashlib and a CRC written anew): HEARTBEAT, link 5, 2026-01-01 00:00 UTC. */
const golden = Buffer.from('fd09010000070100000000000600020c810403d8d10500e03cd6921f86ac75cf5602', 'hex');
const timestampAt = golden.length - 12;

function heartbeat(): minimal.Heartbeat {
  return Object.assign(new minimal.Heartbeat(), {
    ...{ type: 2, autopilot: 12, baseMode: 0x81, customMode: 0x00060000, systemStatus: 4, mavlinkVersion: 3 },
  });
}

function signerAt(utcMs: number | (() => number), linkId = 5): MavlinkSigner {
  return new MavlinkSigner({ key, linkId, utcMs: typeof utcMs === 'number' ? () => utcMs : utcMs });
}

/** The heartbeat signed by hand at a timestamp, by a system on a link. */
function signedBy({ systemId = 7, linkId = 5, timestamp = 0, usedKey = key }): Buffer {
  const frame = Buffer.from(golden);
  frame[5] = systemId;
  frame.writeUInt16LE(x25crc(frame, 1, 15, 50), 19);
  frame.writeUInt8(linkId, 21);
  frame.writeUIntLE(timestamp, timestampAt, 6);
  const content = frame.subarray(0, -6);
  createHash('sha256')
    .update(usedKey)
    .update(content)
    .digest()
    .copy(frame, frame.length - 6, 0, 6);
  return frame;
}

const nowTicks = (newYearMs - Date.UTC(2015, 0, 1)) * 100;
const minuteTicks = 60 * 1000 * 100;

describe('signing', () => {
  it('makes the bytes that the protocol says', () => {
    const encoder = new MavlinkEncoder(sender, { signer: signerAt(newYearMs) });
    expect(Buffer.from(encoder.encode(heartbeat())).toString('hex')).toBe(golden.toString('hex'));
  });

  it('never uses a timestamp twice, within 10 µs or when the clock steps back', () => {
    let utcMs = newYearMs;
    const encoder = new MavlinkEncoder(sender, { signer: signerAt(() => utcMs) });
    const stampOf = () => Buffer.from(encoder.encode(heartbeat())).readUIntLE(timestampAt, 6);
    const stamps = [stampOf(), stampOf(), stampOf()];
    utcMs -= 3_600_000;
    stamps.push(stampOf());
    utcMs += 3_600_001;
    stamps.push(stampOf());
    const first = nowTicks;
    expect(stamps).toEqual([first, first + 1, first + 2, first + 3, first + 100]);
  });

  it('shares its timestamps between the senders of a link', () => {
    const signer = signerAt(newYearMs);
    const frames = [sender, { systemId: 255, componentId: 190 }].map((from) =>
      Buffer.from(new MavlinkEncoder(from, { signer }).encode(heartbeat())).readUIntLE(timestampAt, 6),
    );
    expect(frames).toEqual([nowTicks, nowTicks + 1]);
  });

  it('signs messages without content, too', () => {
    const encoder = new MavlinkEncoder(sender, { signer: signerAt(newYearMs) });
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    expect(decoder.push(encoder.encode(new common.ExtendedSysState()))).toHaveLength(1);
  });

  it('refuses keys and links that can not be', () => {
    const utcMs = () => newYearMs;
    expect(() => new MavlinkSigner({ key: key.subarray(1), linkId: 0, utcMs })).toThrow('32 bytes, not 31');
    expect(() => new MavlinkSigner({ key, linkId: 256, utcMs })).toThrow('0 to 255, not 256');
  });
});

describe('checking signatures', () => {
  function takes(decoder: MavlinkDecoder, frame: Uint8Array): boolean {
    return decoder.push(frame).length === 1;
  }

  it('takes what is signed with the key', () => {
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    expect(takes(decoder, golden)).toBe(true);
    expect(decoder.losses).toEqual({ badChecksums: 0, unknownFlags: 0, badSignatures: 0, unsigned: 0 });
  });

  it('drops what was signed with another key, and counts it', () => {
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    expect(takes(decoder, signedBy({ timestamp: nowTicks, usedKey: key.toReversed() }))).toBe(false);
    expect(decoder.losses.badSignatures).toBe(1);
    expect(takes(decoder, golden)).toBe(true);
  });

  it('drops a frame when any bit of it was changed and its checksum mended', () => {
    fc.assert(
      fc.property(fc.nat(golden.length - 1), fc.nat(7), (at, bit) => {
        fc.pre(at > 9 || at === 4 || at === 5 || at === 6); // The rest of the header makes it another kind of frame.
        const frame = Buffer.from(golden);
        frame[at] = (frame[at] ?? 0) ^ (1 << bit);
        frame.writeUInt16LE(x25crc(frame, 1, 15, 50), 19);
        fc.pre(!frame.equals(golden));
        expect(takes(new MavlinkDecoder({ signer: signerAt(newYearMs) }), frame)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('drops what is not signed, except what radios put between', () => {
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    expect(takes(decoder, new MavlinkEncoder(sender).encode(heartbeat()))).toBe(false);
    const v1 = Buffer.from([0xfe, 9, 0, 7, 1, 0, ...golden.subarray(10, 19), 0, 0]);
    v1.writeUInt16LE(x25crc(v1, 1, 2, 50), 15);
    expect(takes(decoder, v1)).toBe(false);
    expect(decoder.losses).toMatchObject({ unsigned: 2, badSignatures: 0 });
    const radio = new MavlinkEncoder({ systemId: 51, componentId: 68 }).encode(new common.RadioStatus());
    decoder.push(radio);
    expect(decoder.losses).toMatchObject({ unsigned: 2, badSignatures: 0 });
  });

  it('takes anything when there is no key', () => {
    const decoder = new MavlinkDecoder();
    expect(takes(decoder, signedBy({ usedKey: key.toReversed() }))).toBe(true);
    expect(takes(decoder, golden)).toBe(true);
  });

  it('takes no frame twice, and none older than the last of its stream', () => {
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    const stamps = [nowTicks, nowTicks, nowTicks - 1, nowTicks + 1];
    expect(stamps.map((timestamp) => takes(decoder, signedBy({ timestamp })))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(decoder.losses.badSignatures).toBe(2);
  });

  it('keeps the streams of systems and links apart', () => {
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    const timestamp = nowTicks;
    for (const from of [{}, { systemId: 8 }, { linkId: 6 }])
      expect(takes(decoder, signedBy({ ...from, timestamp }))).toBe(true);
    for (const from of [{}, { systemId: 8 }, { linkId: 6 }])
      expect(takes(decoder, signedBy({ ...from, timestamp }))).toBe(false);
  });

  it('takes no new stream that is more than a minute behind', () => {
    const decoder = new MavlinkDecoder({ signer: signerAt(newYearMs) });
    expect(takes(decoder, signedBy({ timestamp: nowTicks - minuteTicks }))).toBe(false);
    expect(takes(decoder, signedBy({ timestamp: nowTicks - minuteTicks + 1 }))).toBe(true);
  });

  it('learns the time from the autopilot when its own clock is years behind', () => {
    const signer = signerAt(Date.UTC(2024, 0, 1));
    const decoder = new MavlinkDecoder({ signer });
    expect(takes(decoder, golden)).toBe(true);
    const answer = Buffer.from(new MavlinkEncoder(sender, { signer }).encode(heartbeat()));
    expect(answer.readUIntLE(timestampAt, 6)).toBe(nowTicks + 1);
    expect(takes(decoder, signedBy({ systemId: 9, timestamp: nowTicks - minuteTicks }))).toBe(false);
  });

  it('learns nothing from a frame whose signature is wrong', () => {
    const signer = signerAt(newYearMs);
    const timestamp = 2 ** 48 - 1;
    new MavlinkDecoder({ signer }).push(signedBy({ timestamp, usedKey: key.toReversed() }));
    const next = Buffer.from(new MavlinkEncoder(sender, { signer }).encode(heartbeat()));
    expect(next.readUIntLE(timestampAt, 6)).toBe(nowTicks);
  });

  it('never throws on any bytes', () => {
    const signer = signerAt(newYearMs);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(signer.verify(bytes)).toBe(false);
        new MavlinkDecoder({ signer }).push(bytes);
      }),
    );
  });
});
