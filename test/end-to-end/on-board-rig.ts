/** One drone with all that it has on board, a simulated autopilot, and a clock moved by hand; for tests alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droneComputer } from '../../drone-client/adapters/drone-computer.js';
import { ShowClock } from '../../drone-client/client/show-clock.js';
import { putOnBoard } from '../../drone-client/composition/on-board.js';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { parseFaultFile } from '../../drone-client/simulator/fault-file.js';
import { FaultSchedule } from '../../drone-client/simulator/fault-schedule.js';
import type { WindOptions } from '../../drone-client/simulator/wind.js';
import { loadConfig } from '../../lib/config/index.js';
import { ConnectionManager, Endpoint } from '../../lib/messaging/index.js';
import { joinInMemory } from '../drone-client/simulator/flown-link.js';

/** Stands, rises to 4 m, moves for 30 s, sinks. */
function show(): string {
  const rows = ['long'];
  const frame = (x: number, z: number) =>
    rows.push(`${rows.length},${x.toFixed(3)},0,${z.toFixed(3)},0,0,255,0`);
  for (let i = 0; i < 5; i++) frame(0, 0);
  for (let i = 1; i <= 40; i++) frame(0, i * 0.1);
  for (let i = 1; i <= 300; i++) frame(i * 0.05, 4);
  for (let i = 1; i <= 40; i++) frame(15, 4 - i * 0.1);
  return `${rows.join('\n')}\n`;
}

export type Flavour = 'px4' | 'ardupilot';
export type FlownOptions = {
  /** Lines of a fault file. */
  readonly faults?: string;
  /** The drone's configuration. */
  readonly ini?: string;
  /** Default: none. */
  readonly wind?: WindOptions;
};

/** Starts the show; resolves when the motors run. */
export async function flown(flavour: Flavour, { faults = '', ini = '', wind }: FlownOptions = {}) {
  const schedule = new FaultSchedule(parseFaultFile(faults, 'faults.txt'));
  const { clock, vehicle, autopilot } = joinInMemory({
    autopilot: flavour,
    seed: 5,
    ...(wind && { wind }),
    faults: schedule.forDrone('drone-1'),
  });
  const dataFolder = mkdtempSync(join(tmpdir(), 'starling-faults-'));
  writeFileSync(join(dataFolder, 'animation.csv'), show());
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock });
  const log: string[] = [];
  const config = loadConfig(ini, 'drone.ini', droneConfigSpec);
  const onBoard = putOnBoard({
    ...{ clock, vehicle, connection, config, version: '0.1.0' },
    ...droneComputer({ clock, config, dataFolder, isSimulated: true }),
    led: new PreviewLed(clock),
    showClock: new ShowClock(clock, connection),
    log: (_level, text) => log.push(text),
    id: () => 'drone-1',
    rename: () => undefined,
    saveConfig: async () => undefined,
  });
  const close = async () => {
    const closed = onBoard.close();
    await clock.advance(3000);
    await closed;
    await vehicle.close();
    rmSync(dataFolder, { recursive: true, force: true });
  };
  const { drone } = onBoard;
  await drone.shows.refresh();
  for (let waitedS = 0; drone.guard.obstacles.length > 0; waitedS += 1) {
    if (waitedS > 30) throw new Error(drone.guard.obstacles.join('; '));
    await clock.advance(1000);
  }
  drone.player.start({
    plan: drone.shows.planToFly(drone.vehicle.state),
    startAtMs: clock.monotonicMs() + 5000,
    floorZM: drone.shows.floorZM,
  });
  const truth = () => autopilot.truth;
  const until = async (limitS: number, isDone: () => boolean) => {
    for (let waitedS = 0; !isDone(); waitedS += 0.5) {
      if (waitedS > limitS)
        throw new Error(`not in ${limitS} s: ${isDone}; ${JSON.stringify(truth())}; ${log.join('\n')}`);
      await clock.advance(500);
    }
  };
  await until(20, () => truth().armed);
  return { clock, drone, vehicle, autopilot, truth, log, until, dataFolder, close };
}
