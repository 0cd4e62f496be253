/** One drone of a rehearsal: an autopilot, a computer with its client, and what goes wrong with either. Composition only. */
import type { RunningDrone } from '../../drone-client/composition/compose-drone.js';
import { startMemorySimulator } from '../../drone-client/simulator/adapters/memory-simulator.js';
import type { Truth } from '../../drone-client/simulator/autopilot-options.js';
import type { Fault } from '../../drone-client/simulator/faults.js';
import type { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import type { WindOptions } from '../../drone-client/simulator/wind.js';
import type { MavlinkLink } from '../../drone-client/vehicle/mavlink/link.js';
import { errorText } from '../../lib/errors.js';
import { distance } from '../../lib/geo/frames.js';
import type { LinkConditions } from '../../lib/rehearsal/access-link.js';
import type { MemoryHost, MemoryNetwork } from '../../lib/rehearsal/memory-network.js';
import type { Address } from '../../lib/rehearsal/memory-socket.js';
import { OwnClock } from '../../lib/rehearsal/own-clock.js';
import { Program } from '../../lib/rehearsal/program.js';
import type { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { ComputerFault } from './fault-plan.js';
import type { Journal } from './journal.js';
import { MemoryDisk } from './memory-disk.js';
import { NetworkFaults } from './network-faults.js';
import { startRehearsedClient } from './rehearsed-client.js';

/** How wrong the computers of a fleet may be when they are switched on. */
type ClockErrors = {
  /** ±, ms. */
  readonly utcMs: number;
  /** ±, millionths. */
  readonly driftPpm: number;
};

export type RehearsedDroneOptions = {
  /** The true time. */
  readonly clock: Clock;
  /** Steps every autopilot. */
  readonly loop: SimulatedFleetLoop;
  readonly network: MemoryNetwork;
  readonly journal: Journal;
  /** Of the whole rehearsal. */
  readonly random: SeededRandom;
  /** From 1. */
  readonly number: number;
  readonly server: Address;
  readonly version: string;
  /** Text of the client's configuration. */
  readonly ini: string;
  readonly autopilot: 'px4' | 'ardupilot';
  readonly link: LinkConditions;
  readonly clockErrors: ClockErrors;
  readonly wind: WindOptions;
};

/** Drones wait in a row, this far apart, until they know where their show starts, m. */
const waitingSpacingM = 2;

/** How often the crew looks whether a drone stands on its mark, ms, and how far off it may stand, m. */
const crewIntervalMs = 500;
const crewToleranceM = 0.3;

/** A computer was switched on at most so long ago, ms. */
const maxUptimeMs = 3_600_000;

/** What the simulated drone with this number is called, from 1. */
export function rehearsedId(number: number): string {
  return `drone-${number}`;
}

type Simulator = ReturnType<typeof startMemorySimulator>;
type Running = { readonly program: Program; readonly client: Promise<RunningDrone> };

export class RehearsedDrone {
  readonly id: string;
  readonly #options: RehearsedDroneOptions;
  readonly #random: SeededRandom;
  readonly #computer: OwnClock;
  readonly #host: MemoryHost;
  readonly #disk = new MemoryDisk();
  readonly #faults: NetworkFaults;
  readonly #simulator: Simulator;
  readonly #stopCrew: Cancel;
  #client: RunningDrone | undefined;
  #running: Running;
  #isClosed = false;

  /** Switched on: it looks for its server from now on. */
  constructor(options: RehearsedDroneOptions) {
    const { clock, loop, wind, autopilot, number } = options;
    this.id = rehearsedId(number);
    this.#options = options;
    this.#random = options.random.fork(this.id);
    this.#computer = ownClock(options, this.#random.fork('clock'));
    this.#host = options.network.host(addressOf(number), options.link);
    this.#faults = new NetworkFaults(this.#host.link, clock);
    this.#simulator = startMemorySimulator({
      ...{ clock, loop, wind, autopilot, systemId: ((number - 1) % 250) + 1 },
      startPositionM: { x: number * waitingSpacingM, y: -4, z: 0 },
      seed: this.#random.fork('autopilot').below(2 ** 31),
    });
    this.#running = this.#start(0);
    this.#stopCrew = every(clock, crewIntervalMs, () => this.#carryToMark());
  }

  /** As it really is. */
  get truth(): Truth {
    return this.#simulator.autopilot.truth;
  }

  /** What it wrote of its flights, by name. */
  get flightLogs(): ReadonlyMap<string, Uint8Array> {
    return this.#disk.logs.all;
  }

  /** Of its computer, by the true time, ms. */
  get utcErrorMs(): number {
    return this.#computer.utcErrorMs;
  }

  /** Something goes wrong with the autopilot or what it flies. */
  applyFault(fault: Fault): void {
    this.#simulator.autopilot.applyFault(fault, this.#options.clock.monotonicMs());
  }

  /** Something goes wrong with its computer. */
  befall(fault: ComputerFault): void {
    const { clock } = this.#options;
    switch (fault.kind) {
      case 'clock-step':
        this.#computer.stepUtc(fault.amount);
        return;
      case 'hang': {
        const goOn = this.#running.program.hang();
        clock.after(fault.forS * 1000, () => this.#over('hang', goOn));
        return;
      }
      case 'crash':
      case 'power-loss':
        this.#die(fault);
        return;
      default:
        this.#faults.befall(fault, () => this.#over(fault.kind, () => undefined));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopCrew();
    const { program, client } = this.#running;
    if (program.isDead) this.#host.closeAll();
    else await (await client).close();
    await this.#simulator.close();
  }

  #over(kind: string, end: () => void): void {
    if (!this.#isClosed) this.#options.journal.note('field', `${this.id}: ${kind} is over`);
    end();
  }

  #die({ kind, forS }: Extract<ComputerFault, { readonly kind: 'crash' | 'power-loss' }>): void {
    const { program } = this.#running;
    if (program.isDead) return;
    program.die();
    this.#client = undefined;
    if (kind === 'crash') this.#host.closeAll();
    else {
      this.#host.vanish();
      this.#faults.befall({ kind: 'net-cut', forS }, () => undefined);
    }
    if (forS === undefined) return;
    const again = this.#random.below(2 ** 31);
    this.#options.clock.after(forS * 1000, () =>
      this.#over(kind, () => {
        if (!this.#isClosed) this.#running = this.#start(again);
      }),
    );
  }

  /** `start`: another number each time. */
  #start(start: number): Running {
    const { journal, server, version, ini } = this.#options;
    const program = new Program(this.#computer);
    this.#host.reach = program.reach;
    const client = startRehearsedClient({
      ...{ id: this.id, clock: program, random: this.#random.fork(`start ${start}`), server, version, ini },
      ...{ host: this.#host, disk: this.#disk, link: linkOf(this.#simulator.link, program) },
      log: (level, text) => !program.isDead && journal.note(this.id, `${level} ${text}`),
    });
    client.then(
      (started) => {
        if (!program.isDead) this.#client = started;
      },
      (error: unknown) => journal.note(this.id, `error the client does not start: ${errorText(error)}`),
    );
    return { program, client };
  }

  #carryToMark(): void {
    const mark = this.#client?.startMarkM();
    const { positionM, armed } = this.truth;
    // Nobody walks onto the field when drones have begun to fly.
    if (armed) this.#stopCrew();
    if (!mark || armed) return;
    const markM = { ...mark, z: positionM.z };
    if (distance(markM, positionM) > crewToleranceM) this.#simulator.autopilot.carryTo(markM);
  }
}

/** The autopilot's link as one program holds it: the next one takes it over. */
function linkOf(link: MavlinkLink, program: Program): MavlinkLink {
  let isOpen = true;
  const ifOpen = (work: () => void) => {
    if (isOpen) program.reach(work);
  };
  return {
    framing: link.framing,
    send: (bytes) => isOpen && !program.isDead && link.send(bytes),
    // Nobody uses the memory of what a simulator in memory has delivered again: it need not be copied.
    onData: (listener) => link.onData((bytes) => ifOpen(() => listener(bytes))),
    onClose: (listener) => link.onClose((reason) => ifOpen(() => listener(reason))),
    close() {
      isOpen = false;
      return Promise.resolve();
    },
  };
}

function ownClock({ clock, clockErrors }: RehearsedDroneOptions, random: SeededRandom): OwnClock {
  const { utcMs, driftPpm } = clockErrors;
  return new OwnClock({
    clock,
    uptimeMs: random.between(0, maxUptimeMs),
    utcErrorMs: random.between(-utcMs, utcMs),
    driftPpm: random.between(-driftPpm, driftPpm),
  });
}

/** Room for 65,000 drones. */
function addressOf(number: number): string {
  return `10.1.${number >> 8}.${number & 0xff}`;
}
