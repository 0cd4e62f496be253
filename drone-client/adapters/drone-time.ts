/** Puts one drone's clocks together: the server's, those of foreign hosts, and the watches on its own and on the event loop. Knows no show. */
import type { Config } from '../../lib/config/index.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import { watchLoopDelay } from '../../lib/time/adapters/loop-delay.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import { foreignResolutionMs, foreignTimeSource } from '../../lib/time/ntp/adapters/foreign-ntp.js';
import { ntpTimeSource } from '../../lib/time/ntp/adapters/ntp-client.js';
import type { Log } from '../client/drone.js';
import { ForeignTime } from '../client/foreign-time.js';
import { OsClockWatch } from '../client/os-clock-watch.js';
import { serverTime } from '../client/server-time.js';
import { ShowClock } from '../client/show-clock.js';
import { TimeKeeper } from '../client/time-keeper.js';
import { foreignTimeSettings } from '../config-spec.js';

export type DroneTimeOptions = {
  readonly clock: Clock;
  readonly config: Config;
  readonly connection: ConnectionManager;
  readonly log: Log;
  /** One of many in a process: how late that comes is not this drone's to tell. */
  readonly isSimulated: boolean;
};

export type DroneTime = {
  readonly showClock: ShowClock;
  /** Asks from now on. `tell`: for what a flight's record is to have as well. */
  start(tell: Log): void;
  close(): void;
};

/** Or the server's clock was set a moment ago: then this passes. */
const disputed = 'somebody on this network may forge it; the link is believed';

/** How long the server may take to tell the time, ms: an answer that took longer would tell little. */
const serverAnswerMs = 1_000;

/** The same for a foreign host, whose name has to be looked up. */
const foreignAnswerMs = 2_000;

/** Asks nobody before `start`. */
export function keepTime({ clock, config, connection, log, isSimulated }: DroneTimeOptions): DroneTime {
  const server = new TimeKeeper({
    ...{ clock, log, random: Math.random },
    source: serverTime(connection, (host, port) =>
      ntpTimeSource({ clock, host, port, timeoutMs: serverAnswerMs }),
    ),
  });
  const hosts = new ForeignTime({
    ...{ clock, log, random: Math.random, resolutionMs: foreignResolutionMs },
    settings: () => foreignTimeSettings(config),
    make: (host, port) => foreignTimeSource({ clock, host, port, timeoutMs: foreignAnswerMs }),
  });
  let watch: OsClockWatch | undefined;
  let stopWatchingLoop: Cancel | undefined;
  return {
    showClock: new ShowClock(clock, connection, {
      server: () => server.estimate,
      hosts,
      onDispute: (apartMs) =>
        log(
          'warn',
          `the time by NTP is ${apartMs.toFixed(0)} ms off what the server says over its link: ${disputed}`,
        ),
    }),
    start(tell) {
      server.start();
      hosts.start();
      watch = new OsClockWatch({ clock, link: connection, isTrusted: () => !hosts.isWanted, log: tell });
      watch.start();
      if (!isSimulated)
        stopWatchingLoop = watchLoopDelay(clock, (worstMs) =>
          tell(
            'warn',
            `this program came ${worstMs.toFixed(0)} ms late: end what else runs on this computer`,
          ),
        );
    },
    close() {
      server.close();
      hosts.close();
      watch?.close();
      stopWatchingLoop?.();
    },
  };
}
