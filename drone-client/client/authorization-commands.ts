/** The commands by which a server allows a start, and takes that back. Knows the drone's parts; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import { readNumber, readText } from './arguments.js';
import type { Authorization } from './authorization.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import type { FileService } from './file-service.js';

/** Longest time for which a start may be allowed, s. */
const maxValidS = 86_400;

export function authorizationCommands(drone: Drone, files: FileService): { [name: string]: Command } {
  const { authorization, player } = drone;
  let withdrawals = 0;
  return {
    authorize: async (kwargs) => {
      const withdrawalsBefore = withdrawals;
      await files.settled();
      await drone.shows.refresh({ force: true });
      // It takes its time to read the disk: what was said later holds.
      if (withdrawals !== withdrawalsBefore)
        throw new RefusedError('refused', 'not authorized: it was withdrawn meanwhile');
      authorize(drone, kwargs);
    },
    unauthorize: async () => {
      withdrawals += 1;
      authorization.withdraw();
      // A start that was only planned is forgotten; a show that has begun is not touched, whoever takes off in it later.
      if (player.isCountingDown) await player.stop('the authorization was withdrawn');
    },
  };
}

/** @throws RefusedError when the digest is not that of what lies on the disk. */
function authorize({ authorization, shows, clock, log }: Drone, kwargs: Kwargs): void {
  const digest = readText(kwargs, 'digest');
  const scope = readScope(kwargs);
  const validS = readNumber(kwargs, 'expires_in');
  if (!(validS > 0 && validS <= maxValidS))
    throw new RefusedError('bad_argument', `argument "expires_in" must be seconds, at most ${maxValidS}`);
  expectHeld(shows.digest, digest);
  authorization.grant({ digest, scope, expiresAtMs: clock.monotonicMs() + validS * 1000 });
  log('info', `authorized: show ${digest.slice(0, 8)}, ${scope}, for ${Math.round(validS)} s`);
}

/** @throws RefusedError, code `digest_differs`, when what lies on the disk is not what the server means. */
export function expectHeld(held: string | undefined, digest: string): void {
  if (held === digest) return;
  const here = held === undefined ? 'there is no Starling show' : `it is ${held.slice(0, 8)}`;
  throw new RefusedError(
    'digest_differs',
    `the server means show ${digest.slice(0, 8)}, on this drone ${here}: upload again`,
  );
}

/** The argument `scope`. @throws RefusedError when it is none. */
export function readScope(kwargs: Kwargs): Authorization['scope'] {
  const scope = readText(kwargs, 'scope');
  if (scope !== 'live' && scope !== 'lights')
    throw new RefusedError('bad_argument', 'argument "scope" must be live or lights');
  return scope;
}
