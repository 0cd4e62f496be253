/** The server of a rehearsal: the one that flies shows, on a network in memory. Composition only. */
import { Buffer } from 'node:buffer';
import { type Config, loadConfig } from '../../lib/config/index.js';
import { EmergencyCaller } from '../../lib/emergency/emergency-caller.js';
import { RefusedError } from '../../lib/errors.js';
import { libraryFeatures } from '../../lib/messaging/index.js';
import type { MemoryHost } from '../../lib/rehearsal/memory-network.js';
import type { Address } from '../../lib/rehearsal/memory-socket.js';
import type { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import type { Clock } from '../../lib/time/clock.js';
import { SteadyClock } from '../../lib/time/steady-clock.js';
import type { ConfigDesk } from '../../server/config-desk.js';
import { serverConfigSpec } from '../../server/config-spec.js';
import type { CheckSettings } from '../../server/fleet/checks.js';
import { EmergencyLine } from '../../server/links/emergency-line.js';
import { fileSettings } from '../../server/show-control/file-settings.js';
import type { StoredShow } from '../../server/show-control/show-store.js';
import { StarlingServer } from '../../server/starling-server.js';
import type { Journal } from './journal.js';
import { serveNtp } from './memory-ntp.js';

export type RehearsedServerOptions = {
  readonly host: MemoryHost;
  /** Of its computer. */
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly journal: Journal;
  readonly version: string;
  /** Text of its configuration. */
  readonly ini: string;
  readonly show: StoredShow;
};

export type RehearsedServer = {
  readonly server: StarlingServer;
  /** What it goes by. */
  readonly clock: Clock;
  /** Where drones connect. */
  readonly address: Address;
  close(): void;
};

/** @throws ConfigError when the configuration is wrong. */
export function startRehearsedServer(options: RehearsedServerOptions): RehearsedServer {
  const { host, random, journal, show } = options;
  const config = loadConfig(options.ini, "the server's configuration", serverConfigSpec);
  const clock: Clock = new SteadyClock(options.clock, () => server.operations.run !== undefined);
  const time = serveNtp(host, clock);
  const id = 'rehearsal';
  const emergency = openEmergency({ host, clock, random, id });
  const features = [...libraryFeatures, 'authorization'];
  const server: StarlingServer = new StarlingServer({
    clock,
    hello: {
      ...{ protocol: 1, role: 'server', id, software: 'starling', version: options.version },
      ...{ features, ntp: time.port },
    },
    emergency: emergency.line,
    isOpen: true,
    isEnrolled: () => false,
    bufferSize: config.getNumber('SERVER/buffer_size'),
    checks: () => checkSettings(config),
    folders: { look: refuse },
    configs: noConfigs,
    files: fileSettings(config),
    pauseRampS: config.getNumber('SHOW/pause_ramp'),
    pointOfNoReturnS: config.getNumber('SHOW/point_of_no_return'),
    quorum: config.getString('SHOW/quorum'),
    isRemovingDisconnected: () => config.getBoolean('TABLE/remove_disconnected'),
    loadShow: refuse,
    onLogLine: ({ level, text }) => journal.note('server', `${level} ${text}`),
  });
  const door = host.listen((stream) => {
    const { remoteAddress, remotePort } = stream;
    const accepted = { stream, remoteAddress, remotePort, identified: () => undefined };
    void server.accept({ ...accepted, enrolledId: undefined });
  });
  server.load(show);
  return {
    server,
    clock,
    address: { address: host.address, port: door.port },
    close() {
      door.close();
      server.close();
      emergency.close();
      time.close();
    },
  };
}

/** Nobody asks for files of this machine in a rehearsal. */
function refuse(): Promise<never> {
  return Promise.reject(new RefusedError('not_supported', 'a rehearsal has no files'));
}

const noConfigs: ConfigDesk = { read: refuse, setOwn: refuse, save: refuse };

type EmergencyOptions = Pick<RehearsedServerOptions, 'host' | 'clock' | 'random'> & { readonly id: string };

function openEmergency({ host, clock, random, id }: EmergencyOptions) {
  const caller: EmergencyCaller = new EmergencyCaller({
    ...{ clock, id, prefix: Buffer.from(random.bytes(4)).toString('hex'), epoch: () => undefined },
    sign: (_action, kwargs) => kwargs,
    send: (datagram, target) => socket.send(datagram, target),
  });
  const socket = host.openDatagrams((datagram) => caller.receive(datagram));
  return {
    line: new EmergencyLine(caller, () => undefined),
    close() {
      caller.close();
      socket.close();
    },
  };
}

function checkSettings(config: Config): CheckSettings {
  return {
    isVersionChecked: config.getBoolean('CHECKS/check_git_version'),
    isPositionChecked: config.getBoolean('CHECKS/check_current_position'),
    batteryMinPercent: config.getNumber('CHECKS/battery_min'),
    startDistanceMaxM: config.getNumber('CHECKS/start_pos_delta_max'),
    timeDeltaMaxS: config.getNumber('CHECKS/time_delta_max'),
  };
}
