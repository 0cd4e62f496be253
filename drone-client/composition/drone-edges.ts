/** Everything that one drone stands on: its computer, its network, its time, its vehicle. Ports and data; makes nothing. */
import type { Config } from '../../lib/config/index.js';
import type { DatagramEars, DatagramPort } from '../../lib/emergency/datagram-port.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { TimeSource } from '../../lib/time/ntp/time-source.js';
import type { Announcements } from '../client/charge-watch.js';
import type { Log } from '../client/drone.js';
import type { DroneFiles } from '../client/drone-files.js';
import type { NameSources } from '../client/identity.js';
import type { Programs } from '../client/programs.js';
import type { ServerEpoch } from '../client/server-epoch.js';
import type { Network, ServerAddress } from '../client/server-session.js';
import type { HostWatch } from '../failsafe/host-health.js';
import type { FlightLogFiles } from '../flight-log/flight-log-files.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Led } from '../led/led.js';
import type { Vehicle } from '../vehicle/vehicle.js';

/** The computer that a drone runs on, beside its network. */
export type ComputerEdges = {
  readonly files: DroneFiles;
  readonly flightLogs: FlightLogFiles;
  readonly host: HostWatch;
  readonly programs: Programs;
  /** What root does for the client; undefined for all but the installed one of a real drone. */
  readonly jobs?: Jobs | undefined;
  readonly names: NameSources;
};

/** What is put on board, whoever commands it. */
export type OnBoardEdges = ComputerEdges & {
  readonly clock: Clock;
  readonly version: string;
  /** In the autopilot's own local frame. */
  readonly vehicle: Vehicle;
  readonly led: Led;
  readonly config: Config;
  /** Keeps the configuration where it came from, if it came from a file. */
  readonly saveConfig: () => Promise<void>;
  readonly log: Log;
  /** What the drone is called now. */
  readonly id: () => string;
};

/** Which key a drone goes by, and whether it obeys servers that prove nothing. */
export type DroneSecurity = { readonly key: DroneKey | undefined; readonly isOpen: boolean };

export type EmergencyEdges = {
  readonly clock: Clock;
  readonly security: DroneSecurity;
  /** The drone's name now. */
  readonly id: () => string;
  /** What the drone calls itself since its start; nobody guesses it. */
  readonly boot: string;
  /** Opens any free port. @throws the system's own error. */
  readonly openDatagrams: (ears: DatagramEars) => Promise<DatagramPort>;
  readonly log: Log;
};

/** Makes sources of the time; asks nobody yet. */
export interface TimeEdges {
  /** The server's own service. */
  server(host: string, port: number): TimeSource;
  /** A host of `[NTP]`. */
  foreign(host: string, port: number): TimeSource;
  /** How coarse the stamps of foreign hosts are, ms. */
  readonly foreignResolutionMs: number;
}

export type DroneEdges = OnBoardEdges &
  EmergencyEdges & {
    /** Takes another name from now on. */
    readonly rename: (id: string) => void;
    readonly network: Network & Announcements;
    /** The only server to connect to; undefined: the configured one, then whoever announces itself. */
    readonly server: ServerAddress | undefined;
    /** Whether somebody has written the configuration: the server that it names by default is a stranger otherwise. */
    readonly isConfigured: boolean;
    /** Which servers of its fleet are obeyed; undefined for a drone without a key: there is nothing to believe. */
    readonly epochs: ServerEpoch | undefined;
    readonly time: TimeEdges;
    /** A number 0…1, so that a fleet does nothing in step. Not for secrets. */
    readonly random: () => number;
    /** Tells how late this program comes, ms; undefined for one of many in a process, whose lateness is not its own. */
    readonly watchLoop: ((onLate: (worstMs: number) => void) => Cancel) | undefined;
    /** Ends what was opened for this drone alone, such as its lights; called once nothing on board uses it. */
    readonly release: () => Promise<void>;
  };
