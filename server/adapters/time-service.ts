/** Serves this machine's time to the drones by NTP. Knows ports and the OS clock; no drone, no show. */
import { errorText } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { ntpPorts, type OpenNtpServer, startOnAll } from '../../lib/time/ntp/adapters/ntp-server.js';
import { OsClock } from '../../lib/time/ntp/adapters/os-clock.js';

export type TimeServiceOptions = {
  readonly clock: Clock;
  /** Address to listen on. */
  readonly host: string;
  /** Any free port, as for tests and demos, instead of the two that are known. */
  readonly isAnyPort: boolean;
  /** How many drones are connected from an address: they may ask so many times as often. */
  readonly clientsAt: (address: string) => number;
  readonly log: (level: 'info' | 'warning', text: string) => void;
};

export type TimeService = {
  /** Undefined when no port could be had: the drones then go by the heartbeat. */
  readonly port: number | undefined;
  close(): Promise<void>;
};

/** Never rejects: a server without NTP is a worse one, and still one. */
export async function startTimeService(options: TimeServiceOptions): Promise<TimeService> {
  const { clock, host, isAnyPort, clientsAt, log } = options;
  const osClock = new OsClock({ clock, onChange: (text) => log('info', `time: ${text}`) });
  const server = await startOnAll(
    { clock, host, clientsAt, state: () => osClock.state, onWarning: (text) => log('warning', text) },
    isAnyPort ? [0] : ntpPorts,
  ).catch((error: unknown): OpenNtpServer | undefined => {
    log('warning', `no time is served, drones go by the heartbeat: ${errorText(error)}`);
    return undefined;
  });
  return {
    port: server?.port,
    async close() {
      osClock.close();
      await server?.close();
    },
  };
}
