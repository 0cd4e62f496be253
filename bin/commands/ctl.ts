/** `starling ctl`: commands a running server through its control port. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode, errorText, UsageError } from '../../lib/errors.js';
import { isThisMachine } from '../../lib/host-port.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { defaultStateFolder, readToken, tokenPath } from '../../lib/protocols/tpp/adapters/token-file.js';
import { readPassword } from './read-password.js';

export type CtlCommandOptions = {
  readonly all?: boolean;
  readonly json?: boolean;
  /** s between two questions; `true` for the default. */
  readonly watch?: string | true;
  /** Arguments of operations by name, as they were typed. */
  readonly options: { readonly [name: string]: string | true };
  readonly tokenFile?: string;
  /** Says who asks, with a password, in the token's place. */
  readonly user?: string;
  readonly passwordStdin?: boolean;
  /** Of `stream`: names of event types, commas between. */
  readonly events?: string;
  /** TLS with the server's certificate. */
  readonly tls?: boolean;
  /** File of whoever is trusted to have signed it. */
  readonly ca?: string;
  readonly host: string;
  readonly port: number;
};

const wrongCall = 2;
const noServer = 3;

/** How often `--watch` asks, s. */
const defaultWatchS = 1;
const leastWatchS = 0.2;

/** Asks, prints, and gives the exit code: 0 all done, 1 some failed, 2 wrong call, 3 no server. */
export async function runCtlCommand(
  action: string,
  words: readonly string[],
  options: CtlCommandOptions,
): Promise<number> {
  const { all = false, json = false, host, port, tokenFile, user, passwordStdin, watch, events } = options;
  const writeError = lineWriter(2, 'starling ctl');
  const tls = await readTls(options);
  const isTokenNeeded = user === undefined || tokenFile !== undefined || !(tls || isThisMachine(host));
  const token = isTokenNeeded ? await findToken(options, writeError) : undefined;
  if (isTokenNeeded && token === undefined) return tokenFile === undefined ? noServer : wrongCall;
  if (user === undefined && passwordStdin) throw new UsageError('--password-stdin goes with --user');
  const prompt = { isStdin: passwordStdin ?? false, isNew: false, prompt: `password of ${user}` };
  const person = user === undefined ? undefined : { name: user, password: await readPassword(prompt) };
  const aborter = new AbortController();
  process.once('SIGINT', () => aborter.abort());
  return runCtl({
    // The server may have been started in another folder.
    resolvePath: resolve,
    ...{ action, words, all, json, host, port, token, user: person, writeError, tls, events },
    options: options.options,
    ...(watch !== undefined && { watchS: readWatch(watch) }),
    write: lineWriter(1),
    signal: aborter.signal,
  });
}

/** @throws UsageError when the file of --ca can not be read, or there is no --tls. */
async function readTls({
  tls,
  ca,
}: CtlCommandOptions): Promise<{ readonly ca: string | undefined } | undefined> {
  if (!tls && ca !== undefined) throw new UsageError('--ca goes with --tls');
  if (!tls || ca === undefined) return tls ? { ca } : undefined;
  try {
    return { ca: await readFile(ca, 'utf8') };
  } catch (error) {
    throw new UsageError(`--ca: ${ca} can not be read: ${errorText(error)}`);
  }
}

/** @throws UsageError */
function readWatch(text: string | true): number {
  const seconds = text === true ? defaultWatchS : Number(text);
  if (seconds >= leastWatchS && seconds <= 3600) return seconds;
  throw new UsageError(`--watch takes seconds from ${leastWatchS} to 3600, not "${text}"`);
}

/** Undefined when there is none, or none that can be used; why is told then. */
async function findToken(
  { tokenFile }: CtlCommandOptions,
  writeError: (line: string) => void,
): Promise<string | undefined> {
  const path = tokenFile ?? tokenPath(defaultStateFolder(process.env));
  try {
    return await readToken(path);
  } catch (error) {
    writeError(errorCode(error) === 'ENOENT' ? noTokenAt(path) : errorText(error));
    return undefined;
  }
}

function noTokenAt(path: string): string {
  return `there is no token at ${path}: no server was started by this user on this machine; start one, or name its token with --token-file`;
}
