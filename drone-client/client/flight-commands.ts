/** The commands that move the drone. Knows the player and the show clock; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import { readNumber, readNumberOr } from './arguments.js';
import type { Command } from './command-table.js';
import type { Drone } from './drone.js';
import type { FileService } from './file-service.js';

/** A show whose start has passed by more than this is not joined any more, s. */
const lateStartS = 0.5;

/** A pause that took longer than this to arrive takes effect at once instead of at its moment, ms. */
const latePauseMs = 2000;

export function flightCommands(drone: Drone, files: FileService): { [name: string]: Command } {
  const { player, config } = drone;
  return {
    start: async (kwargs) => {
      await files.settled();
      await startShow(drone, kwargs);
    },
    pause: (kwargs) => pauseShow(drone, kwargs),
    resume: (kwargs) => player.resume(drone.showClock.toMonotonicMs(readNumber(kwargs, 'time') * 1000)),
    stop: () => player.stop(),
    land: () => player.land(),
    disarm: () => player.disarm(),
    takeoff: () => takeOff(drone, { aboveM: config.getNumber('FLIGHT/takeoff_height') }),
    takeoff_z: (kwargs) => takeOff(drone, { toZM: readNumber(kwargs, 'z') }),
  };
}

async function startShow(drone: Drone, kwargs: Kwargs): Promise<void> {
  const { clock, vehicle, player, animations, showClock } = drone;
  const startS = readNumber(kwargs, 'time');
  if (!vehicle.state.connected) throw refused('not started: the autopilot is not connected');
  if (showClock.isUnknown) throw refused("not started: the server's clock is not measured yet");
  await animations.refresh();
  const plan = animations.planToFly(vehicle.state);
  const startAtMs = showClock.toMonotonicMs(startS * 1000);
  const lateS = (clock.monotonicMs() - startAtMs) / 1000;
  if (lateS > lateStartS)
    throw refused(`not started: its moment passed ${lateS.toFixed(1)} s ago, check the clocks`);
  drone.ledTest.cancel();
  player.start({ plan, startAtMs, floorZM: animations.floorZM });
  drone.log('info', `show "${plan.animationId}" starts in ${(-lateS).toFixed(2)} s`);
}

/** A server of ours says when; an old one means now. */
function pauseShow({ clock, player, showClock }: Drone, kwargs: Kwargs): void {
  const nowMs = clock.monotonicMs();
  const atMs = showClock.toMonotonicMs(
    readNumberOr(kwargs, 'time', showClock.toServerMs(nowMs) / 1000) * 1000,
  );
  player.pause(atMs < nowMs - latePauseMs ? nowMs : atMs);
}

async function takeOff(drone: Drone, order: { aboveM: number } | { toZM: number }): Promise<void> {
  if (!drone.vehicle.state.connected) throw refused('the autopilot is not connected');
  drone.ledTest.cancel();
  await drone.player.takeOff(order);
}

function refused(text: string): RefusedError {
  return new RefusedError('refused', text);
}
