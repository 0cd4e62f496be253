/** Puts one drone's clocks together: the server's, those of foreign hosts, and the watches on its own and on the event loop. Knows no show. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Cancel } from '../../lib/time/clock.js';
import type { Log } from '../client/drone.js';
import { ForeignTime } from '../client/foreign-time.js';
import { OsClockWatch } from '../client/os-clock-watch.js';
import { serverTime } from '../client/server-time.js';
import { ShowClock } from '../client/show-clock.js';
import { TimeKeeper } from '../client/time-keeper.js';
import { foreignTimeSettings } from '../config-spec.js';
import type { DroneEdges } from './drone-edges.js';

export type DroneTimeOptions = Pick<
  DroneEdges,
  'clock' | 'config' | 'time' | 'random' | 'watchLoop' | 'log'
> & { readonly connection: ConnectionManager };

export type DroneTime = {
  readonly showClock: ShowClock;
  /** Asks from now on. `tell`: for what a flight's record is to have as well. */
  start(tell: Log): void;
  close(): void;
};

/** Or the server's clock was set a moment ago: then this passes. */
const disputed = 'somebody on this network may forge it; the link is believed';

/** Asks nobody before `start`. */
export function keepTime(options: DroneTimeOptions): DroneTime {
  const { clock, config, connection, time, random, watchLoop, log } = options;
  const server = new TimeKeeper({
    ...{ clock, log, random },
    source: serverTime(connection, (host, port) => time.server(host, port)),
  });
  const hosts = new ForeignTime({
    ...{ clock, log, random, resolutionMs: time.foreignResolutionMs },
    settings: () => foreignTimeSettings(config),
    make: (host, port) => time.foreign(host, port),
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
      stopWatchingLoop = watchLoop?.((worstMs) =>
        tell('warn', `this program came ${worstMs.toFixed(0)} ms late: end what else runs on this computer`),
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
