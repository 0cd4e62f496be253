/** What one drone is made of, as its commands see it. Data and ports; knows no connection. */
import type { Config } from '../../lib/config/index.js';
import type { Json } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { FlightLog } from '../flight-log/flight-log.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Led } from '../led/led.js';
import type { LedTest } from '../led/led-test.js';
import type { ShowPlayer } from '../player/show-player.js';
import type { Vehicle } from '../vehicle/vehicle.js';
import type { AuthorizationHold } from './authorization.js';
import type { DroneFiles } from './drone-files.js';
import type { FlightGuard } from './flight-guard.js';
import type { NameSources } from './identity.js';
import type { Programs } from './programs.js';
import type { ShowClock } from './show-clock.js';
import type { ShowStore } from './show-store.js';

/** One line in the log. */
export type Log = (level: 'info' | 'warn', text: string) => void;

export type Drone = {
  readonly clock: Clock;
  readonly vehicle: Vehicle;
  readonly led: Led;
  readonly ledTest: LedTest;
  readonly player: ShowPlayer;
  readonly guard: Pick<FlightGuard, 'obstacles' | 'problems' | 'state' | 'parametersChanged'>;
  readonly flightLog: Pick<FlightLog, 'note' | 'list' | 'read'>;
  /** The connection to the server, as the record of a flight sees it. */
  readonly link: {
    isConnected(): boolean;
    /** How long ago a byte came from the server, ms; infinite without a link. */
    heardMsAgo(): number;
    hasFeature(feature: string): boolean;
    /** The server's UTC minus this drone's, and half the width of what it can be, ms; undefined while unknown. */
    clock(): { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined;
  };
  /** Name of the frame that positions are told in. */
  readonly frame: string;
  readonly shows: ShowStore;
  /** What the server allows this drone to start. */
  readonly authorization: AuthorizationHold;
  readonly files: DroneFiles;
  readonly programs: Programs;
  /** What root does for it; undefined where it is not the installed client of this computer. */
  readonly jobs?: Jobs | undefined;
  readonly config: Config;
  readonly showClock: ShowClock;
  readonly names: NameSources;
  readonly version: string;
  readonly log: Log;
  /** Whether the server that is connected is not in charge: it is left, and not obeyed until then. */
  readonly isServerRefused?: (() => boolean) | undefined;
  /** The name that its key is of; it can have no other. */
  readonly enrolledId?: string | undefined;
  /** What it is called now. */
  readonly id: () => string;
  /** Takes another name, once the present answer is sent. */
  readonly rename: (id: string) => void;
  /** Keeps the configuration where it came from, if it came from a file. */
  readonly saveConfig: () => Promise<void>;
  /** The telemetry dictionary of this moment. */
  readonly telemetry: () => { [key: string]: Json };
};
