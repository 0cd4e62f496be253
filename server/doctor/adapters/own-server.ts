/** Asks whether the server of a state folder runs now, and what it is: a question that changes nothing. */
import { existsSync } from 'node:fs';
import { errorText } from '../../../lib/errors.js';
import { readToken, tokenPath } from '../../../lib/protocols/tpp/adapters/token-file.js';
import { request } from '../../../lib/protocols/tpp/adapters/tpp-client.js';
import { defaultControlPort } from '../../../lib/protocols/tpp/control-protocol.js';
import { NoServerError } from '../../../lib/protocols/tpp/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { OwnServerAnswer } from '../judge-server.js';

type Asked = {
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly controlPort?: number | undefined;
};

/** Never rejects. */
export async function askOwnServer({ clock, stateFolder, controlPort }: Asked): Promise<OwnServerAnswer> {
  try {
    const token = await readToken(tokenPath(stateFolder));
    const place = { host: '127.0.0.1', port: controlPort ?? defaultControlPort };
    const answer = await request({ clock, ...place, token, action: 'status', timeoutMs: 2000 });
    if (typeof answer !== 'object' || answer === null || !('version' in answer)) throw new Error('no status');
    const { version, address, phase } = answer;
    return { kind: 'runs', server: { version: `${version}`, address: `${address}`, phase: `${phase}` } };
  } catch (error) {
    return error instanceof NoServerError || !existsSync(tokenPath(stateFolder))
      ? { kind: 'none' }
      : { kind: 'other', why: errorText(error) };
  }
}
