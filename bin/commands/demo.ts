/** `starling demo`: server, simulated fleet and sample show on this machine; flown from the panel or by itself. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SimulatorLink } from '../../drone-client/simulator/adapters/linked-simulator.js';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Cancel } from '../../lib/time/clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { formatSummary, hasFlownAndLanded } from '../../server/show-control/flight-summary.js';
import { assignByPlace, flyShow } from '../../server/show-control/fly-show.js';
import { answerWhenHeld } from '../rehearsal/held-answer.js';
import { version } from '../version.js';
import { startDemoFleet } from './demo-fleet.js';
import { readFaults } from './read-faults.js';
import { smallestShow } from './sample-show.js';
import { untilShutdown } from './shutdown.js';

export type DemoCommandOptions = {
  /** Default: as many as the show has, 5 without one. */
  readonly drones?: number;
  /** A show of any format instead of a sample. */
  readonly show?: string;
  readonly seed: number;
  readonly headless?: boolean;
  readonly json?: boolean;
  readonly port?: number;
  readonly link: SimulatorLink;
  readonly autopilot: 'px4' | 'ardupilot';
  /** File of what goes wrong. */
  readonly faults?: string;
  readonly config?: string;
  readonly gateways?: string;
  /** An empty folder, or one to be made, where all that server and drones write stays. */
  readonly state?: string;
};

/** More than any show has. */
const maxDrones = 5000;

/** How many drones fly where nobody says. */
const sampleDrones = 5;

/** A landing from the height of a show, ms. */
const settleMs = 20_000;

/** Time for the countdown: the drones get to know the moment well before it. */
const startDelayS = 5;

/** Runs the demo; gives the exit code: 0 only when every drone flew and landed, or the panel was left. */
export async function runDemo(options: DemoCommandOptions): Promise<number> {
  if (options.json && !options.headless) throw new UsageError('--json goes with --headless');
  const { faults, drones } = options;
  await readFaults({
    ...(faults !== undefined && { faults }),
    drones: drones ?? (options.show === undefined ? sampleDrones : maxDrones),
  });
  const isHeadless = options.headless ?? !(process.stdin.isTTY && process.stdout.isTTY);
  const showPath = options.show ?? (await smallestShow(options.drones ?? sampleDrones));
  const stateFolder = await folderFor(options.state);
  const clock = new SystemClock();
  const server = await startServer({
    clock,
    version,
    stateFolder,
    isHeadless,
    port: options.port ?? 0,
    bind: '127.0.0.1',
    controlPort: 0,
    isDiscoverable: false,
    showPath,
    ...(options.config !== undefined && { configPath: options.config }),
    ...(options.gateways !== undefined && { gateways: options.gateways }),
  });
  const slots = server.facade.snapshot().show?.slots.length ?? sampleDrones;
  const count = options.drones ?? (options.show === undefined ? sampleDrones : slots);
  const fleet = startDemoFleet(
    fleetArgs(options, { count, port: server.dronePort, stateFolder }),
    stateFolder,
  );
  const aborter = new AbortController();
  const { signal } = aborter;
  try {
    const seated = assignByPlace({ clock, server: server.facade, count, signal });
    const over = isHeadless
      ? flyAndReport(options, server, { clock, signal, count, slots, seated })
      : untilPanelEnds(server);
    return await Promise.race([over, fleet.failed]);
  } finally {
    aborter.abort();
    await fleet.end();
    await server.close();
    if (options.state === undefined) await rm(stateFolder, { recursive: true, force: true });
  }
}

/** @throws UsageError for a folder with something in it: a real server may live there. */
async function folderFor(state: string | undefined): Promise<string> {
  if (state === undefined) return mkdtemp(join(tmpdir(), 'starling-demo-'));
  await mkdir(state, { recursive: true });
  if ((await readdir(state)).length > 0)
    throw new UsageError(`--state ${state}: there is something in this folder: name an empty one`);
  return resolve(state);
}

type Flight = {
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
  readonly count: number;
  /** Of the show: more drones than that stay on the ground. */
  readonly slots: number;
  readonly seated: Promise<void>;
};

async function flyAndReport(
  options: DemoCommandOptions,
  server: RunningServer,
  { clock, signal, count, slots, seated }: Flight,
): Promise<number> {
  const say = lineWriter(2);
  say(`control port: starling ctl list --port ${server.controlPort} --token-file ${server.tokenPath}`);
  let hasEnded = false;
  const flight = flyShow({
    ...{ clock, server: server.facade, count, seated, startDelayS, signal, settleMs },
    say: (line) => !hasEnded && say(line),
  });
  const stopAnswering = answerForNobody(server, clock, say);
  const shutdown = untilShutdown({
    say,
    flying: () => server.armedIds(),
    consequence: 'The simulated fleet ends with the demo.',
  });
  const summary = await Promise.race([flight, shutdown]).finally(stopAnswering);
  if (typeof summary === 'string') {
    hasEnded = true;
    say(`ended by ${summary} before the show was over`);
    return 1;
  }
  const lines = options.json ? [JSON.stringify(summary)] : formatSummary(summary);
  const write = lineWriter(1);
  for (const line of lines) write(line);
  return summary.drones.length >= Math.min(count, slots) && summary.drones.every(hasFlownAndLanded) ? 0 : 1;
}

/** Nobody is there whom the server could ask: a fleet that it holds is landed after a while. */
function answerForNobody(server: RunningServer, clock: SystemClock, say: (line: string) => void): Cancel {
  const { facade } = server;
  return answerWhenHeld({
    ...{ clock, answer: 'land', held: () => facade.snapshot().oversight?.held },
    onHeld: ({ reasons }) => say(`the server holds the show: ${reasons[0]}`),
    give(answer) {
      say('nobody is there to be asked: all are landed');
      void facade.operate({ name: answer, ids: facade.ids(), given: {}, by: 'unattended' });
    },
  });
}

async function untilPanelEnds(server: RunningServer): Promise<number> {
  const shutdown = untilShutdown({ say: () => undefined, flying: () => [], consequence: '' });
  await Promise.race([server.ended, shutdown]);
  return 0;
}

function fleetArgs(
  { seed, link, autopilot, faults }: DemoCommandOptions,
  server: { readonly count: number; readonly port: number; readonly stateFolder: string },
): string[] {
  return [
    ...['--drones', String(server.count), '--seed', String(seed)],
    ...['--server', `127.0.0.1:${server.port}`, '--fleet', server.stateFolder],
    ...['--link', link, '--autopilot', autopilot],
    ...(faults === undefined ? [] : ['--faults', faults]),
  ];
}
