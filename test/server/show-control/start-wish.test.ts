import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../server/show-control/send-command.js';
import { pointOfNoReturn, wishStart } from '../../../server/show-control/start-wish.js';
import { FakeClock } from '../../support/fake-clock.js';

const lost: Outcome = { ok: false, code: 'timeout', message: 'no answer' };

/** One drone that answers as the list says, each answer after `takesMs`; after the list it holds. */
function makeWish(answers: Outcome[], { takesMs = 100, leftMs = 5000, isWanted = (): boolean => true } = {}) {
  const clock = new FakeClock();
  const startedMs = clock.utcMs();
  const asked: number[] = [];
  const holding: string[] = [];
  const outcome = wishStart('a', {
    clock,
    pointOfNoReturnUtcMs: () => startedMs + leftMs,
    isWanted,
    onHolding: (id) => holding.push(id),
    ask: (_id, timeoutMs) => {
      asked.push(Math.round(clock.utcMs() - startedMs));
      const answer = answers.shift() ?? { ok: true };
      const afterMs = answer.code === 'timeout' ? timeoutMs : takesMs;
      return new Promise((resolve) => clock.after(afterMs, () => resolve(answer)));
    },
  });
  return { clock, asked, holding, outcome };
}

describe('the wish that a drone holds a start', () => {
  it('is told again until it does: answers may be lost', async () => {
    const { clock, asked, holding, outcome } = makeWish([lost, { ok: false, code: 'unreachable' }]);
    await clock.advance(5000);
    expect(await outcome).toEqual({ ok: true });
    expect([asked, holding]).toEqual([[0, 1800, 2200], ['a']]);
  });

  it('is not told again to one that refuses', async () => {
    const { clock, asked, outcome } = makeWish([{ ok: false, code: 'refused', message: 'below ground' }]);
    await clock.advance(5000);
    expect(await outcome).toMatchObject({ code: 'refused' });
    expect(asked).toEqual([0]);
  });

  it('ends at the point of no return, and no answer is waited for beyond it', async () => {
    const { clock, asked, holding, outcome } = makeWish(
      Array.from({ length: 9 }, () => lost),
      { leftMs: 4000 },
    );
    await clock.advance(4000);
    expect(await outcome).toMatchObject({ code: 'timeout' });
    expect([asked, holding]).toEqual([[0, 1800, 3600], []]);
  });

  it('ends when nobody wants it any more', async () => {
    let isWanted = true;
    const { clock, asked, outcome } = makeWish([lost, lost, lost], { isWanted: () => isWanted });
    await clock.advance(1600);
    isWanted = false;
    await clock.advance(3000);
    expect(await outcome).toMatchObject({ code: 'timeout' });
    expect(asked).toEqual([0]);
  });

  it('ends three seconds before the start, or after half of a shorter countdown', () => {
    expect([pointOfNoReturn(20_000, 10_000, 3000), pointOfNoReturn(20_000, 4000, 3000)]).toEqual([
      17_000, 18_000,
    ]);
  });
});
