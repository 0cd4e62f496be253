import { describe, expect, it } from 'vitest';
import { DisconnectedError, RemoteError, RequestTimeoutError } from '../../../lib/errors.js';
import type { ConnectionManager } from '../../../lib/messaging/index.js';
import { softwareOf } from '../../../server/updates/drone-software-of.js';

/** A connection on which the question ends so. */
function link(answer: () => unknown, features: readonly string[] = ['errors']): ConnectionManager {
  const fake = {
    isConnected: true,
    helloSettled: () => Promise.resolve(undefined),
    hasFeature: (name: string) => features.includes(name),
    getResponse: async () => answer(),
  };
  return fake as unknown as ConnectionManager;
}

const failing = (error: Error) =>
  link(() => {
    throw error;
  });

describe('a drone that is asked for its software', () => {
  it('says it', async () => {
    expect(await softwareOf(link(() => ({ version: '1' })))).toEqual({ software: { version: '1' } });
  });

  it.each<[string, ConnectionManager | undefined, string, string]>([
    ['is not there', undefined, 'unreachable', 'not connected'],
    [
      'is an old one',
      link(() => null, []),
      'not_supported',
      'an old client installs nothing from here: update it by hand',
    ],
    ['says something else', link(() => 'yes'), 'bad_answer', 'its answer says nothing of its software'],
    [
      'does not know the question',
      failing(new RemoteError('software', 'unknown_request', 'unknown request "software"')),
      'not_supported',
      'its client is too old to install anything from here: update it by hand',
    ],
    [
      'does not answer',
      failing(new RequestTimeoutError('software', 5_000)),
      'timeout',
      'no answer to "software" within 5000 ms',
    ],
    ['leaves', failing(new DisconnectedError('it was lost')), 'unreachable', 'it was lost'],
    [
      'refuses',
      failing(new RemoteError('software', 'superseded', 'another server')),
      'superseded',
      'another server',
    ],
  ])('and %s is passed over for that', async (_what, connection, code, text) => {
    expect(await softwareOf(connection)).toEqual({ phase: 'skipped', code, text });
  });
});
