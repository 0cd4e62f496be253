/**
 * Runs one command for many drones: what was begun and what became of it is told to the fleet and the log. Knows
 * connections; no show, no readiness, no run.
 */
import { isEmergencyAction } from '../../lib/emergency/emergency-wire.js';
import type { ConnectionManager, Kwargs, Lane } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { FleetEvent } from '../fleet/fleet.js';
import type { OtherServer } from '../links/charge.js';
import type { LogLine } from '../snapshot.js';
import { mapLimited } from './map-limited.js';
import { superseded, unknownDrone } from './refusals.js';
import { type Outcome, sendCommand } from './send-command.js';

export type CommandRunnerOptions = {
  readonly clock: Clock;
  /** Whether a drone is in the table. */
  readonly isKnown: (id: string) => boolean;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** The server that has taken over from this one; undefined while this one is in charge. */
  readonly supersededBy?: (() => OtherServer | undefined) | undefined;
  readonly onFleetEvent: (event: FleetEvent) => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export type How = {
  readonly kwargs?: Kwargs;
  readonly lane?: Lane;
  readonly timeoutMs?: number;
  /** An old client knows it as a request alone. */
  readonly isAsked?: boolean;
};

/**
 * What moves a drone leaves in the lane of what stops it, so that neither overtakes the other; and what was given before
 * a stop and has not left yet never leaves.
 */
const moving: ReadonlySet<string> = new Set(['start', 'pause', 'resume', 'takeoff', 'takeoff_z', 'flip']);

const overtaken: Outcome = {
  ok: false,
  code: 'overtaken',
  message: 'it was to be stopped or landed meanwhile: not sent',
};

/** Commands one drone. */
export type Send = (id: string) => Outcome | Promise<Outcome>;

export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  /** How often each drone was to be stopped or landed. */
  readonly #stops = new Map<string, number>();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /** The same to all of them. */
  send(action: string, ids: readonly string[], how: How): Promise<CommandResult[]> {
    return this.run(action, ids, (id) => this.sendOne(id, action, how));
  }

  /** Tells neither the fleet nor the log. */
  sendOne(id: string, action: string, how: How): Promise<Outcome> {
    const isUrgent = how.lane === 'emergency';
    const stops = this.#stops.get(id) ?? 0;
    if (isUrgent) this.#stops.set(id, stops + 1);
    return sendCommand(this.#options.connection(id), {
      ...{ action, ...how, isUrgent },
      ...(moving.has(action) && {
        lane: 'emergency',
        obstacle: () => ((this.#stops.get(id) ?? 0) > stops ? overtaken : undefined),
      }),
    });
  }

  /** One result per id in the given order; at most `parallel` are under way at once. */
  async run(
    action: string,
    ids: readonly string[],
    send: Send,
    parallel = ids.length,
  ): Promise<CommandResult[]> {
    const { clock, onFleetEvent, isKnown } = this.#options;
    const one = async (id: string): Promise<CommandResult> => {
      const outcome = isKnown(id) ? (this.#notInCharge(action, id) ?? (await send(id))) : unknownDrone(id);
      const result = { id, ...outcome };
      onFleetEvent({ type: 'commandEnded', action, result, atMs: clock.monotonicMs() });
      return result;
    };
    onFleetEvent({ type: 'commandStarted', ids, action });
    const results = await mapLimited(ids, parallel, one);
    this.#log(action, results);
    return results;
  }

  /** A drone that has not left yet can still be landed by whoever has it. */
  #notInCharge(action: string, id: string): Outcome | undefined {
    const { supersededBy, connection } = this.#options;
    const other = supersededBy?.();
    if (!other || (isEmergencyAction(action) && connection(id)?.isConnected)) return undefined;
    return superseded(other.id);
  }

  #log(action: string, results: readonly CommandResult[]): void {
    const failed = results.filter((result) => !result.ok);
    const { log } = this.#options;
    log(
      failed.length === 0 ? 'info' : 'warning',
      `${action}: ${results.length - failed.length} of ${results.length} ok`,
    );
    for (const { id, message, code } of failed)
      log('warning', `${action} ${id}: ${message ?? code ?? 'failed'}`);
  }
}
