/** The port through which everybody commands the fleet: the panel's keys and the control port call the same code. */

import type { Kwargs } from '../../lib/messaging/index.js';
import type { FileOperation } from '../../lib/operations/file-operations.js';
import type { Arguments } from '../../lib/operations/operation.js';
import type { AssignBy } from '../../lib/show/assign/assign-slots.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { UpdateControls } from '../updates/update-controls.js';
import type { AuthorizationScope } from './authorizer.js';
import type { Order } from './orders.js';
import type { VisualLandSearch } from './visual-land-search.js';

type VisualLandCommands = Pick<
  VisualLandSearch,
  'begin' | 'answer' | 'undo' | 'landLit' | 'disarmLit' | 'close'
>;

/** Options of `start`. */
export type StartOptions = {
  /** Seconds between the command and the start of the show; one that flies needs `leastFlightDelayS` at least. */
  readonly delayS: number;
  /** Seconds between the command and the sound of the music; undefined: with the show, as its file says. */
  readonly musicS?: number;
};

/** Options of `authorize`. */
export type AuthorizeOptions = {
  readonly scope: AuthorizationScope;
  /** How long it holds, s. */
  readonly validS: number;
  /** Why a show with violations may be started all the same: recorded. */
  readonly override?: string;
};

export type FlightEnd = 'emergency_land' | 'return_home' | 'kill';

/**
 * Every method takes drone ids and resolves with exactly one result per id, in the given order; it never rejects for
 * what one drone did. An unknown id is a result with `ok: false`, code `unknown_drone`. Codes are stable: `not_ready`,
 * `not_authorized`, `bad_argument` (a start too soon), `violations`, `called_off`, `armed`, `no_show`, `no_file`,
 * `refused`, `checklist` (items are open), `alert` (one keeps the show from its start), `not_supported`, `timeout`, `unreachable`, `digest_differs`, `busy`, `superseded` (another server took
 * over), `overtaken` (a later command came first), `unconfirmed` (ok), `unchanged` (ok); of files also `bad_path`,
 * `bad_name`, `bad_file`, `bad_config` (all of this machine), `ambiguous_file`, `unknown_parameter`, `no_room`,
 * `bad_answer`.
 */
export interface Operations {
  /** Sends each drone its own file of the loaded show. */
  upload(ids: readonly string[]): Promise<CommandResult[]>;
  /**
   * Allows the loaded show to be started on these drones. Refused (each id `violations`) for a show with violations
   * unless `override` says why. Holds until its time is over, or anything that it covers changes.
   */
  authorize(ids: readonly string[], options: AuthorizeOptions): Promise<CommandResult[]>;
  /** Takes that back, for all drones. */
  unauthorize(ids: readonly string[]): Promise<CommandResult[]>;
  /** Gives these drones their slots, by name or by where they stand; the other drones are spares. */
  assign(ids: readonly string[], how: AssignBy): Promise<CommandResult[]>;
  /** `spare` takes the slot of `out`; only it has to be sent its part. Results of both. */
  replace(out: string, spare: string): Promise<CommandResult[]>;
  /**
   * Starts what is authorized; refuses the whole command (each id `not_ready`) unless every given drone is ready. When one does
   * not take the start, it is called off for the others (`called_off`).
   */
  start(ids: readonly string[], options: StartOptions): Promise<CommandResult[]>;
  pause(ids: readonly string[]): Promise<CommandResult[]>;
  resume(ids: readonly string[]): Promise<CommandResult[]>;
  /** Clears the drones' task queues: they hold where they are. */
  stop(ids: readonly string[]): Promise<CommandResult[]>;
  land(ids: readonly string[]): Promise<CommandResult[]>;
  disarm(ids: readonly string[]): Promise<CommandResult[]>;
  /** Ends flights in a way that is not the usual one; a killed drone falls. */
  endFlight(how: FlightEnd, ids: readonly string[]): Promise<CommandResult[]>;
  /** What is sent as it is, with what the drone is to be told beside its name. */
  order(what: Order, ids: readonly string[], kwargs?: Kwargs): Promise<CommandResult[]>;
  /** What brings files, configurations and parameters to drones and back; the arguments are checked already. */
  files(what: FileOperation, ids: readonly string[], given: Arguments): Promise<CommandResult[]>;
  /** Asks drones for their checks now; `ok` where nothing is against a start. */
  check(ids: readonly string[]): Promise<CommandResult[]>;
  /** Gives one drone another name; it comes back under it. */
  rename(ids: readonly string[], name: string): Promise<CommandResult[]>;
  /** The search for a misbehaving drone: one at a time. */
  readonly visualLand: VisualLandCommands;
  /** Updates of their software: one roll-out at a time. */
  readonly updates: UpdateControls;
  /** Runs the program of that name on the drones whose own configuration has one; `output` is what it wrote. */
  execute(ids: readonly string[], name: string): Promise<CommandResult[]>;
}
