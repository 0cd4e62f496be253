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
import { readCheckSettings } from '../../server/fleet/check-settings.js';
import { EmergencyLine } from '../../server/links/emergency-line.js';
import { readOversight } from '../../server/oversight/settings.js';
import { observedOf } from '../../server/recorder/observed.js';
import { Recorder } from '../../server/recorder/recorder.js';
import type { RecorderFiles } from '../../server/recorder/recorder-files.js';
import { readRecorderSettings } from '../../server/recorder/recorder-section.js';
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
  /** Where its black box writes; undefined: it has none. */
  readonly recordings: RecorderFiles | undefined;
};

export type RehearsedServer = {
  readonly server: StarlingServer;
  /** What it goes by. */
  readonly clock: Clock;
  /** Where drones connect. */
  readonly address: Address;
  /** Resolves when its black box has written its last words. */
  close(): Promise<void>;
};

/** @throws ConfigError when the configuration is wrong. */
export function startRehearsedServer(options: RehearsedServerOptions): RehearsedServer {
  const { host, random, journal, show } = options;
  const config = loadConfig(options.ini, "the server's configuration", serverConfigSpec);
  const clock: Clock = new SteadyClock(options.clock, () => server.operations.run !== undefined);
  const time = serveNtp(host, clock);
  const id = 'rehearsal';
  const emergency = openEmergency({ host, clock, random, id });
  const blackBox = openBlackBox(options, config, () => server);
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
    checks: () => readCheckSettings(config),
    rules: (own) => readOversight(config, own),
    ...(blackBox && { blackBox }),
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
    async close() {
      door.close();
      server.close();
      emergency.close();
      time.close();
      await blackBox?.close();
    },
  };
}

/** `server`: asked for after this has returned. */
function openBlackBox(
  { recordings, clock, version, journal }: RehearsedServerOptions,
  config: Config,
  server: () => StarlingServer,
) {
  if (!recordings) return undefined;
  const recorder = new Recorder({
    ...{ clock, files: recordings, settings: readRecorderSettings(config) },
    identity: { serverId: 'rehearsal', software: `starling ${version}` },
    observe: () => observedOf(server().snapshot(), readCheckSettings(config)),
    onAlarm: (reason) => journal.note('server', `the black box does not record: ${reason}`),
    onRecovered: () => journal.note('server', 'the black box records again'),
    onWarning: (text) => journal.note('server', `black box: ${text}`),
  });
  return {
    record: (entry: Parameters<Recorder['record']>[0]) => recorder.record(entry),
    isRecording: () => recorder.isRecording,
    close: () => recorder.close(),
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
