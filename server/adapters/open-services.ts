/** What a server does beside commanding: fetches flight logs, loads shows, plays their music. Opens no port. */
import { join } from 'node:path';
import { FlightLogArchive } from '../flight-logs/adapters/flight-log-archive.js';
import { FlightLogCollector } from '../flight-logs/flight-log-collector.js';
import { flightLogsSettings } from '../flight-logs/settings.js';
import { type MusicSettings, startMusic } from '../music/adapters/start-music.js';
import { ShowLoader } from '../show-control/adapters/show-loader.js';
import { showIsOn } from '../show-control/refusals.js';
import type { StarlingServer } from '../starling-server.js';
import type { Closers } from './closers.js';
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

export function makeShowLoader(ground: Ground, server: StarlingServer, closers: Closers): ShowLoader {
  const { clock, config, options, memory } = ground;
  const shows = new ShowLoader({
    open: (path) => memory.opened(path, (known) => openShow(known, config, true)),
    take: (opened) => server.load(opened),
    refusal: () => server.operations.run && showIsOn(server.phase.phase).message,
    startMusic: (outline) =>
      startMusic({
        ...{ clock, show: outline, folder: join(options.stateFolder, 'music') },
        settings: musicSettings(ground),
        searchPath: process.env.PATH ?? '',
        phase: () => server.phase,
        log: (level, text) => server.log(level, text),
      }),
  });
  closers.add(() => shows.close());
  return shows;
}

function musicSettings({ config }: Ground): MusicSettings {
  return {
    use: config.getBoolean('MUSIC/use'),
    file: config.getString('MUSIC/file'),
    offsetS: config.getNumber('MUSIC/offset'),
    latencyS: config.getNumber('MUSIC/latency'),
  };
}
