import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnClock } from '../../../lib/rehearsal/own-clock.js';
import { Program } from '../../../lib/rehearsal/program.js';
import { VirtualClock } from '../../../lib/rehearsal/virtual-clock.js';
import { every } from '../../../lib/time/clock.js';

function runAll(clock: VirtualClock, untilMs = Number.POSITIVE_INFINITY): void {
  while ((clock.nextMs ?? Number.POSITIVE_INFINITY) <= untilMs && clock.step());
}

describe('the virtual clock', () => {
  it('runs timers in order of their time, then of their making, and none that was cancelled', () => {
    const delays = fc.array(fc.record({ delayMs: fc.nat(20), isCancelled: fc.boolean() }), {
      maxLength: 3000,
    });
    fc.assert(
      fc.property(delays, (timers) => {
        const clock = new VirtualClock();
        const ran: [number, number][] = [];
        const cancels = timers.map(({ delayMs }, order) =>
          clock.after(delayMs, () => ran.push([clock.monotonicMs(), order])),
        );
        for (const [order, { isCancelled }] of timers.entries()) if (isCancelled) cancels[order]?.();
        expect(clock.pending).toBe(timers.filter(({ isCancelled }) => !isCancelled).length);
        runAll(clock);
        const wanted = timers
          .map(({ delayMs, isCancelled }, order) => ({ delayMs, isCancelled, order }))
          .filter(({ isCancelled }) => !isCancelled)
          .sort((a, b) => a.delayMs - b.delayMs || a.order - b.order)
          .map(({ delayMs, order }) => [delayMs, order]);
        expect(ran).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('forgets timers that are cancelled again and again, as timeouts are', () => {
    const clock = new VirtualClock();
    let kept = 0;
    clock.after(5000, () => {
      kept += 1;
    });
    for (let i = 0; i < 10_000; i += 1) clock.after(60_000, () => expect.fail('cancelled'))();
    expect(clock.pending).toBe(1);
    runAll(clock);
    expect([kept, clock.monotonicMs()]).toEqual([1, 5000]);
  });

  it('never runs a timer inside the call that set it, and goes back for none', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      clock.at(3, () => ran.push(`late at ${clock.monotonicMs()}`));
      clock.after(0, () => ran.push('now'));
      ran.push('first');
    });
    clock.after(10, () => ran.push('second'));
    runAll(clock);
    expect(ran).toEqual(['first', 'second', 'late at 10', 'now']);
  });

  it('moves UTC with itself and refuses a timer at no moment', () => {
    const clock = new VirtualClock(1000);
    clock.after(250, () => undefined);
    clock.step();
    expect(clock.utcMs()).toBe(1250);
    expect(() => clock.after(Number.NaN, () => undefined)).toThrow(RangeError);
    clock.after(Number.POSITIVE_INFINITY, () => expect.fail('never'));
    expect(clock.step()).toBe(false);
  });
});

describe("a computer's own clock", () => {
  const drifting = () => {
    const clock = new VirtualClock();
    const own = new OwnClock({ clock, uptimeMs: 500, utcErrorMs: 120, driftPpm: 1000 });
    return { clock, own };
  };

  it('gains what it drifts, and is wrong by its error and that', () => {
    const { clock, own } = drifting();
    clock.after(10_000, () => undefined);
    clock.step();
    expect(own.monotonicMs()).toBeCloseTo(500 + 10_010, 6);
    expect(own.utcErrorMs).toBeCloseTo(130, 6);
    own.stepUtc(-1000);
    expect(own.utcErrorMs).toBeCloseTo(-870, 6);
    expect(own.monotonicMs()).toBeCloseTo(10_510, 6);
  });

  it('runs a timer when it is time by itself, never a hair before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (tenthsOfUs) => {
        const delayMs = tenthsOfUs / 1e4;
        const { clock, own } = drifting();
        clock.after(777.7, () => undefined);
        clock.step();
        const dueMs = own.monotonicMs() + delayMs;
        let ranMs: number | undefined;
        own.after(delayMs, () => {
          ranMs = own.monotonicMs();
        });
        runAll(clock);
        expect(ranMs).toBeGreaterThanOrEqual(dueMs);
        expect(ranMs).toBeLessThan(dueMs + 1e-4);
      }),
    );
  });
});

describe('a program', () => {
  it('does what it missed in its order when it goes on, and nothing before', () => {
    const clock = new VirtualClock();
    const program = new Program(clock);
    const ran: string[] = [];
    every(program, 10, () => ran.push(`beat at ${clock.monotonicMs()}`));
    const cancelled = program.after(15, () => expect.fail('cancelled while it hung'));
    clock.after(12, () => {
      const goOn = program.hang();
      clock.after(23, goOn);
    });
    program.after(25, () => ran.push('timer'));
    clock.after(20, () => cancelled());
    clock.after(30, () => program.reach(() => ran.push('datagram')));
    runAll(clock, 40);
    expect(ran).toEqual(['beat at 10', 'beat at 35', 'timer', 'datagram', 'beat at 40']);
  });

  it('does nothing more once it is dead, not even what it hung over', () => {
    const clock = new VirtualClock();
    const program = new Program(clock);
    program.after(5, () => expect.fail('dead'));
    const goOn = program.hang();
    program.reach(() => expect.fail('dead'));
    program.die();
    goOn();
    runAll(clock);
    expect(program.isDead).toBe(true);
  });
});
