import { describe, expect, it } from 'vitest';
import { Switchboard } from '../../../server/gateways/switchboard.js';
import { TurnShare } from '../../../server/gateways/turn-share.js';
import { FakeClock } from '../../support/fake-clock.js';

describe("the visitors' share of a turn", () => {
  it('is used up after a while, and there again in the next turn', async () => {
    const clock = new FakeClock();
    const share = new TurnShare(clock);
    const began = clock.monotonicMs();
    expect([0, 5, 9.9, 10, 40].map((passed) => share.waitMs(began + passed))).toEqual([0, 0, 0, 2, 2]);
    await clock.advance(1);
    expect(share.waitMs(clock.monotonicMs())).toBe(0);
    share.close();
    expect(clock.pending).toBe(0);
  });

  it('makes guests wait, and nobody who acts', async () => {
    const clock = new FakeClock();
    const board = new Switchboard(clock, { gateways: { stage: { highestRole: 'operator' } } });
    for (const [id, role] of [
      ['ann', 'guest'],
      ['olga', 'operator'],
    ] as const) {
      board.connect({ id, gateway: 'stage', address: '127.0.0.1' }, { hear: () => 0, end: () => 0 });
      board.hub.identify(board.ask(id, 1), 'stage');
      board.hub.login(board.ask(id, 1), { name: id, role });
      board.hub.join(board.ask(id, 1), 'lobby');
    }
    await clock.advance(1);
    const began = clock.monotonicMs();
    const say = (id: string) =>
      board.hub.sendToRoom(board.ask(id, 1), { room: 'lobby', content: { value: 'hello' } }).denied;
    const isRead = clock.monotonicMs.bind(clock);
    clock.monotonicMs = () => isRead() + (passed ? 50 : 0);
    let passed = false;
    expect(say('ann')).toBeUndefined();
    passed = true;
    expect(clock.monotonicMs()).toBe(began + 50);
    expect(say('ann')).toMatchObject({ code: 'too_fast', retryAfterMs: 2 });
    expect(say('olga')).toBeUndefined();
    passed = false;
    await clock.advance(1);
    expect(say('ann')).toBeUndefined();
    board.close();
  });
});
