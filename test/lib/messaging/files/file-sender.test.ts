import { beforeEach, describe, expect, it } from 'vitest';
import { RequestTimeoutError } from '../../../../lib/errors.js';
import { fillOptions } from '../../../../lib/messaging/connection/options.js';
import type { OutgoingFrame } from '../../../../lib/messaging/connection/outgoing-lanes.js';
import { FileSender } from '../../../../lib/messaging/files/file-sender.js';
import { type FileHost, makeFileExchange } from '../../../../lib/messaging/files/make-file-exchange.js';
import {
  BulkBudget,
  ConnectionManager,
  Endpoint,
  type Json,
  type Kwargs,
} from '../../../../lib/messaging/index.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { contentOf } from './file-rig.js';

const content = contentOf('any', 10_000);

/** A receiver in the hands of the test: what it was asked, and how it answers. */
class Peer {
  readonly asked: { readonly name: string; readonly kwargs: Kwargs }[] = [];
  readonly sent: OutgoingFrame[] = [];
  readonly acts: string[] = [];
  answer: (name: string) => Promise<Json> = async () => ({ offset: 0, done: false });

  ask(name: string, kwargs: Kwargs): Promise<Json> {
    this.asked.push({ name, kwargs });
    return this.answer(name);
  }

  act(name: string): void {
    this.acts.push(name);
  }

  send(frame: OutgoingFrame): void {
    this.sent.push(frame);
  }

  get transfer(): string {
    return String(this.asked.at(-1)?.kwargs.transfer);
  }
}

const never = () => new Promise<never>(() => undefined);

let clock: FakeClock;
let peer: Peer;
let sender: FileSender;
beforeEach(() => {
  clock = new FakeClock();
  peer = new Peer();
  let last = 0;
  const createId = () => {
    last += 1;
    return String(last);
  };
  sender = new FileSender({ peer, clock, budget: new BulkBudget({ clock }), createId });
});

/** How a file ends that is being sent: undefined while it has not. */
function endOf(sent: Promise<unknown>): { code: string | undefined } {
  const end: { code: string | undefined } = { code: undefined };
  sent.then(
    () => {
      end.code = 'sent';
    },
    (error: { code: string }) => {
      end.code = error.code;
    },
  );
  return end;
}

describe('a receiver that acknowledges', () => {
  it.each([
    ['the same again and again is given up after 20 s', 0, 'timeout'],
    ['a little more each time is waited for', 1, undefined],
  ])('%s', async (_what, step, expected) => {
    const end = endOf(sender.send('f', content));
    await clock.advance(0);
    for (let second = 0, offset = 5000; second < 24; second += 1, offset += step) {
      sender.acknowledged({ transfer: peer.transfer, offset });
      await clock.advance(1000);
    }
    expect(end.code).toBe(expected);
  });
});

describe('a file that is sent to a path twice at the same time', () => {
  it('is asked for once: the second is told that it is busy, and may go when the first is over', async () => {
    peer.answer = never;
    const first = endOf(sender.send('f', content));
    const second = endOf(sender.send('f', content));
    const other = endOf(sender.send('g', content));
    await clock.advance(0);
    expect(peer.asked.map(({ kwargs }) => kwargs.filepath)).toEqual(['f', 'g']);
    expect([first.code, second.code, other.code]).toEqual([undefined, 'busy', undefined]);
    sender.disconnected('the link is lost');
    await clock.advance(0);
    expect([first.code, other.code]).toEqual(['disconnected', 'disconnected']);
    void sender.send('f', content).catch(() => undefined);
    await clock.advance(0);
    expect(peer.asked).toHaveLength(3);
  });

  it('is refused with the words of the receiver that gives it up while it answers', async () => {
    peer.answer = async () => {
      sender.aborted({ transfer: peer.transfer, code: 'ENOSPC', message: 'the disk is full' });
      return { offset: 0, done: false };
    };
    await expect(sender.send('f', content)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(peer.acts).toEqual(['file_abort']);
  });
});

describe('receivers that never answer', () => {
  it.each(['file_open', 'file_close'])('%s hold the places of others for 20 s at most', async (silent) => {
    const bulkBudget = new BulkBudget({ clock, maxTransfers: 2 });
    const endpoint = new Endpoint();
    const connection = new ConnectionManager({ endpoint, clock });
    const asked: string[] = [];
    const host: FileHost = {
      connection,
      isIdentified: () => true,
      send: () => undefined,
      warn: () => undefined,
      ask: (name, { timeoutMs, kwargs }) => {
        asked.push(name);
        if (name !== silent)
          return Promise.resolve({ type: 'response', name, id: '1', value: { offset: kwargs?.size ?? 0 } });
        return new Promise((_resolve, reject) =>
          clock.after(timeoutMs, () => reject(new RequestTimeoutError(name, timeoutMs))),
        );
      },
    };
    const options = fillOptions({ endpoint, clock, bulkBudget });
    const ends = [1, 2, 3].map(() => endOf(makeFileExchange(options, host).send('f', content)));
    await clock.advance(19_900);
    expect(asked.filter((name) => name === silent)).toHaveLength(2);
    expect(ends.map(({ code }) => code)).toEqual([undefined, undefined, undefined]);
    await clock.advance(200);
    expect(asked.filter((name) => name === silent)).toHaveLength(3);
    expect(ends.map(({ code }) => code)).toEqual(['timeout', 'timeout', undefined]);
  });
});
