import { describe, expect, it } from 'vitest';
import { Heartbeat } from '../../../../lib/messaging/connection/heartbeat.js';

/** Peer UTC − own monotonic, ms. */
const trueOffsetMs = 1_700_000_000_000;

/** An exchange with these one-way delays; the peer takes 2 ms to answer. */
function exchange(heartbeat: Heartbeat, sentMs: number, thereMs: number, backMs: number): number | undefined {
  const received = (sentMs + thereMs + trueOffsetMs) / 1000;
  return heartbeat.noteAnswer({ received, sent: received + 0.002 }, sentMs, sentMs + thereMs + 2 + backMs);
}

describe('the heartbeat', () => {
  it('takes latency and offset from the exchange with the shortest round trip', () => {
    const heartbeat = new Heartbeat(5);
    expect(heartbeat.clockOffset).toBeUndefined();
    expect(exchange(heartbeat, 1000, 50, 10)).toBeCloseTo(60, 2);
    expect(heartbeat.clockOffset?.offsetMs).toBeCloseTo(trueOffsetMs + 20, 2);
    expect(exchange(heartbeat, 2000, 3, 3)).toBeCloseTo(6, 2);
    expect(exchange(heartbeat, 3000, 90, 10)).toBeCloseTo(6, 2);
    expect(heartbeat.clockOffset?.offsetMs).toBeCloseTo(trueOffsetMs, 2);
    expect(heartbeat.clockOffset?.uncertaintyMs).toBeCloseTo(3, 2);
  });

  it('forgets what it measured when the clock of the peer was stepped, and not for a slow exchange', () => {
    const heartbeat = new Heartbeat(5);
    exchange(heartbeat, 1000, 1, 1);
    exchange(heartbeat, 2000, 200, 2);
    expect(heartbeat.clockOffset?.offsetMs).toBeCloseTo(trueOffsetMs, 2);
    const stepped = (trueOffsetMs + 700 + 3000 + 4) / 1000;
    heartbeat.noteAnswer({ received: stepped, sent: stepped }, 3000, 3008);
    expect(heartbeat.clockOffset?.offsetMs).toBeCloseTo(trueOffsetMs + 700, 1);
    expect(heartbeat.clockOffset?.uncertaintyMs).toBeCloseTo(4, 2);
  });

  it('forgets an exchange after 16 newer ones', () => {
    const heartbeat = new Heartbeat(5);
    exchange(heartbeat, 0, 1, 1);
    for (let n = 1; n <= 15; n++) exchange(heartbeat, n * 1000, 20, 20);
    expect(heartbeat.latencyMs).toBeCloseTo(2, 2);
    exchange(heartbeat, 16_000, 20, 20);
    expect(heartbeat.latencyMs).toBeCloseTo(40, 2);
  });

  it.each([null, 'x', {}, { received: 1 }, { received: Number.NaN, sent: 1 }, { received: '1', sent: 1 }])(
    'learns nothing from the answer %j',
    (value) => {
      const heartbeat = new Heartbeat(5);
      expect(heartbeat.noteAnswer(value, 0, 10)).toBeUndefined();
      expect(heartbeat.latencyMs).toBeUndefined();
    },
  );

  it('learns nothing from a peer that claims to have taken longer than the whole exchange', () => {
    const heartbeat = new Heartbeat(5);
    expect(heartbeat.noteAnswer({ received: 1, sent: 2 }, 0, 10)).toBeUndefined();
  });

  it('learns nothing from stamps that no clock shows', () => {
    const heartbeat = new Heartbeat(5);
    for (const stamp of [Number.NaN, Number.POSITIVE_INFINITY, 1.7e305, 1e306, -1e306])
      expect(heartbeat.noteAnswer({ received: stamp, sent: stamp }, 0, 10)).toBeUndefined();
    expect(heartbeat.latencyMs).toBeUndefined();
    expect(heartbeat.clockOffset).toBeUndefined();
  });

  it('calls the peer dead after so many beats without a byte, and not when one came between', () => {
    const heartbeat = new Heartbeat(3);
    expect([heartbeat.beat(), heartbeat.beat()]).toEqual([false, false]);
    heartbeat.noteTraffic();
    expect([heartbeat.beat(), heartbeat.beat(), heartbeat.beat()]).toEqual([false, false, true]);
  });
});
