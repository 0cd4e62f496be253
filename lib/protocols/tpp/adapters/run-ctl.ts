/** `starling ctl` without its command line: asks a running server, prints the answer, gives the exit code. */
import { CancelledError, errorText, UsageError } from '../../../errors.js';
import { isThisMachine } from '../../../host-port.js';
import { type OperationName, operations } from '../../../operations/catalogue.js';
import { SystemClock } from '../../../time/adapters/system-clock.js';
import type { Clock } from '../../../time/clock.js';
import type { TppJson } from '../codec.js';
import { type CtlCall, readCtlCall, readCtlEvents } from '../ctl-call.js';
import {
  ctlExitCodes,
  exitCodeOf,
  formatCommand,
  formatGroups,
  formatList,
  formatLoad,
  formatSettings,
  formatStatus,
  formatTelemetry,
  formatVisitors,
  readResults,
} from '../ctl-format.js';
import { NoServerError } from '../errors.js';
import { formatAlerts, formatChecklist, formatPolicy } from '../format-oversight.js';
import { formatSoftware } from '../format-software.js';
import { streamAction, type TppPassword } from '../messages.js';
import { request, subscribe, type TppCall, type TppTls } from './tpp-client.js';

/** How long the acknowledgement of a stream of events may take, ms. */
const eventsTimeoutMs = 10_000;

export type RunCtlOptions = CtlCall & {
  /** A question is asked again after so many s, until `signal`; each answer is told from the last by a line of its time. */
  readonly watchS?: number;
  /** Prints answers as JSON, one line each. */
  readonly json?: boolean;
  /** Of `stream`: names of event types, commas between; they are printed as JSON in any case. */
  readonly events?: string | undefined;
  /** Says who asks unless `user` does, and opens TLS to any host but this machine where there is no `tls`. */
  readonly token?: string | undefined;
  /** Says who asks, in the token's place. */
  readonly user?: TppPassword | undefined;
  /** TLS with the server's certificate; `ca` (PEM): who is trusted to have signed it. */
  readonly tls?: { readonly ca: string | undefined } | undefined;
  readonly host: string;
  readonly port: number;
  /** Takes a line of the answer (stdout). */
  readonly write: (line: string) => void;
  /** Takes a line that says what went wrong (stderr); `write` when absent. */
  readonly writeError?: (line: string) => void;
  /** Ends a stream of telemetry (exit code 0), or gives up waiting for an answer (1). */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
};

/** Runs one action: 0 done, 1 failed, 2 called wrongly, 3 no server. Never rejects for what the server does. */
export async function runCtl(options: RunCtlOptions): Promise<number> {
  try {
    if (options.action === streamAction) return await followEvents(options);
    if (options.events !== undefined) throw new UsageError(`--events goes with ${streamAction}`);
    const { action, body } = readCtlCall(options);
    const { answerTimeoutMs: timeoutMs, kind } = operations[action];
    const call = { ...placeOf(options), action, body, timeoutMs };
    if (kind === 'stream') return await follow(call, options);
    if (options.watchS !== undefined) return await watch(call, action, options);
    return print(action, await request(call), options);
  } catch (error) {
    return explain(error, options);
  }
}

/** Where the server is, and who asks. @throws UsageError as `credentialsOf`. */
function placeOf(options: RunCtlOptions): Omit<TppCall, 'action' | 'body' | 'timeoutMs'> {
  const { host, port, signal, clock = new SystemClock() } = options;
  return { clock, host, port, ...credentialsOf(options), ...(signal && { signal }) };
}

/** @throws UsageError when nothing says who asks, or nothing opens the way there. */
function credentialsOf({ token, user, host, tls }: RunCtlOptions): Pick<TppCall, 'token' | 'tls'> {
  const shown = user ?? token;
  if (shown === undefined) throw new UsageError('give a token (--token-file) or a name (--user)');
  if (tls) return { token: shown, tls: { kind: 'certificate', ca: tls.ca } satisfies TppTls };
  if (isThisMachine(host)) return { token: shown };
  if (token === undefined)
    throw new UsageError(
      `${host} is reached in TLS with the key of a token: give one with --token-file, or --tls for the server's certificate`,
    );
  return { token: shown, tls: { kind: 'token', token } };
}

/** @throws UsageError */
async function followEvents(options: RunCtlOptions): Promise<number> {
  const { words = [], all = false, events } = options;
  if (all && words.length > 0) throw new UsageError('give drones or --all, not both');
  const [other] = Object.keys(options.options ?? {});
  if (other !== undefined) throw new UsageError(`--${other} does not go with ${streamAction}`);
  const body = readCtlEvents({ events, words });
  const call = { ...placeOf(options), action: streamAction, body, timeoutMs: eventsTimeoutMs };
  return follow(call, { ...options, json: true });
}

function print(action: OperationName, answer: TppJson, { json, write }: RunCtlOptions): number {
  const results = operations[action].kind === 'command' ? readResults(answer) : undefined;
  if (json) write(JSON.stringify(answer));
  else for (const line of linesOf(action, answer)) write(line);
  return results ? exitCodeOf(results, operations[action].target) : ctlExitCodes.done;
}

function linesOf(action: OperationName, answer: TppJson): string[] {
  if (action === 'list') return formatList(answer);
  if (action === 'status') return formatStatus(answer);
  if (action === 'groups') return formatGroups(answer);
  if (action === 'visitors') return formatVisitors(answer);
  if (action === 'settings') return formatSettings(answer);
  if (action === 'alerts') return formatAlerts(answer);
  if (action === 'checklist') return formatChecklist(answer);
  if (action === 'policy') return formatPolicy(answer);
  if (action === 'load') return formatLoad(answer);
  if (action === 'software') return formatSoftware(answer);
  return formatCommand(answer, operations[action].target, action === 'update_software');
}

async function follow(call: TppCall, { json, write }: RunCtlOptions): Promise<number> {
  try {
    for await (const pushed of subscribe(call))
      write(json ? JSON.stringify(pushed) : formatTelemetry(pushed));
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  }
  return ctlExitCodes.done;
}

/** @throws UsageError for what is no question. */
async function watch(call: TppCall, action: OperationName, options: RunCtlOptions): Promise<number> {
  const { watchS = 1, signal, json, write, clock = new SystemClock() } = options;
  if (operations[action].kind !== 'query' || action === 'load')
    throw new UsageError('--watch goes with questions: list, status');
  while (!signal?.aborted) {
    const answer = await request(call).catch((error: unknown) => {
      if (error instanceof CancelledError) return undefined;
      throw error;
    });
    if (answer === undefined) break;
    if (!json) write(`--- ${new Date(clock.utcMs()).toISOString()}`);
    print(action, answer, options);
    await pause(clock, watchS * 1000, signal);
  }
  return ctlExitCodes.done;
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done() {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}

function explain(error: unknown, { write, writeError = write }: RunCtlOptions): number {
  writeError(errorText(error));
  if (error instanceof UsageError) return ctlExitCodes.wrongCall;
  return error instanceof NoServerError ? ctlExitCodes.noServer : ctlExitCodes.failed;
}
