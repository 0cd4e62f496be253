/** `starling sim`: a simulated fleet in one process. */

import { pino } from 'pino';
import type { SimulatorLink } from '../../drone-client/simulator/adapters/linked-simulator.js';
import { FaultKeys, faultKeysHelp } from '../../drone-client/simulator/fault-keys.js';
import { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { LineOutput, lineWriter } from '../../lib/output/adapters/line-output.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { readFaults } from './read-faults.js';
import { untilShutdown } from './shutdown.js';
import { type SimulatedDrone, simulatedId, startSimulatedDrone } from './simulated-drone.js';
import { simulatedKeys } from './simulated-keys.js';

export type SimCommandOptions = {
  readonly drones: number;
  readonly seed: number;
  readonly server?: { readonly host: string; readonly port: number };
  readonly link: SimulatorLink;
  readonly autopilot: 'px4' | 'ardupilot';
  /** File of what goes wrong. */
  readonly faults?: string;
  /** State folder of the server on this machine, for the drones' keys. */
  readonly fleet?: string;
  readonly open?: boolean;
};

/** Runs until it is told to end, or the program that forked it is gone; gives the exit code. */
export async function runSim(options: SimCommandOptions): Promise<number> {
  const { drones: count, seed, server, link, autopilot } = options;
  const clock = new SystemClock();
  const loop = new SimulatedFleetLoop(clock);
  const logger = pino({ level: 'warn', base: null }, new LineOutput(2));
  const say = lineWriter(2, 'starling sim');
  const faults = await readFaults(options);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const keys = await simulatedKeys(numbers.map(simulatedId), options);
  const fleet = await Promise.all(
    numbers.map((number) =>
      startSimulatedDrone({
        ...{ clock, loop, logger, number, seed, link, autopilot, faults },
        key: keys.get(simulatedId(number)),
        ...(server && { server }),
      }),
    ),
  );
  say(
    `${count} drones fly in the simulator; ${server ? `server ${server.host}:${server.port}` : 'looking for a server'}`,
  );
  const stopKeys = listenForFaults(fleet, autopilot, say);
  await Promise.race([
    untilShutdown({
      say,
      flying: () => fleet.filter((drone) => drone.isArmed()).map(({ id }) => id),
      consequence: 'They exist only in this program and end with it.',
    }),
    untilParentIsGone(),
  ]);
  stopKeys();
  await Promise.all(fleet.map((drone) => drone.close()));
  // An open channel to the parent would keep this process alive.
  if (process.connected) process.disconnect();
  return 0;
}

/** Takes faults by key where somebody sits at a terminal; the returned function gives the terminal back. */
function listenForFaults(
  fleet: readonly SimulatedDrone[],
  autopilot: 'px4' | 'ardupilot',
  say: (line: string) => void,
): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const keys = new FaultKeys(fleet.length, autopilot);
  const onData = (data: Buffer): void => {
    for (const key of data.toString('utf8')) {
      if (key === '\u0003') process.kill(process.pid, 'SIGINT');
      const outcome = keys.push(key);
      const drone = typeof outcome === 'object' ? fleet[outcome.drone - 1] : undefined;
      if (typeof outcome === 'string') say(outcome);
      if (typeof outcome !== 'object' || !drone) continue;
      drone.applyFault(outcome.fault);
      say(`${drone.id}: ${outcome.fault.kind}`);
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  say(faultKeysHelp);
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

function untilParentIsGone(): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.once('disconnect', () => resolve());
  });
}
