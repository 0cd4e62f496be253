/** Why the server does not command a drone: one outcome for each reason. Texts alone; decides nothing. */
import type { DroneView } from '../snapshot.js';
import { leastFlightDelayS } from './delivery.js';
import type { Outcome } from './send-command.js';

export function unknownDrone(id: string): Outcome {
  return { ok: false, code: 'unknown_drone', message: `no drone is called ${id}` };
}

export function superseded(by: string): Outcome {
  const message = `this server is no longer in charge: ${by} took over; starling takeover takes the fleet back`;
  return { ok: false, code: 'superseded', message };
}

export function showIsOn(phase: string): Outcome {
  return { ok: false, code: 'refused', message: `a show is on (${phase}): land or stop its drones first` };
}

export function inShow(phase: string): Outcome {
  return { ok: false, code: 'refused', message: `it is part of a show (${phase}): stop or land it first` };
}

export const noShow = {
  ok: false,
  code: 'no_show',
  message: 'no show is loaded: starling ctl load PATH, or start the server with --show PATH',
} as const satisfies Outcome;

/** An old client would obey, and fall, or be gone from the table while it flies. */
export const isArmed: Outcome = {
  ok: false,
  code: 'armed',
  message: 'it is armed: land and disarm first',
};

/** What is urgent would wait behind the file, and the show that it belongs to is not there yet. */
export const isReceiving: Outcome = {
  ok: false,
  code: 'refused',
  message: 'a file or an update is on its way to it: wait for it to end',
};

export function notReady(view: DroneView): Outcome {
  return {
    ok: false,
    code: 'not_ready',
    message: view.blockers.map(({ text }) => text).join('; ') || 'not ready',
  };
}

/** Part of the fleet would stay on the ground by chance. */
export function tooSoon(delayS: number): Outcome {
  const message = `a start in ${delayS} s comes before every drone could run its motors: give at least ${leastFlightDelayS} s`;
  return { ok: false, code: 'bad_argument', message };
}
