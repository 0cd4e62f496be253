/** Puts the server's core together with what speaks for it by datagram. Opens no port that drones connect to. */
import { join, resolve } from 'node:path';
import { type Hello, libraryFeatures } from '../../lib/messaging/index.js';
import { printable } from '../../lib/printable.js';
import { every } from '../../lib/time/clock.js';
import { DiskFolders } from '../files/adapters/disk-folders.js';
import { OperatorDisk } from '../files/adapters/operator-disk.js';
import { filePlaces } from '../files/file-places.js';
import { readCheckSettings } from '../fleet/check-settings.js';
import { Charge } from '../links/charge.js';
import type { MusicDesk } from '../music/music-desk.js';
import { readOversight } from '../oversight/settings.js';
import { fileSettings } from '../show-control/file-settings.js';
import type { LoadedShow, LogLine } from '../snapshot.js';
import { StarlingServer } from '../starling-server.js';
import { openBlackBox } from './black-box.js';
import { readChecklist } from './checklist-reader.js';
import type { Closers } from './closers.js';
import { ConfigFiles } from './config-files.js';
import { openEmergencyLine } from './emergency.js';
import type { Ground } from './open-ground.js';
import { makeMusic } from './open-services.js';
import { startTimeService } from './time-service.js';

/** How often it is looked whether another server has taken over, ms. */
const chargeLookMs = 250;

const anyAddress = '0.0.0.0';

/** Where the panel saves the server's configuration when it was started without one; read by the next start. */
export const ownConfigName = 'server.ini';

export type Core = {
  readonly server: StarlingServer;
  readonly charge: Charge;
  /** UDP port of the time service. */
  readonly ntpPort: number | undefined;
  /** Who tells the network that this server is in charge; set once there is somebody. */
  readonly news: { announce: () => void };
  readonly music: MusicDesk;
  /** The black box begins to write. */
  readonly startRecording: () => void;
};

/** `loadShow`: opens a show and has the server load it. */
export async function makeServer(
  ground: Ground,
  closers: Closers,
  loadShow: (path: string) => Promise<LoadedShow>,
): Promise<Core> {
  const { options, config, clock, keys, id, startTimeS, early, late, memory, logFile } = ground;
  const host = options.bind ?? anyAddress;
  const { log } = early;
  const clientsAt = (address: string) => late.connectionsFrom(address);
  const time = await startTimeService({ clock, host, isAnyPort: options.port === 0, clientsAt, log });
  closers.add(time.close);
  const emergency = await openEmergencyLine({ clock, id, keys, host, log });
  closers.add(emergency.close);
  const news = { announce: () => undefined };
  const charge: Charge = new Charge({
    ...{ id, epochs: keys, log },
    onRaised: () => news.announce(),
    onChanged: () => server.chargeChanged(),
  });
  const music = makeMusic(ground, () => server.phase);
  closers.add(() => music.close());
  // What is told last is the end of all the others.
  const blackBox = openBlackBox(ground, closers, () => server.snapshot());
  const server: StarlingServer = new StarlingServer({
    music,
    ...(blackBox && { blackBox }),
    checklist: readChecklist(config),
    rules: (own) => readOversight(config, own),
    clock,
    hello: helloOf({
      ...{ id, version: options.version, ntp: time.port },
      epoch: () => keys.statement({ id, startTimeS }),
    }),
    ...(emergency.line && { emergency: emergency.line }),
    supersededBy: () => charge.supersededBy,
    onSuperseded: (proof) => charge.heardFromDrone(proof),
    isOpen: keys.isOpen,
    isEnrolled: keys.isEnrolled,
    bufferSize: config.getNumber('SERVER/buffer_size'),
    checks: () => readCheckSettings(config),
    folders: new DiskFolders(),
    configs: new ConfigFiles({
      own: config,
      ownPath: options.configPath ?? join(options.stateFolder, ownConfigName),
      specs: options.configSpecs ?? new Map([['server', config.spec]]),
      connection: (drone) => server.connection(drone),
      isArmed: (drone) => server.isArmed(drone),
      checkOwn: (changed) => {
        readOversight(changed, server.showRules);
        readChecklist(changed);
      },
      onOwnChanged: () => server.settingsChanged(),
    }),
    files: fileSettings(config),
    fileServices: {
      disk: new OperatorDisk(receivedFolder(ground)),
      places: filePlaces(config),
      fetchLogs: (drone) => late.fetchLogs(drone),
    },
    updateKey: keys.publicKey,
    pauseRampS: config.getNumber('SHOW/pause_ramp'),
    pointOfNoReturnS: config.getNumber('SHOW/point_of_no_return'),
    quorum: config.getString('SHOW/quorum'),
    isRemovingDisconnected: () => config.getBoolean('TABLE/remove_disconnected'),
    loadShow,
    onStateChanged: (urgency) => memory.changed(urgency),
    onLogLine: (line) => {
      logFile.write(line);
      options.say?.(formatLine(line));
    },
  });
  closers.add(() => server.close());
  closers.add(every(clock, chargeLookMs, () => charge.look()));
  late.connectionsFrom = (address) => server.connectionsFrom(address);
  late.isShowOn = () => server.operations.run !== undefined;
  early.use((level, text) => server.log(level, text));
  return { server, charge, ntpPort: time.port, news, music, startRecording: () => blackBox?.begin() };
}

type Said = Pick<Hello, 'id' | 'version' | 'ntp'> & { readonly epoch: () => Hello['epoch'] };

/** The epoch is said anew on each connection: it may have been raised meanwhile. */
function helloOf({ id, version, ntp, epoch }: Said): Hello {
  const features = [...libraryFeatures, 'authorization'];
  return {
    ...{ protocol: 1, role: 'server', id, software: 'starling', version, features, ntp },
    get epoch() {
      return epoch();
    },
  };
}

function receivedFolder({ config, options }: Ground): string {
  const folder = config.getString('FILES/received');
  return folder === '' ? join(options.stateFolder, 'received') : resolve(folder);
}

function formatLine({ atUtcMs, level, text }: LogLine): string {
  return `${new Date(atUtcMs).toISOString()} ${level.padEnd(7)} ${printable(text)}`;
}
