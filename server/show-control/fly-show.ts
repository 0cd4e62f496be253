/** A whole show without an operator: wait for the fleet, upload, wait for readiness, start, follow to the landing. */
import { CancelledError, errorText, StarlingError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { Call, DroneView, ServerFacade } from '../snapshot.js';
import {
  type DroneSummary,
  type FlightSummary,
  noReport,
  readFlightReport,
  summarizeFlight,
} from './flight-summary.js';

export type FlyShowOptions = {
  readonly clock: Clock;
  readonly server: ServerFacade & { ask(id: string, name: string): Promise<unknown> };
  /** How many drones shall take part. */
  readonly count: number;
  readonly startDelayS: number;
  /** Told each step, as a line for people. */
  readonly say: (line: string) => void;
  /** Ends the waiting; the drones are not told. */
  readonly signal?: AbortSignal;
  /** Drones that were landed early may be in the air when the show is over: they are waited for so long at most, ms; default 0. */
  readonly settleMs?: number;
  /** Waited for before anything is sent: every drone has its slot then. */
  readonly seated?: Promise<void>;
};

const pollMs = 200;

/** Longer than the way from here to the start, s. */
const authorizedS = 120;
const connectTimeoutMs = 30_000;
const readyTimeoutMs = 40_000;

/** Landing, disarming and the last telemetry after the show's own end, ms. */
const landingTimeoutMs = 45_000;

/**
 * Flies the loaded show with the drones that appear.
 * @throws StarlingError `not_flown` with the reason when the fleet does not come, a file does not arrive, drones do
 * not get ready, or a start is refused; CancelledError when `signal` is aborted. What drones do after the start is in the
 * summary, not an error.
 */
export async function flyShow(options: FlyShowOptions): Promise<FlightSummary> {
  const { server, startDelayS, say } = options;
  const present = await awaitFleet(options);
  say(`${present.length} drones connected: ${present.join(', ')}`);
  await options.seated;
  const ids = seatedOf(options, present);
  expectAllOk('upload', await command(server, { name: 'upload', ids }));
  say('every drone holds its file of the show');
  await awaitReady(options, ids);
  const authorized = await command(server, {
    name: 'authorize',
    ids,
    given: {
      scope: 'live',
      minutes: authorizedS / 60,
    },
  });
  expectAllOk('authorize', authorized);
  say(`all ready; the show starts in ${startDelayS} s`);
  const started = await command(server, { name: 'start', ids, given: { delay: startDelayS } });
  if (started.some(({ ok }) => !ok)) await command(server, { name: 'stop', ids });
  expectAllOk('start', started);
  await followToLanding(options);
  await awaitDown(options, ids);
  return summarizeFlight(server.snapshot().show?.name ?? '', await collectReports(options, ids));
}

type AssignByPlaceOptions = Pick<FlyShowOptions, 'clock' | 'server' | 'count' | 'signal'>;

/**
 * Once the fleet is there and knows where it stands: gives drones that have no slot by their name one by their place.
 * Ends without doing so when `signal` is aborted; a show whose slots are called as the drones are is left alone.
 */
export async function assignByPlace(options: AssignByPlaceOptions): Promise<void> {
  const { server, count, signal } = options;
  const known = () =>
    server
      .snapshot()
      .drones.filter(({ record }) => Array.isArray(record.telemetry.current_position) && record.isConnected);
  const sleep = () => new Promise<void>((resolve) => options.clock.after(pollMs, resolve));
  while (known().length < count) {
    if (signal?.aborted) return;
    await sleep();
  }
  const drones = known();
  const slots = new Set(drones.map(({ slot }) => slot));
  const isEmpty = server.snapshot().show?.slots.some((slot) => !slots.has(slot)) ?? false;
  if (!slots.has(undefined) || !isEmpty) return;
  const ids = drones.map(({ record }) => record.id);
  await command(server, { name: 'assign', ids, given: { by: 'places' } });
}

/** As an operator would, on record. */
async function command(
  server: Pick<ServerFacade, 'operate'>,
  { given = {}, ...call }: Pick<Call, 'name' | 'ids'> & Partial<Pick<Call, 'given'>>,
): Promise<readonly CommandResult[]> {
  return (await server.operate({ ...call, given, by: 'unattended' })).results;
}

async function awaitFleet(options: FlyShowOptions): Promise<string[]> {
  const connected = () =>
    options.server.snapshot().drones.filter(({ record }) => record.isConnected && record.software);
  const isThere = () => connected().length >= options.count;
  await poll(
    options,
    isThere,
    connectTimeoutMs,
    () => `${connected().length} of ${options.count} drones connected`,
  );
  return connected().map(({ record }) => record.id);
}

/** Those that fly; the others are spares, and a slot without a drone is not flown: both are told. */
function seatedOf(options: FlyShowOptions, present: readonly string[]): string[] {
  const drones = views(options, present);
  const seated = drones.filter(({ slot }) => slot !== undefined).map(({ record }) => record.id);
  const spares = present.filter((id) => !seated.includes(id));
  const taken = new Set(drones.map(({ slot }) => slot));
  const empty = (options.server.snapshot().show?.slots ?? []).filter((slot) => !taken.has(slot));
  if (spares.length > 0) options.say(`without a slot, and so on the ground: ${spares.join(', ')}`);
  if (empty.length > 0) options.say(`without a drone, and so not flown: ${empty.join(', ')}`);
  if (seated.length === 0)
    throw new StarlingError('not_flown', 'no drone has a slot of the show: assign them');
  return seated;
}

async function awaitReady(options: FlyShowOptions, ids: readonly string[]): Promise<void> {
  const waiting = () => views(options, ids).filter((view) => !view.isReady);
  const reason = () =>
    waiting().map(({ record, blockers }) => `${record.id}: ${blockers[0]?.text ?? 'not ready'}`);
  await poll(
    options,
    () => waiting().length === 0,
    readyTimeoutMs,
    () => reason().join('\n'),
  );
}

async function followToLanding(options: FlyShowOptions): Promise<void> {
  const { server, say, clock } = options;
  const { phase, show } = server.snapshot();
  const startUtcMs = phase.phase === 'idle' ? clock.utcMs() : phase.startUtcMs;
  const lengthMs = (show?.durationS ?? 0) * 1000 + startUtcMs - clock.utcMs();
  let last = '';
  const isOver = () => {
    const { phase: now, drones } = server.snapshot();
    const line = `${now.phase}: ${drones.filter(({ isArmed }) => isArmed).length} armed`;
    if (line !== last) say(line);
    last = line;
    return now.phase === 'idle';
  };
  await poll(options, isOver, lengthMs + landingTimeoutMs, () => 'the show did not come to an end').catch(
    (error: unknown) => {
      if (error instanceof CancelledError) throw error;
      say(errorText(error));
    },
  );
}

/** Whoever does not come down in time is told by its own report. */
async function awaitDown(options: FlyShowOptions, ids: readonly string[]): Promise<void> {
  const { clock, settleMs = 0, signal } = options;
  const untilMs = clock.monotonicMs() + settleMs;
  const isUp = () => views(options, ids).some(({ isArmed, record }) => isArmed && record.isConnected);
  while (isUp() && clock.monotonicMs() < untilMs && !signal?.aborted)
    await new Promise<void>((resolve) => clock.after(pollMs, resolve));
}

async function collectReports({ server }: FlyShowOptions, ids: readonly string[]): Promise<DroneSummary[]> {
  return Promise.all(
    ids.map(async (id) => {
      try {
        return { id, ...readFlightReport(await server.ask(id, 'flight_report')) };
      } catch (error) {
        return { id, ...noReport(errorText(error)) };
      }
    }),
  );
}

function views({ server }: FlyShowOptions, ids: readonly string[]): DroneView[] {
  return server.snapshot().drones.filter(({ record }) => ids.includes(record.id));
}

function expectAllOk(action: string, results: readonly CommandResult[]): void {
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  const reasons = failed.map(({ id, message, code }) => `${id}: ${message ?? code ?? 'failed'}`);
  throw new StarlingError('not_flown', `${action} failed:\n${reasons.join('\n')}`);
}

async function poll(
  { clock, signal }: FlyShowOptions,
  isDone: () => boolean,
  timeoutMs: number,
  reason: () => string,
): Promise<void> {
  const untilMs = clock.monotonicMs() + timeoutMs;
  while (!isDone()) {
    if (signal?.aborted) throw new CancelledError('show');
    if (clock.monotonicMs() >= untilMs) {
      throw new StarlingError('not_flown', `gave up after ${Math.round(timeoutMs / 1000)} s: ${reason()}`);
    }
    await new Promise<void>((resolve) => clock.after(pollMs, resolve));
  }
}
