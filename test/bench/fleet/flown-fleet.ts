/** A server in this process, a fleet of real clients in others, and the show that they fly together. Measures; judges nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import type { CommandResult } from '../../../server/fleet/drone-record.js';
import { type RunningServer, startServer } from '../../../server/main.js';
import { until } from '../../support/until.js';
import type { Child } from './child.js';
import { openFleets, openLinks, type Plan, readPlan } from './fleet-parts.js';
import type { FleetOrders } from './fleet-process.js';
import { eastMPerS, writeLineShow } from './line-show.js';
import type { LinksOrders } from './links-process.js';
import { monotonicZeroMs } from './true-time.js';

export type FleetOptions = {
  readonly drones: number;
  /** Over how many processes they are spread. */
  readonly processes: number;
  /** Wrong clocks at the end of bad links; else the machine's own clock and plain loopback. */
  readonly isBad: boolean;
  /** How long the show flies east, s. */
  readonly lengthS: number;
};

/** How a start went, by true time: ms after the planned moment, and what the drone said of the server's clock then. */
export type StartOfDrone = {
  readonly id: string;
  readonly startErrorMs: number;
  /** The server's time of that moment as the drone has it, less what it was; and its own ±. */
  readonly offsetErrorMs: number;
  readonly uncertaintyMs: number;
};

/** Short, so that ten pauses do not take a minute. */
export const pauseRampS = 0.5;

const startDelayS = 10;
const authorizedS = 600;
const wayTimeoutMs = 60_000;

export class FlownFleet {
  readonly #server: RunningServer;
  readonly #fleets: readonly Child<FleetOrders>[];
  readonly #links: Child<LinksOrders> | undefined;
  readonly #folder: string;
  readonly #plan: Plan;
  readonly drones: number;
  #startUtcMs = 0;

  private constructor(made: Made) {
    this.#server = made.server;
    this.#fleets = made.fleets;
    this.#links = made.links;
    this.#folder = made.folder;
    this.#plan = made.plan;
    this.drones = made.drones;
  }

