/** Makes the server found: announcements by UDP and mDNS, and an ear for an older server. Knows no drones. */
import type { Config } from '../../lib/config/index.js';
import {
  type AcceptDatagram,
  advertiseServer,
  Broadcaster,
  broadcastTargets,
  type DiscoveryEvent,
  ipv4Interfaces,
  listenForServers,
  mdnsAddresses,
  reasonToYield,
  type SignDatagram,
} from '../../lib/discovery/index.js';
import type { Clock } from '../../lib/time/clock.js';

export type Discoverable = {
  readonly clock: Clock;
  readonly config: Config;
  /** Unique id of this server. */
  readonly id: string;
  /** Address that it listens on; on loopback everything stays on this machine. */
  readonly bind: string;
  readonly port: number;
  /** When it was started, UTC s. */
  readonly startTimeS: number;
  readonly version: string;
  /** Where it serves the time; undefined where it does not. */
  readonly ntpPort: number | undefined;
  /** Whether drones come in without a key. */
  readonly isOpen: boolean;
  /** Of two servers of one fleet the one of the higher epoch is in charge; undefined where epochs are not kept. */
  readonly epoch: () => number | undefined;
  /** Signs what is announced. */
  readonly sign: SignDatagram;
  /** Believes what other servers announce; all of it when undefined. */
  readonly accept: AcceptDatagram | undefined;
};

export type DiscoveryListener = {
  readonly onEvent: (event: DiscoveryEvent) => void;
  /** Another server was here first: this one must stop, for the reason given. */
  readonly onOlderServer: (reason: string) => void;
  /** A server of this fleet was heard. */
  readonly onFleetServer: (server: { readonly id: string; readonly epoch: number }) => void;
};

/** `announce`: at once, beside the rounds. */
export type RunningDiscovery = { announce(): void; close(): Promise<void> };

/** Starts what `[BROADCAST]` asks for. @throws ConfigError, DisconnectedError when it can not be done at all. */
export async function startDiscovery(
  server: Discoverable,
  { onEvent, onOlderServer, onFleetServer }: DiscoveryListener,
): Promise<RunningDiscovery> {
  const { clock, config, id, bind, port, version, ntpPort, sign, accept } = server;
  const own = {
    ...{ id, port, startTimeS: server.startTimeS },
    get epoch() {
      return server.epoch();
    },
  };
  const udpPort = config.getNumber('BROADCAST/port');
  const sendIp = config.getString('BROADCAST/send_ip');
  const closers: (() => void | Promise<void>)[] = [];
  let announce: () => void = () => undefined;
  if (config.getBoolean('BROADCAST/listen')) {
    const ear = await listenForServers({
      port: udpPort,
      onEvent,
      // A recording of an announcement from before this server was started ends nobody.
      ...(accept && {
        accept: (action, kwargs, from) =>
          Number(kwargs.counter) > own.startTimeS * 1000 && accept(action, kwargs, from),
      }),
      onServer: (heard) => {
        const { epoch } = heard;
        if (epoch !== undefined) onFleetServer({ id: heard.id, epoch });
        // Of two epochs the drones obey the higher one: nobody has to stop.
        if (epoch !== undefined && own.epoch !== undefined && epoch !== own.epoch) return;
        const reason = reasonToYield({ ...own, host: bind }, heard);
        if (reason !== undefined) onOlderServer(reason);
      },
    });
    closers.push(ear.close);
  }
  if (config.getBoolean('BROADCAST/send')) {
    const targets = () => broadcastTargets({ bind, sendIp, interfaces: ipv4Interfaces() });
    targets();
    const delayMs = config.getNumber('BROADCAST/delay') * 1000;
    const broadcaster = new Broadcaster({
      clock,
      server: own,
      port: udpPort,
      delayMs,
      targets,
      onEvent,
      sign,
    });
    const addresses = mdnsAddresses(bind, ipv4Interfaces());
    const mdns = advertiseServer({
      clock,
      addresses,
      onEvent,
      server: { id, port, version, security: server.isOpen ? 'open' : 'psk', ntpPort },
    });
    announce = () => broadcaster.announce();
    closers.push(() => broadcaster.close(), mdns.close);
  }
  return {
    announce: () => announce(),
    async close() {
      for (const closer of closers) await closer();
    },
  };
}
