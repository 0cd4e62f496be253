/** What a server does beside commanding: fetches flight logs, loads shows, plays their music. Opens no port. */
import { join, resolve } from 'node:path';
import { FlightLogArchive } from '../flight-logs/adapters/flight-log-archive.js';
import { FlightLogCollector } from '../flight-logs/flight-log-collector.js';
import { flightLogsSettings } from '../flight-logs/settings.js';
import { openMusic, startMusic } from '../music/adapters/start-music.js';
import type { MusicDesk, MusicSettings } from '../music/music-desk.js';
import { ShowLoader } from '../show-control/adapters/show-loader.js';
import { showIsOn } from '../show-control/refusals.js';
import type { ShowPhase } from '../snapshot.js';
import type { StarlingServer } from '../starling-server.js';
import type { Closers } from './closers.js';
import type { Core } from './make-server.js';
import { type Ground, openShow } from './open-ground.js';

export function startFlightLogs(ground: Ground, server: StarlingServer, closers: Closers): void {
  const { clock, config, options } = ground;
  const collector = new FlightLogCollector({
    clock,
    store: new FlightLogArchive(join(options.stateFolder, 'flight-logs')),
    budget: server.bulkBudget,
    settings: () => flightLogsSettings(config),
    ids: () => server.connectedIds(),
    connection: (drone) => server.connection(drone),
    isArmed: (drone) => server.isArmed(drone),
    isBusy: () => server.operations.run !== undefined,
    log: (level, text) => server.log(level, text),
  });
  collector.start();
  ground.late.fetchLogs = (drone) => collector.fetchNow(drone);
  closers.add(() => collector.close());
}

export function makeShowLoader(ground: Ground, { server, music }: Core, closers: Closers): ShowLoader {
  const { config, memory } = ground;
  const shows = new ShowLoader({
    open: (path) => memory.opened(path, (known) => openShow(known, config, { isInBackground: true })),
    take: (opened) => server.load(opened),
    refusal: () => server.operations.run && showIsOn(server.phase.phase).message,
    startMusic: (show) =>
      startMusic({
        ...{ desk: music, show, folder: musicFolder(ground) },
        log: (level, text) => server.log(level, text),
      }),
  });
  closers.add(() => shows.close());
  return shows;
}

/** Music that follows `phase`; nothing of it waits or is waited for. */
export function makeMusic(ground: Ground, phase: () => ShowPhase): MusicDesk {
  return openMusic({
    ...{ clock: ground.clock, phase, log: ground.early.log },
    ...{ folder: musicFolder(ground), searchPath: process.env.PATH ?? '' },
    settings: () => musicSettings(ground),
  });
}

function musicFolder({ options }: Ground): string {
  return join(options.stateFolder, 'music');
}

function musicSettings({ config }: Ground): MusicSettings {
  const file = config.getString('MUSIC/file');
  return {
    use: config.getBoolean('MUSIC/use'),
    file: file === '' ? undefined : resolve(file),
    offsetS: config.getNumber('MUSIC/offset'),
    latencyS: config.getNumber('MUSIC/latency'),
  };
}
