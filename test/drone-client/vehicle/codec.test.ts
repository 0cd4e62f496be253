import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { common, minimal } from 'mavlink-mappings';
import { x25crc } from 'node-mavlink';
import { describe, expect, it } from 'vitest';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import {
  AutopilotEvent,
  ParamSetBits,
  ParamValueBits,
} from '../../../drone-client/vehicle/mavlink/messages.js';

const sender = { systemId: 7, componentId: 1 };

function heartbeat(): minimal.Heartbeat {
  return Object.assign(new minimal.Heartbeat(), {
    type: 2,
    autopilot: 12,
    baseMode: 0x81,
    customMode: 0x00060000,
    systemStatus: 4,
    mavlinkVersion: 3,
  });
}

function attitude(): common.Attitude {
  return Object.assign(new common.Attitude(), { roll: 0.5, pitch: -0.25, yaw: 1, yawspeed: 2 });
}

/** Written by hand: magic, length 9, no flags, sequence 0, system 7, component 1, id 0, payload, checksum. */
const goldenHeartbeat = Buffer.from([
  0xfd, 9, 0, 0, 0, 7, 1, 0, 0, 0, 0x00, 0x00, 0x06, 0x00, 2, 12, 0x81, 4, 3, 0, 0,
]);
goldenHeartbeat.writeUInt16LE(x25crc(goldenHeartbeat, 1, 2, 50), 19);

function withFlags(frame: Uint8Array, flags: number, seed: number): Buffer {
  const changed = Buffer.from(frame);
  changed[2] = flags;
  changed.writeUInt16LE(x25crc(changed, 1, 2, seed), changed.length - 2);
  return changed;
}

