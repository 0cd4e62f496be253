/** What every MAVLink link does, whatever carries it: the same tests over real sockets and real serial devices. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { common } from 'mavlink-mappings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinkReport } from '../../../drone-client/vehicle/adapters/link-reports.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import type { MavlinkLink } from '../../../drone-client/vehicle/mavlink/link.js';
import { FakeClock } from '../../support/fake-clock.js';

/** A link and the one at its other end, who have met: bytes flow both ways. */
export type LinkRig = {
  readonly link: MavlinkLink;
  /** Sends from the other end. */
  say(bytes: Uint8Array): void;
  /** Everything that reached the other end, since it (last) came. */
  heard(): Buffer;
  /** The other end goes, as by a pulled cable. */
  vanish(): Promise<void>;
  comeBack(): Promise<void>;
  /** The other end stops reading, and reads again; for links that hold back what is not read. */
  readonly stall?: () => void;
  readonly resume?: () => void;
  end(): Promise<void>;
};

export type RigOptions = { readonly clock: FakeClock; readonly onReport: (report: LinkReport) => void };

/** Waits for real bytes while the clock of the link runs, at most at ten times the speed of the world. */
export async function drive(clock: FakeClock, condition: () => boolean, what = 'it'): Promise<void> {
  const giveUpMs = performance.now() + 8000;
  while (!condition()) {
    if (performance.now() > giveUpMs) throw new Error(`${what} did not happen within 8 s`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.advance(10);
  }
}

const sender = { systemId: 9, componentId: 1 };

/** A SYSTEM_TIME that carries a number. */
function numbered(encoder: MavlinkEncoder, number: number): Uint8Array {
  return encoder.encode(Object.assign(new common.SystemTime(), { timeBootMs: number }));
}

function numbersIn(decoder: MavlinkDecoder, bytes: Uint8Array): number[] {
  return decoder
    .push(bytes)
    .flatMap(({ message }) => (message instanceof common.SystemTime ? [message.timeBootMs] : []));
}

export function describeLinkContract(name: string, makeRig: (options: RigOptions) => Promise<LinkRig>): void {
  describe(`a link over ${name}`, () => {
    let clock: FakeClock;
    let rig: LinkRig;
    const reports: LinkReport[] = [];

    beforeEach(async () => {
      reports.length = 0;
      clock = new FakeClock();
      rig = await makeRig({ clock, onReport: (report) => reports.push(report) });
    });

    afterEach(() => rig.end());

    /** The numbers that arrive at the link. */
    function arriving(): number[] {
      const numbers: number[] = [];
      const decoder = new MavlinkDecoder();
      rig.link.onReopen?.(() => decoder.reset());
      rig.link.onData((bytes) => {
        if (rig.link.framing === 'datagram') decoder.reset();
        numbers.push(...numbersIn(decoder, bytes));
        // The bytes are borrowed, and from here on somebody else's.
        bytes.fill(0xfd);
      });
      return numbers;
    }

    it('carries whole frames both ways, in order, from views into a dirty slab', async () => {
      const numbers = arriving();
      const encoder = new MavlinkEncoder(sender);
      const slab = Buffer.alloc(400, 0xfd);
      for (let number = 1; number <= 60; number += 1) {
        const frame = numbered(encoder, number);
        slab.fill(0xfd).set(frame, 30);
        rig.link.send(slab.subarray(30, 30 + frame.length));
        rig.say(frame);
        slab.fill(0xfd);
        if (number % 10 === 0) await clock.advance(20);
      }
      const all = Array.from({ length: 60 }, (_, index) => index + 1);
      await drive(clock, () => numbers.length >= 60, 'the arrival');
      expect(numbers).toEqual(all);
      const atPeer = () => numbersIn(new MavlinkDecoder(), rig.heard());
      await drive(clock, () => atPeer().length >= 60, 'the arrival at the other end');
      expect(atPeer()).toEqual(all);
    });

    it('survives any bytes, and carries the message behind them', async () => {
      const numbers = arriving();
      const noise = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), { numRuns: 40, seed: 7 });
      const encoder = new MavlinkEncoder(sender);
      for (const bytes of noise) {
        rig.say(bytes);
        rig.link.send(bytes);
        await clock.advance(5);
      }
      // A false start may claim up to 280 bytes: it takes that much to find the stream again.
      await drive(clock, () => {
        rig.say(numbered(encoder, 77));
        return numbers.includes(77);
      });
    });

    it('sends and delivers nothing after close, which resolves as often as it is called', async () => {
      const numbers = arriving();
      await Promise.all([rig.link.close(), rig.link.close()]);
      await rig.link.close();
      const before = rig.heard().length;
      rig.link.send(numbered(new MavlinkEncoder(sender), 1));
      rig.say(numbered(new MavlinkEncoder(sender), 2));
      for (let turn = 0; turn < 20; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await clock.advance(500);
      }
      expect(numbers).toEqual([]);
      expect(rig.heard().length).toBe(before);
      expect(clock.pending).toBe(0);
    });

    it('closes also while its other end is away', async () => {
      await rig.vanish();
      for (let turn = 0; turn < 5; turn += 1) await clock.advance(700);
      await rig.link.close();
      expect(clock.pending).toBe(0);
    });

    it('is well again after its other end was away, twice, and nobody called for it', async () => {
      const numbers = arriving();
      let reopened = 0;
      rig.link.onReopen?.(() => {
        reopened += 1;
      });
      const encoder = new MavlinkEncoder(sender);
      for (const round of [1, 2]) {
        // Half a frame that nothing may continue.
        if (rig.link.framing === 'stream') rig.say(numbered(encoder, 99).subarray(0, 9));
        await rig.vanish();
        for (let turn = 0; turn < 5; turn += 1) {
          rig.link.send(numbered(encoder, 50));
          await clock.advance(700);
        }
        await rig.comeBack();
        await drive(clock, () => {
          rig.link.send(numbered(encoder, 60 + round));
          return numbersIn(new MavlinkDecoder(), rig.heard()).includes(60 + round);
        });
        expect(numbersIn(new MavlinkDecoder(), rig.heard())).not.toContain(50);
        rig.say(numbered(encoder, 70 + round));
        await drive(clock, () => numbers.includes(70 + round));
      }
      expect(numbers).toEqual([71, 72]);
      expect(reopened).toBe(rig.link.framing === 'stream' ? 2 : 0);
    });
  });
}

