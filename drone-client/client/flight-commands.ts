/** The commands that move the drone. Knows the player and the show clock; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import { lightsOnly } from '../../lib/show/part/part-plan.js';
import type { ClimbOrder } from '../player/climb.js';
import { readNumber, readNumberOr, readText } from './arguments.js';
import type { Scope } from './authorization.js';
import { expectHeld, readScope } from './authorization-commands.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import type { FileService } from './file-service.js';
import type { StandingWork } from './standing-work.js';

/** A show whose start has passed by more than this is not joined any more, s. */
const lateStartS = 0.5;

/** A moment that came back over the wire is the same one within this, s. */
const sameMomentS = 0.001;

/** A server that is there is heard once a second; the link itself is given up after five, and by each end in its own time, ms. */
const maxUnheardMs = 2500;

/** Servers allow a delay of a day; what lies beyond it is a mistake, s. */
const maxStartAheadS = 86_460;

/** Messages travel for less than this: a moment further ahead comes from a wrong clock, s. */
const maxResumeAheadS = 60;
const maxPauseAheadMs = 5000;

/** Take-offs by command are for tests, hovers and rescues, m. */
const maxTakeoffM = 500;

/** How long a show takes to slow down where the server does not say, and at most, s. */
const defaultRampS = 1.5;
const maxRampS = 10;

/** A pause that took longer than this to arrive takes effect at once instead of at its moment, ms. */
const latePauseMs = 2000;

/** One that is older than this was meant for another flight, or by another clock, ms. */
const maxPauseLateMs = 600_000;

export function flightCommands(
  drone: Drone,
  files: FileService,
  work: StandingWork,
): { [name: string]: Command } {
  const { player, config, shows } = drone;
  let endings = 0;
  /** The start that is held, as it was told: a server that has not heard our answer tells it again. */
  let held: string | undefined;
  const ending = (end: () => Promise<void>) => () => {
    endings += 1;
    return end();
  };
  const takingOff = async (order: ClimbOrder) => {
    refuseDuring(work, 'no take-off');
    await takeOff(drone, order);
  };
  return {
    start: async (kwargs) => {
      const endingsBefore = endings;
      await files.settled();
      // What lies on the disk now is what starts.
      await shows.refresh({ force: true });
      if (endings !== endingsBefore) throw refused('not started: another command came first');
      const told = JSON.stringify(kwargs);
      if (told === held && player.isCountingDown) return;
      refuseDuring(work, 'not started');
      startShow(drone, kwargs);
      held = told;
    },
    pause: (kwargs) => {
      // A start that still waits for the disk would count down alone.
      endings += 1;
      pauseShow(drone, kwargs);
    },
    resume: (kwargs) => resumeShow(drone, kwargs),
    call_off: (kwargs) => callOff(drone, kwargs),
    stop: ending(() => player.stop()),
    land: ending(() => player.land()),
    disarm: ending(() => player.disarm()),
    return_home: ending(() => player.returnHome()),
    emergency_land: ending(() => player.emergencyLand()),
    kill: ending(() => player.kill()),
    flip: () => player.flip(),
    takeoff: () => takingOff({ aboveM: config.getNumber('FLIGHT/takeoff_height') }),
    takeoff_z: (kwargs) => takingOff({ toZM: readNumber(kwargs, 'z') }),
  };
}

/** Waits for nothing: what it has judged is what starts. */
function startShow(drone: Drone, kwargs: Kwargs): void {
  const { clock, vehicle, player, shows, showClock } = drone;
  const startS = readNumber(kwargs, 'time');
  if (!vehicle.state.connected) throw refused('not started: the autopilot is not connected');
  if (showClock.isUnknown) throw refused("not started: the server's clock is not measured yet");
  const scope = startScope(drone, kwargs);
  const held = shows.planToFly(vehicle.state);
  if (scope === 'live') refuseObstacles(drone, 'not started');
  // Lights lead no drone down at their end: one that hovers would be left to its autopilot.
  else if (vehicle.state.armed) throw refused('not started: for its lights alone it must stand, motors off');
  const plan = scope === 'lights' ? lightsOnly(held) : held;
  const startAtMs = showClock.toMonotonicMs(startS * 1000);
  const lateS = (clock.monotonicMs() - startAtMs) / 1000;
  if (lateS > lateStartS)
    throw refused(`not started: its moment passed ${lateS.toFixed(1)} s ago, check the clocks`);
  if (-lateS > maxStartAheadS) throw refused('not started: its moment is days ahead, check the clocks');
  const confirmation = readConfirmation(drone, kwargs, startS);
  drone.ledTest.cancel();
  const startAtNowMs = startMoment(drone, startS * 1000, startAtMs);
  const digest = typeof kwargs.digest === 'string' ? kwargs.digest : undefined;
  player.start({
    ...{ plan, startAtMs, startAtNowMs, floorZM: shows.floorZM },
    told: { startS, digest },
    ...(confirmation && { confirmation }),
  });
  const what = scope === 'lights' ? 'lights of show' : 'show';
  drone.log('info', `${what} "${plan.animationId}" starts in ${(-lateS).toFixed(2)} s`);
}

/**
 * A server of ours says until when it could still call the start off: it has to be there then.
 * @throws RefusedError after that moment: the server counts without this drone, or has called everybody off.
 */
