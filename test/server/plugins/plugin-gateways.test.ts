import { describe, expect, it } from 'vitest';
import { inTime } from '../../../server/plugins/in-time.js';
import { gatewaysOf, openedGateway } from '../../../server/plugins/plugin-gateways.js';
import type { StarlingPlugin } from '../../../server/plugins/starling-plugin.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('the gateways of a plugin', () => {
  const start = () => Promise.reject(new Error('not called'));

  it('are taken when each has a name, a port and a start', () => {
    expect(gatewaysOf({ name: 'a' })).toEqual([]);
    expect(gatewaysOf({ name: 'a', gateways: [{ name: 'x', port: 0, start }] })).toHaveLength(1);
  });

  it.each([
    5,
    {},
    [null],
    [{ name: '', port: 0, start }],
    [{ name: 'x', port: 70_000, start }],
    [{ name: 'x', port: 0 }],
  ])('are refused otherwise: %j', (gateways) => {
    expect(() => gatewaysOf({ name: 'a', gateways } as unknown as StarlingPlugin)).toThrow(/gateway/);
  });

  it('have to give what can be closed', () => {
    const opened = { name: 'x', port: 1, close: () => Promise.resolve() };
    expect(openedGateway(opened)).toBe(opened);
    for (const other of [undefined, null, 5, {}, { name: 'x', port: 1 }])
      expect(() => openedGateway(other)).toThrow('gave no { name, port, close }');
  });
});

describe('waiting for what is not ours', () => {
  it('gives what comes in time, and what is thrown', async () => {
    const clock = new FakeClock();
    expect(await inTime({ clock, timeMs: 10 }, () => 5)).toBe(5);
    const thrown = inTime({ clock, timeMs: 10 }, () => {
      throw new Error('no light desk');
    });
    await expect(thrown).rejects.toThrow('no light desk');
    expect(clock.pending).toBe(0);
  });

  it('ends after its time, and says what came later', async () => {
    const clock = new FakeClock();
    const late: number[] = [];
    let end: (result: number) => void = () => undefined;
    const work = () =>
      new Promise<number>((resolve) => {
        end = resolve;
      });
    const waiting = inTime({ clock, timeMs: 2000, onLate: (result) => late.push(result) }, work);
    const failed = expect(waiting).rejects.toThrow('does not end within 2 s');
    await clock.advance(2000);
    await failed;
    end(7);
    await clock.advance(0);
    expect(late).toEqual([7]);
  });
});