  /** Resolves when every drone is connected. */
  static async open(options: FleetOptions): Promise<FlownFleet> {
    const folder = await mkdtemp(join(tmpdir(), 'starling-bench-'));
    const showPath = join(folder, 'line');
    await writeLineShow(showPath, options);
    const configPath = join(folder, 'server.ini');
    await writeFile(configPath, `[SHOW]\nyaw = show\npause_ramp = ${pauseRampS}\n`);
    const clock = new SystemClock();
    const server = await startServer({
      ...{ clock, version: 'bench', stateFolder: join(folder, 'server'), configPath, showPath },
      ...{
        isHeadless: true,
        port: 0,
        bind: '127.0.0.1',
        controlPort: 0,
        isDiscoverable: false,
        isOpen: true,
      },
    });
    const links = options.isBad ? await openLinks(server.dronePort, options.drones) : undefined;
    const direct = { host: '127.0.0.1', port: server.dronePort };
    const members = Array.from({ length: options.drones }, (_, index) => {
      const link = links?.ways[index];
      return { number: index + 1, server: link ?? direct, ...(link && { skewSeed: index + 1 }) };
    });
    const fleets = await openFleets(members, options.processes, folder);
    const plan = await readPlan(showPath);
    const fleet = new FlownFleet({
      server,
      fleets,
      links: links?.child,
      folder,
      plan,
      drones: options.drones,
    });
    await fleet.#allThere().catch(async (error: unknown) => {
      await fleet.close();
      throw error;
    });
    return fleet;
  }

  /** Uploads, waits until every drone is ready, authorizes and starts; resolves with the true moment of the first setpoint. */
  async start(): Promise<number> {
    const { operations } = this.#server.facade;
    const ids = this.#ids;
    expectOk(await operations.upload(ids));
    const waiting = () => this.#views().filter(({ isReady }) => !isReady);
    await until(
      () => waiting().length === 0,
      wayTimeoutMs,
      () => JSON.stringify(waiting()[0]?.blockers),
    );
    expectOk(
      await operations.authorize(ids, { scope: 'live', validS: authorizedS, override: 'nobody flies this' }),
    );
    expectOk(await operations.start(ids, { delayS: startDelayS }));
    const { phase } = this.#server.facade.snapshot();
    if (phase.phase !== 'countdown') throw new Error(`the show is ${phase.phase}, not counting down`);
    this.#startUtcMs = phase.startUtcMs;
    return phase.startUtcMs - this.#utcMinusTrueMs() + this.#plan.firstSetpointS * 1000;
  }

  /** Of the start; a drone that sent nothing of the show is not in it. */
  async starts(): Promise<StartOfDrone[]> {
    const utcMinusTrueMs = this.#utcMinusTrueMs();
    const plannedMs = this.#startUtcMs - utcMinusTrueMs + this.#plan.firstSetpointS * 1000;
    const sent = (
      await Promise.all(this.#fleets.map((fleet) => fleet.ask('firstSetpoints', undefined)))
    ).flat();
    const starts = sent.map(async ([id, atMs]): Promise<StartOfDrone | undefined> => {
      const report = (await this.#server.facade.ask(id, 'flight_report')) as Record<string, number | null>;
      const { firstSetpointS, clockUncertaintyMs } = report;
      if (atMs === undefined || firstSetpointS == null) return undefined;
      return {
        id,
        startErrorMs: atMs - plannedMs,
        offsetErrorMs: firstSetpointS * 1000 - atMs - utcMinusTrueMs,
        uncertaintyMs: clockUncertaintyMs ?? Number.POSITIVE_INFINITY,
      };
    });
    return (await Promise.all(starts)).filter((start) => start !== undefined);
  }

  /** From the first drone's first setpoint to the last one's, in each process: ms, and ms of CPU time. */
  rushes(): Promise<{ readonly wallMs: number; readonly cpuMs: number }[]> {
    return Promise.all(this.#fleets.map((fleet) => fleet.ask('rush', undefined)));
  }

  /** Lateness of as many plain timers, due at one true moment, spread over the same processes, ms. */
  async bareTimers(count: number, dueMs: number): Promise<number[]> {
    const each = { count: Math.round(count / this.#fleets.length), dueMs };
    return (await Promise.all(this.#fleets.map((fleet) => fleet.ask('bareTimers', each)))).flat();
  }

  /** Show time of each drone at a true moment that is over, less the server's own, ms; pauses make all of them late. */
  async showErrorsMs(atMs: number): Promise<Map<string, number>> {
    const showS = (atMs + this.#utcMinusTrueMs() - this.#startUtcMs) / 1000;
    const east = (await Promise.all(this.#fleets.map((fleet) => fleet.ask('eastAtM', atMs)))).flat();
    return new Map(
      east.flatMap(([id, eastM]) =>
        eastM === undefined ? [] : [[id, (eastM / eastMPerS + this.#plan.eastBeginsS - showS) * 1000]],
      ),
    );
  }

  async pause(): Promise<void> {
    expectOk(await this.#server.facade.operations.pause(this.#ids));
  }

  async resume(): Promise<void> {
    expectOk(await this.#server.facade.operations.resume(this.#ids));
  }

  /** The server is gone from all bad links, or back. */
  async vanish(isDown: boolean): Promise<void> {
    await this.#links?.ask('vanish', isDown);
  }

  /** The first things that the clients warned of. */
  async warnings(): Promise<string[]> {
    return (await Promise.all(this.#fleets.map((fleet) => fleet.ask('warnings', undefined)))).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#fleets.map((fleet) => fleet.end()));
    await this.#links?.end();
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #allThere(): Promise<void> {
    const there = () => this.#views().filter(({ record }) => record.isConnected && record.software);
    await until(
      () => there().length === this.drones,
      wayTimeoutMs,
      () => `${there().length} connected`,
    );
  }

  get #ids(): string[] {
    return this.#views().map(({ record }) => record.id);
  }

  /** Who came to ask for the port of NTP is in the table too. */
  #views() {
    return this.#server.facade.snapshot().drones.filter(({ record }) => record.id.startsWith('drone-'));
  }

  /** By the clock that the server tells the drones. */
  #utcMinusTrueMs(): number {
    const { utcMs, monotonicMs } = this.#server.facade.snapshot();
    return utcMs - monotonicMs - monotonicZeroMs();
  }
}

type Made = {
  readonly server: RunningServer;
  readonly fleets: readonly Child<FleetOrders>[];
  readonly links: Child<LinksOrders> | undefined;
  readonly folder: string;
  readonly plan: Plan;
  readonly drones: number;
};

function expectOk(results: readonly CommandResult[]): void {
  const failed = results.find(({ ok }) => !ok);
  if (failed) throw new Error(`${failed.id}: ${failed.message ?? failed.code}`);
}
