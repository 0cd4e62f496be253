import { describe, expect, it } from 'vitest';
import { RemoteError } from '../../../lib/errors.js';
import type { ConnectionManager } from '../../../lib/messaging/index.js';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import { executeOn } from '../../../server/show-control/execute.js';
import { FakeClock } from '../../support/fake-clock.js';

/** A drone that answers `execute` like this; without an answer an old one, to which nothing may be sent. */
function droneOf(answer?: () => unknown): ConnectionManager {
  const asked = {
    isConnected: true,
    helloSettled: async () => undefined,
    hasFeature: () => answer !== undefined,
    getResponse: async () => answer?.(),
    sendMessage: () => {
      throw new Error('it was sent to a shell');
    },
  };
  return asked as unknown as ConnectionManager;
}

const good = { ok: true, exit_code: 0, over_time: false, output: 'hi\n', output_cut: false, text: 'ended' };

async function run(drones: { [id: string]: ConnectionManager | undefined }) {
  const lines: string[] = [];
  const connection = (id: string) => drones[id];
  const commands = new CommandRunner({
    ...{ clock: new FakeClock(), isKnown: (id: string) => id in drones, connection },
    ...{ onFleetEvent: () => undefined, log: (_level: string, text: string) => lines.push(text) },
  });
  return { results: await executeOn(Object.keys(drones), 'hello', { commands, connection }), lines };
}

describe('execute', () => {
  it('brings back what each drone wrote, which stays out of the event log', async () => {
    const failed = {
      ...good,
      exit_code: 1,
      output: 'oh no',
      text: 'ended with exit code 1',
      output_cut: true,
    };
    const { results, lines } = await run({ a: droneOf(() => good), b: droneOf(() => failed) });
    expect(results).toEqual([
      { id: 'a', ok: true, message: 'ended', output: 'hi\n' },
      {
        ...{ id: 'b', ok: false, code: 'program_failed', output: 'oh no' },
        message: 'ended with exit code 1; its output is cut',
      },
    ]);
    expect(lines.join()).not.toContain('oh no');
  });

  it('is not sent to an old drone, which would hand it to a shell', async () => {
    const { results } = await run({ old: droneOf(), lost: undefined });
    expect(results).toMatchObject([
      { id: 'old', ok: false, code: 'not_supported' },
      { id: 'lost', ok: false, code: 'unreachable' },
    ]);
  });

  it('tells of a drone that refuses, and of one whose answer is none', async () => {
    const refuse = () => {
      throw new RemoteError('execute', 'refused', 'not on the list');
    };
    const { results } = await run({ a: droneOf(refuse), b: droneOf(() => 'yes'), c: droneOf(() => null) });
    expect(results).toMatchObject([
      { id: 'a', ok: false, code: 'refused', message: 'not on the list' },
      { id: 'b', ok: false, code: 'bad_answer' },
      { id: 'c', ok: false, code: 'bad_answer' },
    ]);
  });
});
