import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { OutgoingLanes } from '../../../../lib/messaging/connection/outgoing-lanes.js';
import { StreamLink } from '../../../../lib/messaging/connection/stream-link.js';
import { createActionMessage } from '../../../../lib/messaging/create-message.js';
import { defaultLimits } from '../../../../lib/messaging/frame-decoder.js';
import { FakeClock } from '../../../support/fake-clock.js';

/** Whoever looks at it finds some ms gone. */
class BusyClock extends FakeClock {
  takesMs = 0;
  #goneMs = 0;

  override monotonicMs(): number {
    this.#goneMs += this.takesMs;
    return super.monotonicMs() + this.#goneMs;
  }
}

it('a peer that keeps us busy is read on only when everybody else had their turn', async () => {
  const clock = new BusyClock();
  const stream = new PassThrough();
  const heard: string[] = [];
  const link = new StreamLink(stream, {
    ...{ clock, lanes: new OutgoingLanes(), limits: defaultLimits, maxStreamBytes: 65_536 },
    onBytes: () => undefined,
    onMessage: (message) => heard.push(message.type === 'action' ? message.action : '?'),
    onLost: () => undefined,
  });
  link.start();
  const say = async (action: string) => {
    stream.write(createActionMessage(action));
    await new Promise((resolve) => setImmediate(resolve));
  };
  await say('quick');
  expect([heard, stream.isPaused()]).toEqual([['quick'], false]);
  clock.takesMs = 5;
  await say('slow');
  expect(stream.isPaused()).toBe(true);
  await say('waits');
  expect(heard).toEqual(['quick', 'slow']);
  clock.takesMs = 0;
  await clock.advance(100);
  await new Promise((resolve) => setImmediate(resolve));
  expect([heard, stream.isPaused()]).toEqual([['quick', 'slow', 'waits'], false]);
  link.destroy();
});