/** What links over a line do besides: they tell what happens to it, and hold back nothing that has grown old. */
export function describeLineContract(name: string, makeRig: (options: RigOptions) => Promise<LinkRig>): void {
  describe(`a line over ${name}`, () => {
    let clock: FakeClock;
    let rig: LinkRig;
    const reports: LinkReport[] = [];
    const kinds = () => reports.map(({ kind }) => kind);

    beforeEach(async () => {
      reports.length = 0;
      clock = new FakeClock();
      rig = await makeRig({ clock, onReport: (report) => reports.push(report) });
    });

    afterEach(() => rig.end());

    it('tells once that it broke, however often it tries, and once that it is back', async () => {
      expect(kinds()).toEqual(['open']);
      rig.say(Uint8Array.of(1));
      const heard = new Promise<void>((resolve) => rig.link.onData(() => resolve()));
      await heard;
      await rig.vanish();
      // Some systems show a hang-up only to those who write.
      await drive(
        clock,
        () => {
          rig.link.send(Uint8Array.of(2));
          return reports.length >= 2;
        },
        'the report of the break',
      );
      for (let turn = 0; turn < 10; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        await clock.advance(1000);
      }
      const texts = reports.map(({ text }) => text);
      expect(new Set(texts).size).toBe(texts.length);
      expect(
        kinds()
          .slice(1)
          .every((kind) => kind === 'broken'),
      ).toBe(true);
      const before = reports.length;
      await rig.comeBack();
      await drive(clock, () => reports.length > before, 'the report of the opening');
      expect(kinds().at(-1)).toBe('open');
      expect(reports).toHaveLength(before + 1);
    });

    it('lets the oldest go while nobody reads, and the newest arrives when somebody does', async () => {
      rig.stall?.();
      let number = 0;
      const sendMore = (count: number): void => {
        for (const end = number + count; number < end; ) {
          number += 1;
          const frame = Buffer.alloc(255, '.');
          frame.write(`<${number}>`);
          rig.link.send(frame);
        }
      };
      while (!kinds().includes('overloaded') && number < 200_000) {
        sendMore(10);
        // Slowly enough for the line's rate, and the clock never reaches the limit of a write.
        await clock.advance(number < 400 ? 30 : 0);
      }
      expect(kinds()).toEqual(['open', 'overloaded']);
      sendMore(100);
      rig.resume?.();
      await drive(clock, () => rig.heard().includes(`<${number}>`), 'the arrival of the newest');
      expect(kinds()).toEqual(['open', 'overloaded']);
      // Of the hundred behind the last that went out, only those that fit into the backlog were kept.
      const numbers = [
        ...rig
          .heard()
          .toString('latin1')
          .matchAll(/<(\d+)>/g),
      ].map(([, text]) => Number(text));
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(numbers.filter((kept) => kept > number - 100).length).toBeLessThan(40);
      expect(rig.heard().length % 255).toBe(0);
    });

    it('lets go of all that waits when it is closed', async () => {
      for (let count = 0; count < 100; count += 1) rig.link.send(Buffer.alloc(255, '.'));
      await clock.advance(0);
      await rig.link.close();
      expect(clock.pending).toBe(0);
    });

    it('is opened anew when nobody reads for a second, and is well when somebody does', async () => {
      rig.stall?.();
      const sendOld = (): void => {
        for (let count = 0; count < 16; count += 1) rig.link.send(Buffer.alloc(255, 'o'));
      };
      // First what the system takes at once, then at the pace of the line what its buffers hold besides.
      for (let burst = 0; burst < 20_000 && !kinds().includes('overloaded'); burst += 1) {
        sendOld();
        await clock.advance(0);
      }
      await drive(
        clock,
        () => {
          sendOld();
          return kinds().includes('broken');
        },
        'the break',
      );
      expect(reports.at(-1)?.text).toContain('took no bytes for 1 s');
      rig.resume?.();
      await drive(clock, () => {
        rig.link.send(Buffer.from('new'));
        return rig.heard().includes('new');
      });
    });
  });
}