function readConfirmation({ clock, link, showClock }: Drone, kwargs: Kwargs, startS: number) {
  if (kwargs.confirm_by === undefined) return undefined;
  const confirmByS = readNumber(kwargs, 'confirm_by');
  const beforeS = startS - confirmByS;
  if (!(beforeS >= 0 && beforeS <= maxStartAheadS))
    throw new RefusedError('bad_argument', 'argument "confirm_by" must be UTC s, not after the start');
  if (showClock.toMonotonicMs(confirmByS * 1000) < clock.monotonicMs())
    throw refused('not started: it came too late, the server could not call it off any more');
  return { beforeMs: beforeS * 1000, isGiven: () => link.isConnected() && link.heardMsAgo() <= maxUnheardMs };
}

/** Forgets the start of that moment if it is still counted down to; what has begun, and any other start, goes on. */
async function callOff({ player, log }: Drone, kwargs: Kwargs): Promise<void> {
  const timeS = readNumber(kwargs, 'time');
  const planned = player.plannedStart;
  if (!planned || Math.abs(planned.startS - timeS) >= sameMomentS) return;
  await player.stop('the start was called off');
  log('warn', 'the server knows nothing of the start that was counted down to: called off');
}

/**
 * Own monotonic ms of the start, as it is known best at the moment. A show that has begun does not follow this machine's
 * own clock any more: whoever sets that one sets no drone.
 */
function startMoment({ clock, showClock }: Drone, startUtcMs: number, firstMs: number): () => number {
  let startAtMs = firstMs;
  return () => {
    const hasBegun = clock.monotonicMs() >= startAtMs;
    if (!hasBegun || !showClock.isOsClock) startAtMs = showClock.toMonotonicMs(startUtcMs);
    return startAtMs;
  };
}

/**
 * A server of ours names the digest and the scope that it starts, and has authorized them; an old one knows neither.
 * @throws RefusedError when this drone holds another show, or no authorization for it, or one of another scope.
 */
function startScope({ authorization, shows, link, clock, log }: Drone, kwargs: Kwargs): Scope {
  if (kwargs.digest === undefined && !link.hasFeature('authorization')) {
    log('warn', 'an old server starts the show: without digest and authorization, as clever-show does');
    return 'live';
  }
  const digest = readText(kwargs, 'digest');
  const scope = readScope(kwargs);
  expectHeld(shows.digest, digest);
  const held = authorization.covering(digest, clock.monotonicMs());
  if (!held)
    throw new RefusedError('not_authorized', 'not started: no authorization for this show, or it expired');
  if (held.scope !== scope)
    throw new RefusedError(
      'not_authorized',
      `not started: the server means ${scope}, this drone is authorized for ${held.scope}: authorize again`,
    );
  return scope;
}

/** Nobody flies on parameters that are just being written. */
function refuseDuring({ obstacle }: StandingWork, what: string): void {
  if (obstacle !== undefined) throw refused(`${what}: ${obstacle}`);
}

/** A drone that hovers by our own command has passed its checks; what they ask for holds for one that stands. */
function refuseObstacles({ vehicle, player, guard }: Drone, what: string): void {
  if (vehicle.state.armed && player.lastTask === 'hold') return;
  const [first, ...others] = guard.obstacles;
  if (first !== undefined) throw refused([`${what}: ${first}`, ...others].join('; '));
}

/** A server of ours says when; an old one means now, and so does a moment that can not be meant. */
function pauseShow({ clock, player, showClock }: Drone, kwargs: Kwargs): void {
  const nowMs = clock.monotonicMs();
  const atMs = showClock.toMonotonicMs(
    readNumberOr(kwargs, 'time', showClock.toServerMs(nowMs) / 1000) * 1000,
  );
  const isPlausible =
    !showClock.isUnknown && atMs >= nowMs - maxPauseLateMs && atMs <= nowMs + maxPauseAheadMs;
  const isPrompt = isPlausible && atMs >= nowMs - latePauseMs;
  const rampS = readNumberOr(kwargs, 'ramp', defaultRampS);
  if (!(rampS >= 0 && rampS <= maxRampS))
    throw new RefusedError('bad_argument', `argument "ramp" must be 0 to ${maxRampS} s`);
  player.pause(isPrompt ? atMs : nowMs, rampS * 1000, isPlausible ? atMs : nowMs);
}

function resumeShow({ clock, player, showClock }: Drone, kwargs: Kwargs): void {
  const atMs = showClock.toMonotonicMs(readNumber(kwargs, 'time') * 1000);
  if (showClock.isUnknown) throw refused("not resumed: the server's clock is not measured yet");
  if (atMs > clock.monotonicMs() + maxResumeAheadS * 1000)
    throw refused('not resumed: its moment is too far ahead, check the clocks');
  player.resume(atMs);
}

async function takeOff(drone: Drone, order: ClimbOrder): Promise<void> {
  const heightM = 'toZM' in order ? order.toZM : order.aboveM;
  if (Math.abs(heightM) > maxTakeoffM)
    throw new RefusedError('bad_argument', `a take-off goes to at most ${maxTakeoffM} m`);
  if (!drone.vehicle.state.connected) throw refused('the autopilot is not connected');
  refuseObstacles(drone, 'no take-off');
  drone.ledTest.cancel();
  await drone.player.takeOff(order);
}

function refused(text: string): RefusedError {
  return new RefusedError('refused', text);
}
