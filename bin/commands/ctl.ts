/** `starling ctl`: commands a running server through its control port. */
import { resolve } from 'node:path';
import { errorCode, errorText } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { defaultStateFolder, readToken, tokenPath } from '../../lib/protocols/tpp/adapters/token-file.js';

export type CtlCommandOptions = {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly delay?: number;
  readonly scope?: string;
  readonly minutes?: number;
  readonly override?: string;
  readonly by?: string;
  readonly tokenFile?: string;
  readonly host: string;
  readonly port: number;
};

const wrongCall = 2;
const noServer = 3;

/** Asks, prints, and gives the exit code: 0 all done, 1 some failed, 2 wrong call, 3 no server. */
export async function runCtlCommand(
  action: string,
  ids: readonly string[],
  options: CtlCommandOptions,
): Promise<number> {
  const { all = false, json = false, host, port, tokenFile, ...arguments_ } = options;
  const path = tokenFile ?? tokenPath(defaultStateFolder(process.env));
  const writeError = lineWriter(2, 'starling ctl');
  const token = await findToken(path).catch((error: unknown) => {
    writeError(errorText(error));
    return undefined;
  });
  if (token === undefined) return options.tokenFile === undefined ? noServer : wrongCall;
  const aborter = new AbortController();
  process.once('SIGINT', () => aborter.abort());
  return runCtl({
    // The server may have been started in another folder.
    ...{
      action,
      ids: action === 'load' ? ids.map((id) => resolve(id)) : ids,
      all,
      json,
      host,
      port,
      token,
      writeError,
    },
    ...arguments_,
    write: lineWriter(1),
    signal: aborter.signal,
  });
}

async function findToken(path: string): Promise<string> {
  try {
    return await readToken(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new Error(
      `there is no token at ${path}: no server was started by this user on this machine; ` +
        'start one, or name its token with --token-file',
      { cause: error },
    );
  }
}
