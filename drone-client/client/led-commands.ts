/** The commands that light the drone by hand. Knows the light's port; no connection. */
import { NotSupportedError, RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import { readNumberOr } from './arguments.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';

/** A show has its lights back after this at the latest, if nobody gives them back, ms. */
const identifyMs = 120_000;

export function ledCommands(drone: Drone): { [name: string]: Command } {
  return {
    led_test: () => {
      expectLight(drone, 'led_test');
      drone.ledTest.run();
    },
    led_fill: (kwargs) => {
      if (kwargs.identify === undefined) expectLight(drone, 'led_fill');
      else identify(drone, kwargs.identify === true);
      drone.ledTest.cancel();
      if (kwargs.identify === false && drone.player.isPlayingColors) return;
      drone.led.setColor({
        red: part(kwargs, 'red'),
        green: part(kwargs, 'green'),
        blue: part(kwargs, 'blue'),
      });
    },
  };
}

/** Who looks for one drone among many may have its lights even from a show; it flies on. @throws RefusedError */
function identify({ led, player }: Drone, isBegun: boolean): void {
  if (!led.isPresent) throw new NotSupportedError('led_fill', 'this drone has no lights');
  if (isBegun && !player.mayLendLights)
    throw new RefusedError('refused', 'the lights are in use by a landing');
  player.lendLights(isBegun ? identifyMs : 0);
}

function expectLight({ led, player }: Drone, command: string): void {
  if (!led.isPresent) throw new NotSupportedError(command, 'this drone has no lights');
  if (player.isPlayingColors)
    throw new RefusedError('refused', 'the lights are in use by a show, take-off or landing');
}

/** 0…255, 0 when absent. */
function part(kwargs: Kwargs, name: string): number {
  return Math.min(255, Math.max(0, Math.round(readNumberOr(kwargs, name, 0))));
}
