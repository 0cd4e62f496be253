/** The port through which everybody commands the fleet: the panel's keys and the control port call the same code. */
import type { CommandResult } from '../fleet/drone-record.js';

/** Options of `start`. */
export type StartOptions = {
  /** Seconds between the command and the start of the show. */
  readonly delayS: number;
};

export type FlightEnd = 'emergency_land' | 'return_home' | 'kill';

export type Maintenance = 'calibrate_gyro' | 'calibrate_level' | 'reboot_fcu';

/**
 * Every method takes drone ids and resolves with exactly one result per id, in the given order; it never rejects for
 * what one drone did. An unknown id is a result with `ok: false`, code `unknown_drone`. Codes are stable:
 * `not_ready`, `called_off`, `armed`, `no_file`, `refused`, `not_supported`, `timeout`, `unreachable`, `unconfirmed` (ok).
 */
export interface Operations {
  /** Sends each drone its own file of the loaded show. */
  upload(ids: readonly string[]): Promise<CommandResult[]>;
  /**
   * Starts the show; refuses the whole command (each id `not_ready`) unless every given drone is ready. When one does
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
  /** Turns hovering drones once about their roll axis. */
  flip(ids: readonly string[]): Promise<CommandResult[]>;
  /** Work on the autopilots of standing drones; takes up to half a minute. */
  maintain(work: Maintenance, ids: readonly string[]): Promise<CommandResult[]>;
  takeoff(ids: readonly string[]): Promise<CommandResult[]>;
  ledTest(ids: readonly string[]): Promise<CommandResult[]>;
}
