import { beforeEach, describe, expect, it } from 'vitest';
import {
  CancelledError,
  DisconnectedError,
  RemoteError,
  RequestTimeoutError,
} from '../../../../lib/errors.js';
import {
  type PendingRequest,
  PendingRequests,
} from '../../../../lib/messaging/connection/pending-requests.js';
import { FakeClock } from '../../../support/fake-clock.js';

let clock: FakeClock;
let pending: PendingRequests;
let settled: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  pending = new PendingRequests(clock);
  settled = [];
});

function ask(id: string, changes: Partial<PendingRequest> = {}): void {
  pending.add({
    id,
    name: 'q',
    timeoutMs: 1000,
    isKept: false,
    frame: { head: Buffer.from(id), lane: 'control' },
    resolve: (answer) => settled.push(answer.type === 'response' ? answer.value : answer.content),
    reject: (error) => settled.push(error),
    ...changes,
  });
}

const reply = { type: 'response', name: 'q', id: '1', value: 'v' } as const;
const failure = { type: 'errorResponse', name: 'q', id: '1', code: 'busy', message: 'later' } as const;

describe('a pending request', () => {
  it('settles with its answer, once, and leaves no timer', async () => {
    ask('1');
    expect(pending.answer(reply)).toBeUndefined();
    expect(pending.answer(reply)).toContain('nobody waits');
    pending.failAll('the end');
    await clock.advance(2000);
    expect(settled).toEqual(['v']);
    expect([clock.pending, pending.size]).toEqual([0, 0]);
  });

  it('settles with the error of the peer, once, its code kept', async () => {
    ask('1');
    expect(pending.answer(failure)).toBeUndefined();
    expect(pending.answer(reply)).toBeDefined();
    expect(settled).toEqual([expect.any(RemoteError)]);
    expect(settled[0]).toMatchObject({ code: 'busy', message: 'later', method: 'q' });
  });

  it('settles when its time is over, once, and not before', async () => {
    ask('1');
    await clock.advance(999);
    expect(settled).toEqual([]);
    await clock.advance(1);
    expect(settled).toEqual([expect.any(RequestTimeoutError)]);
    expect(pending.answer(reply)).toBeDefined();
    expect(settled).toHaveLength(1);
  });

  it('settles when its caller withdraws it, once', () => {
    const controller = new AbortController();
    ask('1', { signal: controller.signal });
    controller.abort();
    expect(settled).toEqual([expect.any(CancelledError)]);
    expect(pending.answer(reply)).toBeDefined();
    expect(() => ask('2', { signal: controller.signal })).toThrow(CancelledError);
    expect([settled.length, clock.pending]).toEqual([1, 0]);
  });

  it('settles when the link is lost, unless it is kept for the next', () => {
    ask('1');
    ask('2', { isKept: true });
    pending.disconnected('gone');
    expect(settled).toEqual([expect.any(DisconnectedError)]);
    expect(pending.unansweredFrames().map(({ head }) => Buffer.from(head).toString())).toEqual(['2']);
    pending.failAll('closed');
    expect(settled).toHaveLength(2);
  });

  it('is not settled by the answer to another question, nor by one to nobody', () => {
    ask('1');
    expect(pending.answer({ ...reply, name: 'other' })).toContain('where "q" was asked');
    expect(pending.answer({ ...reply, id: '9' })).toContain('nobody waits');
    expect(settled).toEqual([]);
    pending.answer(reply);
    expect(settled).toEqual(['v']);
  });

  it('can wait for ever', async () => {
    ask('1', { timeoutMs: Number.POSITIVE_INFINITY });
    expect(clock.pending).toBe(0);
  });
});