describe('the MAVLink codec', () => {
  it('writes a HEARTBEAT as the protocol says, byte by byte', () => {
    expect(Buffer.from(new MavlinkEncoder(sender).encode(heartbeat()))).toEqual(goldenHeartbeat);
  });

  it('reads the sender and the fields back', () => {
    const [received] = new MavlinkDecoder().push(goldenHeartbeat);
    expect(received).toMatchObject({ systemId: 7, componentId: 1 });
    expect(received?.message).toBeInstanceOf(minimal.Heartbeat);
    expect(received?.message).toMatchObject({ customMode: 0x00060000, baseMode: 0x81, autopilot: 12 });
  });

  it('reads MAVLink 1 as well', () => {
    const frame = Buffer.from([0xfe, 9, 0, 7, 1, 0, ...goldenHeartbeat.subarray(10, 19), 0, 0]);
    frame.writeUInt16LE(x25crc(frame, 1, 2, 50), 15);
    expect(new MavlinkDecoder().push(frame)).toMatchObject([{ systemId: 7, message: { systemStatus: 4 } }]);
  });

  it('finds two messages at every split, in views into a dirty slab', () => {
    const encoder = new MavlinkEncoder(sender);
    const stream = Buffer.concat([encoder.encode(heartbeat()), encoder.encode(attitude())]);
    for (let split = 0; split <= stream.length; split += 1) {
      const decoder = new MavlinkDecoder();
      const slab = Buffer.alloc(stream.length + 40, 0xfd);
      const messages = [stream.subarray(0, split), stream.subarray(split)].flatMap((part) => {
        part.copy(slab, 20);
        const received = decoder.push(slab.subarray(20, 20 + part.length));
        slab.fill(0xfd);
        return received;
      });
      expect(messages).toMatchObject([{ message: { customMode: 0x60000 } }, { message: { roll: 0.5 } }]);
    }
  });

  it('finds messages that come one byte at a time', () => {
    const decoder = new MavlinkDecoder();
    const messages = [...goldenHeartbeat].flatMap((byte) => decoder.push(Uint8Array.of(byte)));
    expect(messages).toHaveLength(1);
  });

  it('counts the sequence up and around', () => {
    const encoder = new MavlinkEncoder(sender);
    const sequences = Array.from({ length: 258 }, () => encoder.encode(heartbeat())[4]);
    expect(sequences.slice(254)).toEqual([254, 255, 0, 1]);
  });

  it('keeps one payload byte of an all-zero message, and the checksum fits it', () => {
    const bytes = new MavlinkEncoder(sender).encode(new common.ExtendedSysState());
    expect(bytes[1]).toBe(1);
    expect(bytes).toHaveLength(13);
    expect(new MavlinkDecoder().push(bytes)).toMatchObject([{ message: { landedState: 0 } }]);
  });

  it('drops a frame with unknown incompatibility flags and reads the one behind it', () => {
    const decoder = new MavlinkDecoder();
    const stream = Buffer.concat([withFlags(goldenHeartbeat, 0x02, 50), goldenHeartbeat]);
    expect(decoder.push(stream)).toHaveLength(1);
    expect(decoder.losses).toMatchObject({ badChecksums: 0, unknownFlags: 1 });
  });

  it('reads a signed frame and what follows its signature', () => {
    const signed = Buffer.concat([withFlags(goldenHeartbeat, 0x01, 50), Buffer.alloc(13, 0xfd)]);
    expect(new MavlinkDecoder().push(Buffer.concat([signed, goldenHeartbeat]))).toHaveLength(2);
  });

  it('drops a frame with one wrong bit', () => {
    for (let at = 1; at < goldenHeartbeat.length; at += 1) {
      const broken = Buffer.from(goldenHeartbeat);
      broken[at] = (broken[at] ?? 0) ^ 0x10;
      const decoder = new MavlinkDecoder();
      expect(decoder.push(broken)).toHaveLength(0);
    }
  });

  it('passes over a known message that nobody wants', () => {
    const decoder = new MavlinkDecoder();
    const other = new MavlinkEncoder(sender).encode(new common.Vibration());
    expect(decoder.push(Buffer.concat([other, goldenHeartbeat]))).toHaveLength(1);
    expect(decoder.losses.badChecksums).toBe(0);
  });

  it('never throws on garbage, and reads the message behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        const decoder = new MavlinkDecoder();
        decoder.push(garbage);
        // A false start may claim up to 280 bytes; after those the stream is found again.
        const received = Array.from({ length: 20 }, () => decoder.push(goldenHeartbeat)).flat();
        expect(received.length).toBeGreaterThanOrEqual(20);
      }),
      { numRuns: 300 },
    );
  });

  it('loses nothing of the next datagram to a half frame once it is reset', () => {
    const decoder = new MavlinkDecoder();
    decoder.push(Uint8Array.of(0xfd, 255, 0, 0, 0));
    decoder.reset();
    expect(decoder.push(goldenHeartbeat)).toHaveLength(1);
  });

  it('carries integers in parameters bit for bit, NaN patterns included', () => {
    for (const [Definition, fields] of [
      [ParamValueBits, { paramBits: 0xffffffff, paramId: 'NAV_DLL_ACT', paramType: 6 }],
      [ParamSetBits, { paramBits: 0x7fa00001, paramId: 'COM_OBL_RC_ACTLONG', paramType: 6 }],
    ] as const) {
      const bytes = new MavlinkEncoder(sender).encode(Object.assign(new Definition(), fields));
      const [received] = new MavlinkDecoder().push(bytes);
      expect(received?.message).toMatchObject({
        paramBits: fields.paramBits,
        paramId: fields.paramId.slice(0, 16),
      });
    }
  });

  it('reads EVENT, which the library does not know', () => {
    const event = Object.assign(new AutopilotEvent(), { id: 0x01000002, sequence: 3 });
    expect(new MavlinkDecoder().push(new MavlinkEncoder(sender).encode(event))).toMatchObject([
      { message: { id: 0x01000002, sequence: 3 } },
    ]);
  });
});

describe('garbage of which every byte seems to begin a frame', () => {
  it('takes little time, and the next frames are read', () => {
    const decoder = new MavlinkDecoder();
    const startMs = performance.now();
    // MAVLink 1, 254 bytes, message 254, at each of 65,536 places.
    for (let round = 0; round < 10; round++) decoder.push(Buffer.alloc(65_536, 0xfe));
    expect(performance.now() - startMs).toBeLessThan(500);
    expect(decoder.losses.badChecksums).toBeLessThan(10 * 2500);
    expect(decoder.push(goldenHeartbeat)).toHaveLength(1);
  });
});
