/** One rehearsal: a fleet, its server and a show in one process, flown as fast as this machine can, the same for a seed. */
import { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { errorText } from '../../lib/errors.js';
import type { LinkConditions } from '../../lib/rehearsal/access-link.js';
import { type RunEnd, runVirtual } from '../../lib/rehearsal/adapters/run-virtual.js';
import { MemoryNetwork } from '../../lib/rehearsal/memory-network.js';
import { OwnClock } from '../../lib/rehearsal/own-clock.js';
import { Program } from '../../lib/rehearsal/program.js';
import { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import { VirtualClock } from '../../lib/rehearsal/virtual-clock.js';
import type { Cancel } from '../../lib/time/clock.js';
import type { FlightSummary } from '../../server/show-control/flight-summary.js';
import { assignByPlace, flyShow } from '../../server/show-control/fly-show.js';
import type { StoredShow } from '../../server/show-control/show-store.js';
import { isEnding, type OperatorAct, type PlannedFault } from './fault-plan.js';
import { runFaults, type ServerFault } from './fault-runner.js';
import { type FieldReport, FieldWatch } from './field-watch.js';
import { answerWhenHeld, type HeldAnswer } from './held-answer.js';
import { Journal } from './journal.js';
import { MemoryRecordings } from './memory-recordings.js';
import { NetworkFaults } from './network-faults.js';
import { RehearsedDrone } from './rehearsed-drone.js';
import { type RehearsedServer, startRehearsedServer } from './rehearsed-server.js';

export type RehearsalOptions = {
  readonly show: StoredShow;
  readonly drones: number;
  readonly seed: number;
  readonly faults?: readonly PlannedFault[];
  readonly autopilot?: 'px4' | 'ardupilot';
  /** Texts of configurations; default: none, and the simulated airframe's. */
  readonly serverIni?: string;
  readonly droneIni?: string;
  /** Of each drone; default: a good day. */
  readonly link?: LinkConditions;
  /** From the order to start until then; default 5 s. */
  readonly startDelayS?: number;
  /** What the operator says when the server holds the fleet and asks; default: `land`. */
  readonly whenHeld?: HeldAnswer;
  /** Whether the server's black box and the drones' flight logs are kept. */
  readonly isRecorded?: boolean;
  /** Times real time at most; default: as fast as this machine can. */
  readonly pace?: number;
  /** Of the field; default: 2 m/s, with gusts of 0.5 m/s. */
  readonly wind?: { readonly meanMPerS: number; readonly gustMPerS: number };
};

/** What was recorded. */
export type RehearsalRecord = {
  /** Of the server's black box: `SESSION/PART` → its bytes. */
  readonly recordings: ReadonlyMap<string, Uint8Array>;
  /** Drone → name → its bytes. */
  readonly flightLogs: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
};

/** The server held the fleet. */
type Held = { readonly atS: number; readonly why: string };

export type Rehearsal = {
  /** What happened, line by line: the same for the same seed. */
  readonly journal: readonly string[];
  /** What the drones say of their flights; undefined: the show was not flown, and the journal says why. */
  readonly summary: FlightSummary | undefined;
  /** Who still flew when the server held the show to be over. */
  readonly flyingWhenOver: readonly string[];
  /** What really became of them. */
  readonly field: FieldReport;
  readonly held: readonly Held[];
  readonly record: RehearsalRecord | undefined;
  readonly end: RunEnd;
  /** How long it lasted by its own clock, ms. */
  readonly lastedMs: number;
  /** Timers that ran. */
  readonly steps: number;
};

const version = 'rehearsal';

/** A field's Wi-Fi on a good day. */
const goodLink: LinkConditions = { latencyMs: 1.5, jitterMs: 2, lossFraction: 0.01, bytesPerS: 2_500_000 };

/** Of the simulated airframe: its rotors drag it along, its body does not. */
const simulatedAirframe = '[WIND]\nmomentum_drag = 0.2\nballistic_coefficient = 0\n';
const defaultWind = { meanMPerS: 2, gustMPerS: 0.5 };
const clockErrors = { utcMs: 500, driftPpm: 50 };

/** Longer than the fleet takes to gather, upload, count down and land beside the show itself, ms. */
const aroundTheShowMs = 180_000;
const defaultStartDelayS = 5;

/** Drones that fly on when the show is given up are waited for this long, ms. */
const landingMs = 60_000;

/** Until the server has heard that they stand, and the flight logs have ended, ms: 5 s after the motors. */
const lastWordsMs = 6000;

/** What goes wrong with drones is in the journal. @throws ConfigError for configurations that are wrong. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const clock = new VirtualClock();
  const field = new Field(options, clock);
  const untilMs = options.show.loaded.durationS * 1000 + aroundTheShowMs + landingMs + lastWordsMs;
  const flown = field.fly();
  let isDone = false;
  const noteEnd = () => {
    isDone = true;
  };
  flown.then(noteEnd, noteEnd);
  const { pace } = options;
  const end = await runVirtual({
    ...{ clock, isDone: () => isDone, untilMs },
    ...(pace !== undefined && { pace }),
  });
  const summary = end.why === 'done' ? await flown : undefined;
  if (end.why !== 'done') field.journal.note('field', `the rehearsal does not come to its end (${end.why})`);
  return {
    ...{ journal: field.journal.lines, summary, field: field.report, end },
    ...{ held: field.held, record: field.record },
    flyingWhenOver: field.flyingWhenOver,
    ...{ lastedMs: clock.monotonicMs(), steps: clock.steps },
  };
}

class Field {
  readonly journal: Journal;
  readonly #options: RehearsalOptions;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #computer: OwnClock;
  readonly #program: Program;
  readonly #server: RehearsedServer;
  readonly #onServer: (fault: ServerFault) => void;
  readonly #drones: readonly RehearsedDrone[];
  readonly #watch: FieldWatch;
  readonly #recordings: MemoryRecordings | undefined;
  readonly #held: Held[] = [];
  #flyingWhenOver: readonly string[] = [];

  constructor(options: RehearsalOptions, clock: VirtualClock) {
    this.#options = options;
    this.#clock = clock;
    this.journal = new Journal(clock);
    this.#random = new SeededRandom(options.seed);
    this.#computer = new OwnClock({ clock, uptimeMs: 0, utcErrorMs: 0, driftPpm: 0 });
    this.#program = new Program(this.#computer);
    const network = new MemoryNetwork({ clock, random: this.#random });
    const host = network.host('10.0.0.1');
    host.reach = this.#program.reach;
    const faults = new NetworkFaults(host.link, clock);
    this.#onServer = (fault) => this.#befallServer(fault, faults);
    this.#recordings = options.isRecorded ? new MemoryRecordings() : undefined;
    this.#server = startRehearsedServer({
      recordings: this.#recordings,
      ...{ clock: this.#program, journal: this.journal, version, show: options.show, host },
      ...{ ini: options.serverIni ?? '', random: this.#random.fork('server') },
    });
    this.#drones = this.#switchOn(network);
    this.#watch = new FieldWatch(clock, this.#drones, this.journal);
  }

  get flyingWhenOver(): readonly string[] {
    return this.#flyingWhenOver;
  }

  get report(): FieldReport {
    return this.#watch.report;
  }

  get held(): readonly Held[] {
    return this.#held;
  }

  /** When all is over. */
  get record(): RehearsalRecord | undefined {
    return (
      this.#recordings && {
        recordings: this.#recordings.parts,
        flightLogs: new Map(this.#drones.map(({ id, flightLogs }) => [id, flightLogs])),
      }
    );
  }

  /** Undefined: it was not flown. */
  async fly(): Promise<FlightSummary | undefined> {
    const { journal } = this;
    const { faults: plan = [] } = this.#options;
    const stopFaults = runFaults({
      ...{ clock: this.#clock, plan, drones: this.#drones, journal },
      onServer: this.#onServer,
      onOperator: (act) => void this.#operate(act),
    });
    const stopAnswering = this.#answerWhenHeld();
    const summary = await this.#flyShow().catch((error: unknown) => {
      journal.note('field', errorText(error));
      return undefined;
    });
    // Whoever ends it knows that they fly.
    if (summary && !this.#watch.isEnded) this.#flyingWhenOver = this.#watch.flying;
    const untilMs = this.#clock.monotonicMs() + landingMs;
    while (this.#watch.flying.length > 0 && this.#clock.monotonicMs() < untilMs) await this.#pass(500);
    await this.#pass(lastWordsMs);
    stopFaults();
    stopAnswering();
    this.#watch.close();
    for (const drone of this.#drones) await drone.close();
    await this.#server.close();
    return summary;
  }

  #pass(forMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(forMs, resolve));
  }

  async #flyShow(): Promise<FlightSummary> {
    const { server, clock } = this.#server;
    const { startDelayS = defaultStartDelayS } = this.#options;
    const count = this.#drones.length;
    const aborter = new AbortController();
    const { signal } = aborter;
    const say = (line: string) => this.journal.note('field', line);
    try {
      const seated = assignByPlace({ clock, server, count, signal });
      return await flyShow({ clock, server, count, seated, startDelayS, say, signal });
    } finally {
      aborter.abort();
    }
  }

  #answerWhenHeld(): Cancel {
    const { whenHeld: answer = 'land' } = this.#options;
    const clock = this.#clock;
    return answerWhenHeld({
      ...{ clock, answer },
      held: () => this.#server.server.snapshot().oversight?.held,
      onHeld: ({ reasons }) =>
        this.#held.push({ atS: clock.monotonicMs() / 1000, why: reasons[0] ?? 'it was not said why' }),
      give: (name) => void this.#operate({ kind: 'command', name }),
    });
  }

  async #operate(act: OperatorAct): Promise<void> {
    const { server } = this.#server;
    const { name } = act;
    if (isEnding(act)) this.#watch.noteEnding();
    const { results } = await server.operate({ name, ids: server.ids(), given: {}, by: 'operator' });
    const refused = results
      .filter(({ ok }) => !ok)
      .map(({ id, code, message }) => `${id} ${message ?? code}`);
    const text = [`${results.length - refused.length} of ${results.length} ok`, ...refused].join('; ');
    this.journal.note('field', `operator: ${name}: ${text}`);
  }

  #switchOn(network: MemoryNetwork): readonly RehearsedDrone[] {
    const {
      drones,
      link = goodLink,
      wind = defaultWind,
      droneIni = simulatedAirframe,
      autopilot = 'px4',
    } = this.#options;
    const fromRad = this.#random.fork('wind').between(0, 2 * Math.PI);
    const clock = this.#clock;
    const loop = new SimulatedFleetLoop(clock);
    return Array.from(
      { length: drones },
      (_, index) =>
        new RehearsedDrone({
          ...{ clock, loop, network, journal: this.journal, random: this.#random, number: index + 1 },
          ...{ server: this.#server.address, version, ini: droneIni, autopilot, link, clockErrors },
          wind: { ...wind, fromRad },
        }),
    );
  }

  #befallServer(fault: ServerFault, faults: NetworkFaults): void {
    if (fault.kind === 'clock-step') this.#computer.stepUtc(fault.amount);
    else if (fault.kind === 'hang') this.#clock.after(fault.forS * 1000, this.#program.hang());
    else faults.befall(fault, () => this.journal.note('field', `server: ${fault.kind} is over`));
  }
}
