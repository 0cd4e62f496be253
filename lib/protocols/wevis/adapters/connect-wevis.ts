/** Opens the connection of a wevis client, and reads its definitions from a file. Knows sockets and files. */
import { readFile } from 'node:fs/promises';
import { ConfigError, errorText } from '../../../errors.js';
import { SystemClock } from '../../../time/adapters/system-clock.js';
import type { Clock } from '../../../time/clock.js';
import { type ClientTls, openTcp } from '../../adapters/open-tcp.js';
import { type WaitOptions, WevisClient, type WevisClientOptions } from '../client.js';
import type { MessageSchema } from '../definitions.js';
import { readWevisDefinitions, WevisDefinitions } from '../message-list.js';

/** Port of a wevis server unless told otherwise. Source: wevis 0.0.4. */
export const defaultWevisPort = 12121;

/** Time to connect and log in unless told otherwise, ms. */
const defaultTimeoutMs = 5000;

export type ConnectWevisOptions = Omit<WevisClientOptions, 'definitions' | 'clock'> &
  WaitOptions & {
    readonly host: string;
    /** Default 12121. */
    readonly port?: number;
    /** TLS, with Node's own options: `{ ca: certificate }` trusts a server that signed its certificate itself. */
    readonly tls?: ClientTls;
    /** As text, as an object, or read already; the same, in the same order, as the server's. */
    readonly definitions: string | MessageSchema | WevisDefinitions;
    readonly clock?: Clock;
  };

/**
 * Connects over TCP or TLS and logs in, in `timeoutMs` (default 5,000) altogether.
 * @throws DisconnectedError when nobody serves there; ConfigError for wrong definitions; otherwise as `WevisClient.login`.
 */
export async function connectWevis(options: ConnectWevisOptions): Promise<WevisClient> {
  const { clock = new SystemClock(), timeoutMs = defaultTimeoutMs } = options;
  const definitions =
    options.definitions instanceof WevisDefinitions
      ? options.definitions
      : readWevisDefinitions(options.definitions);
  const startedMs = clock.monotonicMs();
  const { host, port = defaultWevisPort, signal, tls } = options;
  const socket = await openTcp({ host, port, clock, timeoutMs, signal, tls });
  const leftMs = timeoutMs - (clock.monotonicMs() - startedMs);
  return WevisClient.login(socket, { ...options, definitions, clock, timeoutMs: leftMs });
}

/**
 * Definitions from a file.
 * @throws ConfigError that names file, line and what is expected, or why the file can not be read.
 */
export async function readWevisFile(path: string): Promise<WevisDefinitions> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${path} can not be read: ${errorText(cause)}`, { cause });
  }
  return readWevisDefinitions(text, path);
}
