/**
 * Flies one drone: its part of a show, take-off, hold, landing, on its own monotonic clock. Knows the vehicle and the
 * light through their ports; no server and no MAVLink.
 * Longer than most files: it is the one place that decides which of these has the drone.
 */
import { errorText, RefusedError } from '../../lib/errors.js';
import { distance, type Vec3 } from '../../lib/geo/frames.js';
import { black } from '../../lib/show/model.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Led } from '../led/led.js';
import type { Setpoint, Vehicle, VehicleEvent, VehiclePosition, VehicleState } from '../vehicle/vehicle.js';
import {
  type Activity,
  hasLifted,
  type Indications,
  isFlying,
  isStreaming,
  launchOf,
  lightOf,
  taskText,
} from './activity.js';
import { AwayWatch } from './away-watch.js';
import { Climb, type ClimbOrder, climbObstacle } from './climb.js';
import { ClockSetWatch } from './clock-set-watch.js';
import { dryRun } from './dry-run.js';
import type { Ending, EndingKind } from './ending.js';
import { type EndingSettings, makeEnding, supersedes } from './endings.js';
import { FlightRecord, type FlightReport, noFlight } from './flight-record.js';
import { Flip, flipObstacle, isFresh } from './flip.js';
import { LateMotors } from './late-motors.js';
import { armingRefused, Launch } from './launch.js';
import { LightBeat } from './light-beat.js';
import { type PlayerSituation, playerSituation, type SentSetpoint } from './player-situation.js';
import { holdAt, SetpointGuide } from './setpoint-guide.js';
import { ShowFlight, type ShowOrder } from './show-flight.js';
import { TakeoverWatch } from './takeover-watch.js';
import { Ticker } from './ticker.js';
import { modeVerdict, motorsVerdict } from './verdict.js';

/** 20 Hz. Source: PX4 wants more than 2 Hz; 20 Hz or more is right. */
const tickMs = 50;

/** How often it is looked whether the server's clock is where it was thought to be, ms. */
const steerMs = 190;

/** Fastest climb of a take-off by command, m/s. */
const climbMPerS = 1;

/** A resume that comes later than this is refused: the show can not be joined in step any more, ms. */
const lateResumeMs = 500;

/** Why a drone does not start that was told to. */
const forsaken =
  'not started: the server was gone at the last moment at which it could have called the start off';

const clockWasSet = "the server's clock was set in the countdown: not started, start again";

/** Settings that may change between flights. */
export type PlayerSettings = Indications & EndingSettings;

/** What the log wants to know: how a flight ended, and what went wrong on the way. */
type PlayerEvent = { readonly type: 'flightEnded' | 'warned'; readonly text: string };

export type ShowPlayerOptions = {
  readonly clock: Clock;
  readonly vehicle: Vehicle;
  readonly led: Led;
  readonly settings: () => PlayerSettings;
  /** The server's UTC ms of a moment on the own monotonic clock; undefined while unknown. */
  readonly toServerMs: (monotonicMs: number) => number | undefined;
  /** ± ms of that; undefined while unknown. */
  readonly clockUncertaintyMs?: () => number | undefined;
  readonly onEvent?: (event: PlayerEvent) => void;
};

/** One drone's player. Every command takes effect at once; `land`, `disarm`, `stop` first forget what was planned. */
export class ShowPlayer {
  readonly #options: ShowPlayerOptions;
  readonly #guide = new SetpointGuide();
  readonly #watch = new TakeoverWatch();
  readonly #away = new AwayWatch();
  readonly #ticker: Ticker;
  readonly #lights: LightBeat;
  readonly #unsubscribe: () => void;
  #activity: Activity | undefined;
  #ending: Ending | undefined;
  /** Of a hover that is interrupted by it. */
  #flip: Flip | undefined;
  #lastSent: SentSetpoint | undefined;
  #record: FlightRecord | undefined;
  /** The one that took the drone off last: it knows the ground. */
  #launch: Launch | undefined;
  readonly #lateMotors = new LateMotors();
  /** The autopilot was lost in flight: where the drone is by now is not known yet. */
  #isAstray = false;
  #lastOutcome: string | undefined;
  readonly #clockSet = new ClockSetWatch();
  #steeredMs = Number.NEGATIVE_INFINITY;
  /** Until then the lights of a show are somebody else's, monotonic ms. */
  #lentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: ShowPlayerOptions) {
    this.#options = options;
    this.#ticker = new Ticker(options.clock, tickMs, (nowMs) => this.#tick(nowMs));
    this.#lights = new LightBeat({ ...options, setpointMs: tickMs }, (nowMs) => this.#lightOfShow(nowMs));
    this.#unsubscribe = options.vehicle.onEvent((event) => this.#onVehicleEvent(event));
  }

  /** How the last flight or attempt ended; undefined before the first. */
  get lastOutcome(): string | undefined {
    return this.#lastOutcome;
  }

  /** Anything at all is going on. */
  get isBusy(): boolean {
    return this.#activity !== undefined || this.#ending !== undefined;
  }

  /** A show is planned, and nothing of it has begun yet. */
  get isCountingDown(): boolean {
    return this.#activity?.kind === 'show' && this.#activity.flight.step === undefined;
  }

  /** The start that is counted down to, as it was told; undefined when there is none. */
  get plannedStart(): ShowOrder['told'] {
    return this.isCountingDown && this.#activity?.kind === 'show' ? this.#activity.flight.told : undefined;
  }

  /** The lights belong to what is going on. */
  get isPlayingColors(): boolean {
    return this.isBusy && this.#activity?.kind !== 'hold';
  }

  /** A landing shows that it is one, whoever wants the lights. */
  get mayLendLights(): boolean {
    return this.#ending === undefined;
  }

  /** Leaves the lights alone for so long, ms, until a landing begins; 0 takes them back. */
  lendLights(forMs: number): void {
    this.#lentUntilMs = this.#nowMs() + forMs;
  }

  /** `paused`, the task that runs, `NAME in 3.2 s`, or `No task`. */
  get lastTask(): string {
    if (this.#flip) return 'flip';
    return this.#ending?.kind ?? taskText(this.#activity, this.#nowMs());
  }

  /** When the motors of a show that is planned are to start, from now, ms; undefined without one, or once they were. */
  get launchesInMs(): number | undefined {
    const flight = this.#activity?.kind === 'show' ? this.#activity.flight : undefined;
    const step = flight?.run.launchStep;
    if (!flight || !step || flight.launch.isArmAsked) return undefined;
    return flight.run.atMs(step.startS) - this.#nowMs();
  }

  /** By how much a show that is on is late by what is known of the server's clock now, ms; undefined without one. */
  get clockOffsetMs(): number | undefined {
    return this.#activity?.kind === 'show' ? this.#activity.flight.clockOffsetMs : undefined;
  }

  get report(): FlightReport {
    return this.#record?.report(this.#options.vehicle.state.connected) ?? noFlight;
  }

  /** What the watchdog and the flight log want to know. */
  get situation(): PlayerSituation {
    return playerSituation({
      activity: this.#activity,
      isEnding: this.#ending !== undefined,
      lastSent: this.#lastSent,
      nowMs: this.#nowMs(),
    });
  }

  /**
   * @throws RefusedError while a show, a take-off or a landing is under way, motors run that are not ours, or the show
   * can not be flown through.
   */
  start(order: ShowOrder): void {
    const isHovering = this.#activity?.kind === 'hold';
    this.#refuseWhileBusy();
    if (this.#options.vehicle.state.armed && !isHovering)
      throw refused('the motors run already: land or disarm first');
    const { clock, vehicle, toServerMs, clockUncertaintyMs } = this.#options;
    dryRun(order, { clock, state: vehicle.state });
    this.#record = new FlightRecord(toServerMs, clockUncertaintyMs);
    const flight = new ShowFlight({
      order,
      clock,
      vehicle,
      guide: this.#guide,
      isHovering,
      groundZM: this.#launch?.startSetpoint?.positionM.z,
      onLand: () => this.#settle(this.#beginEnding('land', 'landed')),
      onLaunchFailed: (error) => this.#onLaunchFailed(flight.launch, error),
    });
    if (!isHovering) this.#launch = flight.launch;
    // The beat falls on the first setpoint of the show, whenever in the show that is.
    this.#begin({ kind: 'show', flight }, flight.run.firstSetpointAtMs);
  }

  /**
   * Slows the show down to a hold from `atMs` on (monotonic), over `rampMs`; the others of the show do so at `meantMs`.
   * @throws RefusedError without a show.
   */
  pause(atMs: number, rampMs: number, meantMs = atMs): void {
    if (this.#ending) throw refused('the drone is landing already');
    if (this.#activity?.kind !== 'show') throw refused('no show is under way');
    this.#activity.flight.run.pause(atMs, rampMs, meantMs);
  }

  /** Goes on at `atMs`, monotonic. @throws RefusedError when nothing is paused, or the moment is long gone. */
  resume(atMs: number): void {
    const flight = this.#activity?.kind === 'show' ? this.#activity.flight : undefined;
    const pausedSinceMs = flight?.run.pausedSinceMs;
    if (!flight || pausedSinceMs === undefined) throw refused('nothing is paused');
    const isBegun = pausedSinceMs >= flight.run.startAtMs;
    const goesOnAtMs = isBegun ? atMs : Math.max(atMs, flight.run.startAtMs);
    if (goesOnAtMs < this.#nowMs() - lateResumeMs)
      throw refused('its moment has passed: resume again, check the clocks');
    flight.run.resume(atMs);
    this.#ticker.start(flight.run.firstSetpointAtMs);
    this.#lights.start(flight.run.firstSetpointAtMs);
  }

  /** Forgets what is planned and, in flight, holds the position; on the ground motors that run are stopped. */
  async stop(why = 'stopped'): Promise<void> {
    if (this.#ending) return this.#drop(why);
    const wasStreaming = isStreaming(this.#activity);
    if (this.#activity?.kind === 'hold') return;
    if (hasLifted(this.#activity)) return this.#holdHere(why);
    this.#drop(why);
    this.#end();
    if (wasStreaming && this.#options.vehicle.state.armed) await this.#options.vehicle.disarm();
  }

  /** Forgets what is planned and lands. Rejects with the vehicle's reason, and goes on trying all the same. */
  land(why = 'landed on command'): Promise<void> {
    return this.#endBy('land', why);
  }

  /** Forgets what is planned, flies home and lands; where the autopilot can not, it lands where it is. */
  returnHome(why = 'returned on command'): Promise<void> {
    return this.#endBy('return', why);
  }

  /** Forgets what is planned and sinks without a position, level, until the motors stand. */
  emergencyLand(why = 'emergency landing on command'): Promise<void> {
    return this.#endBy('emergency land', why);
  }

  /** Turns once about the roll axis, from a hover. @throws RefusedError when it does not hover, or too low. */
  flip(): void {
    if (this.#activity?.kind !== 'hold' || this.#ending)
      throw refused('a flip begins in a hover: take off first');
    if (this.#flip) throw refused('it flips already');
    const groundZM = this.#launch?.startSetpoint?.positionM.z;
    const obstacle = flipObstacle(this.#options.vehicle.state, groundZM, this.#nowMs());
    if (obstacle !== undefined) throw refused(obstacle);
    this.#flip = new Flip();
  }

  /** Stops the motors wherever it is: it falls. Rejects with the vehicle's reason; what was planned is forgotten. */
  async kill(): Promise<void> {
    this.#giveUp('killed on command');
    await this.#options.vehicle.kill();
  }

  /** Forgets what is planned and stops the motors by the plain command; where that is refused the drone holds. */
  async disarm(why = 'disarmed on command'): Promise<void> {
    if (hasLifted(this.#activity) && !this.#ending) this.#holdHere(why);
    else this.#drop(why);
    if (!this.#activity && !this.#ending) this.#end();
    await this.#options.vehicle.disarm();
  }

  /** Arms and climbs at 1 m/s or slower, then holds. Resolves when armed; @throws RefusedError with the reason. */
  async takeOff(order: ClimbOrder): Promise<void> {
    this.#refuseWhileBusy();
    const isHovering = this.#activity?.kind === 'hold';
    const { clock, vehicle } = this.#options;
    if (vehicle.state.armed && !isHovering) throw refused('the motors run already, and not by our command');
    this.#expectAboveGround(order);
    const climb = new Climb({ guide: this.#guide, order, speedMPerS: climbMPerS });
    const launch = isHovering ? undefined : new Launch({ clock, vehicle });
    this.#launch = launch ?? this.#launch;
    this.#begin({ kind: 'climb', climb, launch }, clock.monotonicMs());
    launch?.prepare();
    await launch?.arm().catch((error: unknown) => {
      this.#onLaunchFailed(launch, error);
      throw refused(armingRefused(error));
    });
  }

  #expectAboveGround(order: ClimbOrder): void {
    const standsZM = this.#options.vehicle.state.position?.positionM.z;
    const hoversZM = this.#activity?.kind === 'hold' ? this.#activity.at.positionM.z : undefined;
    const groundZM = hoversZM === undefined ? standsZM : this.#launch?.startSetpoint?.positionM.z;
    const obstacle = climbObstacle(order, { fromZM: hoversZM ?? standsZM, groundZM });
    if (obstacle !== undefined) throw refused(obstacle);
  }

  /** Sends nothing any more. */
  close(): void {
    this.#giveUp('the client ended');
    this.#unsubscribe();
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  #refuseWhileBusy(): void {
    if (this.#ending) throw refused('the drone is landing: wait until it is down');
    if (this.#activity?.kind === 'show') throw refused('a show is under way: stop or land first');
    if (this.#activity?.kind === 'climb') throw refused('the drone is taking off');
  }

  #begin(activity: Activity, originMs: number): void {
    this.#activity = activity;
    this.#watch.reset();
    this.#ticker.start(originMs);
    if (activity.kind === 'show') this.#lights.start(originMs);
  }

  /** Forgets what was planned; a landing under way goes on. */
  #drop(result: string | undefined): void {
    const activity = this.#activity;
    this.#lateMotors.abandon(launchOf(activity));
    if (activity?.kind === 'show') activity.flight.cancel();
    if (activity?.kind === 'climb') activity.launch?.cancel();
    this.#activity = undefined;
    this.#flip = undefined;
    if (activity && result !== undefined && !this.#ending) this.#conclude(result);
  }

  #holdHere(result: string | undefined): void {
    const { last } = this.#guide;
    this.#drop(result);
    if (last) this.#hold(last);
  }

  #hold({ positionM }: Setpoint): void {
    this.#activity = { kind: 'hold', at: holdAt(positionM) };
    this.#options.led.setColor(black);
  }

  #conclude(result: string): void {
    if (this.#record?.report().isFlying) this.#record.end(result);
    this.#lastOutcome = result;
    this.#options.onEvent?.({ type: 'flightEnded', text: result });
  }

  /** Nothing is left to do: no stream, no light. */
  #end(): void {
    this.#activity = undefined;
    this.#ticker.stop();
    this.#lights.stop();
    this.#guide.forget();
    this.#lastSent = undefined;
    this.#options.led.setColor(black);
  }

  #onLaunchFailed(launch: Launch | undefined, error: unknown): void {
    if (!launch || launchOf(this.#activity) !== launch) return;
    this.#drop(armingRefused(error));
    this.#end();
    if (launch.hasBeenArmed) this.#stopMotors();
  }

  /** Setpoints may have lifted it already: in the air, where the plain command is refused, it is landed instead. */
  #stopMotors(): void {
    const why = 'the motors ran though the launch was over';
    this.#settle(this.#options.vehicle.disarm().catch(() => this.#endBy('land', why)));
  }

  /** A stronger ending takes the place of a weaker one; the same one goes on. */
  async #endBy(kind: EndingKind, why: string): Promise<void> {
    const { connected, armed } = this.#options.vehicle.state;
    if (!supersedes(kind, this.#ending)) {
      this.#drop(why);
      return this.#ending?.kind === kind ? this.#ending.again() : undefined;
    }
    if (connected && !armed) {
      this.#drop(why);
      return this.#end();
    }
    if (isStreaming(this.#activity)) this.#holdHere(undefined);
    await this.#beginEnding(kind, why);
  }

  async #beginEnding(kind: EndingKind, result: string): Promise<void> {
    this.#ending?.cancel();
    this.#watch.reset(this.#options.vehicle.state.role);
    this.#flip = undefined;
    const { clock, vehicle, settings, onEvent } = this.#options;
    this.#ending = makeEnding(kind, settings(), {
      ...{ clock, vehicle },
      onWarning: (text) => onEvent?.({ type: 'warned', text }),
      onDisarmed: (how) => this.#onLanded(how === undefined ? result : `${result}; ${how}`),
    });
    this.#record?.ending(result);
    if (!this.#ticker.isRunning) this.#ticker.start(this.#nowMs());
    await this.#ending.begin();
  }

  #onLanded(result: string): void {
    this.#ending = undefined;
    this.#guide.forget();
    this.#conclude(result);
    const flight = this.#activity?.kind === 'show' ? this.#activity.flight : undefined;
    flight?.landed();
    if (!flight || flight.run.isOver(this.#nowMs())) this.#end();
  }

  #settle(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.onEvent?.({ type: 'warned', text: errorText(error) }));
  }

  /** The setpoint goes out first: what else there is to do must not make it late. */
  #tick(nowMs: number): void {
    if (this.#activity?.kind === 'show' && this.#activity.flight.isForsaken(nowMs)) this.#forsake(forsaken);
    this.#ending?.tick(nowMs);
    const setpoint = this.#flipping(nowMs) ? undefined : this.#setpointAt(nowMs);
    const activity = this.#activity;
    const isOnShow = activity?.kind === 'show' && activity.flight.isOnShow;
    if (setpoint && isOnShow && this.#record?.lacksStart) {
      this.#sendFirst(setpoint, nowMs, activity);
      return;
    }
    if (setpoint) this.#send(setpoint, nowMs);
    this.#afterSetpoint(nowMs);
  }

  /**
   * The first setpoint of the show is made ready ahead and goes out at its moment. Where several drones share a computer, those of
   * all of them come before anything else.
   */
  #sendFirst(setpoint: Setpoint, nowMs: number, activity: Activity & { kind: 'show' }): void {
    const { clock } = this.#options;
    const handOver = () => {
      if (this.#activity !== activity) return;
      this.#send(setpoint, nowMs);
      const sentMs = clock.monotonicMs();
      clock.after(0, () => {
        if (this.#activity !== activity) return;
        this.#recordStart(activity.flight, sentMs);
        this.#afterSetpoint(nowMs);
      });
    };
    if (clock.monotonicMs() >= nowMs) handOver();
    else clock.at(nowMs, handOver);
  }

  #afterSetpoint(nowMs: number): void {
    this.#steer(nowMs);
    if (!this.#lights.isRunning) this.#light(nowMs);
    const activity = this.#activity;
    if (activity?.kind === 'show' && activity.flight.run.isOver(nowMs) && !this.#ending) this.#end();
  }

  #forsake(why: string): void {
    this.#options.onEvent?.({ type: 'warned', text: `${why}: the start is dropped` });
    this.#settle(this.stop(why));
  }

  /** The beat moves with the show. Clocks drift slowly: not every tick has to look. */
  #steer(nowMs: number): void {
    if (this.#activity?.kind !== 'show' || nowMs - this.#steeredMs < steerMs) return;
    this.#steeredMs = nowMs;
    const { flight } = this.#activity;
    flight.steer(nowMs);
    if (this.#clockSet.isSet(flight, nowMs)) this.#forsake(clockWasSet);
    else {
      this.#ticker.align(flight.run.firstSetpointAtMs);
      this.#lights.align(flight.run.firstSetpointAtMs);
    }
  }

  /** Between two setpoints; false when no show is flown any more. */
  #lightOfShow(nowMs: number): boolean {
    if (this.#activity?.kind !== 'show') return false;
    this.#light(nowMs);
    return true;
  }

  #light(nowMs: number): void {
    const { led, settings } = this.#options;
    if (nowMs < this.#lentUntilMs && !this.#ending) return;
    const at = { nowMs, isLanding: this.#ending !== undefined };
    const light = lightOf(this.#activity, at, settings());
    if (light && 'kind' in light) led.play(light);
    else if (light) led.setColor(light);
  }

  #send(setpoint: Setpoint, nowMs: number): void {
    this.#options.vehicle.sendSetpoint(setpoint);
    this.#lastSent = { setpoint, sentMs: nowMs };
  }

  /** True while a flip flies instead of the hover's setpoint. */
  #flipping(nowMs: number): boolean {
    const attitude = this.#flip?.setpointAt(nowMs, this.#options.vehicle.state);
    if (!attitude) this.#flip = undefined;
    else {
      this.#options.vehicle.sendAttitude(attitude);
      this.#lastSent &&= { ...this.#lastSent, sentMs: nowMs };
    }
    return attitude !== undefined;
  }

  #setpointAt(nowMs: number): Setpoint | undefined {
    const activity = this.#activity;
    const ofShow = activity?.kind === 'show' ? activity.flight.tick(nowMs) : undefined;
    if (this.#ending) return this.#setpointUntilEnding(nowMs);
    if (activity?.kind === 'hold') return this.#guide.reset(activity.at, nowMs);
    if (activity?.kind !== 'climb') return ofShow;
    if (activity.launch && !activity.launch.hasBeenArmed) {
      const ground = activity.launch.groundSetpoint();
      return ground && this.#guide.reset(ground, nowMs);
    }
    const setpoint = activity.climb.setpointAt(nowMs);
    if (activity.climb.isDone && setpoint) this.#hold(setpoint);
    return setpoint;
  }

  /** Until the autopilot has taken over it is held where it is. */
  #setpointUntilEnding(nowMs: number): Setpoint | undefined {
    const { last } = this.#guide;
    if (!last || !this.#ending?.wantsHold) return undefined;
    return this.#guide.reset(holdAt(last.positionM), nowMs);
  }

  #recordStart({ run, clockOffsetMs }: ShowFlight, sentMs: number): void {
    this.#record?.firstSetpoint({ plannedMs: run.firstSetpointAtMs, sentMs, clockOffsetMs });
  }

  #onVehicleEvent(event: VehicleEvent): void {
    if (event.type === 'positionReceived') {
      this.#measure(event.position);
      this.#watchAway(this.#options.vehicle.state);
    } else if (event.type !== 'textReceived') this.#watchState(event.type === 'heartbeatReceived');
  }

  #watchState(isHeartbeat: boolean): void {
    this.#ending?.check();
    const { state } = this.#options.vehicle;
    const underWay = { activity: this.#activity, ending: this.#ending };
    const verdict =
      motorsVerdict(underWay, state) ?? (isHeartbeat ? modeVerdict(underWay, state, this.#watch) : undefined);
    if (verdict !== undefined) this.#giveUp(verdict);
    if (this.#lateMotors.haveStarted(state, this.isBusy)) this.#stopMotors();
    this.#watchAstray(state);
    this.#watchAway(state);
  }

  /** Who was away from the show does not hurry after it: nobody is where they were any more. */
  #watchAway(state: VehicleState): void {
    const flight = this.#activity?.kind === 'show' ? this.#activity.flight : undefined;
    if (!flight?.hasLifted || this.#ending) {
      this.#away.reset();
      return;
    }
    const away = this.#away.look(state, (atMs) => this.#placeAt(flight, atMs));
    if (away?.what === 'leave') this.#giveUp(away.why);
    if (away?.what !== 'land') return;
    this.#options.onEvent?.({ type: 'warned', text: `${away.why}: it lands` });
    const { position } = state;
    if (isFresh(position, this.#nowMs()) && position)
      this.#guide.reset(holdAt(position.positionM), this.#nowMs());
    this.#settle(this.#endBy('land', away.why));
  }

  /**
   * While it was not heard the autopilot may have taken the drone elsewhere; when the stream reaches it again it follows
   * again: it is led on from where the drone is, and not thrown to where it should be.
   */
  #watchAstray({ connected, position }: VehicleState): void {
    if (!connected) this.#isAstray = isFlying(this.#activity);
    if (!connected || !this.#isAstray || !isFresh(position, this.#nowMs())) return;
    this.#isAstray = false;
    if (!position || !hasLifted(this.#activity)) return;
    const here = this.#guide.reset(holdAt(position.positionM), this.#nowMs());
    if (this.#activity?.kind === 'hold') this.#hold(here);
  }

  /** Sends nothing any more: somebody else has the drone, or the motors stand. */
  #giveUp(result: string): void {
    this.#ending?.cancel();
    this.#ending = undefined;
    this.#drop(result);
    this.#end();
  }

  #measure({ atMs, positionM }: VehiclePosition): void {
    const flight = this.#activity?.kind === 'show' ? this.#activity.flight : undefined;
    if (!flight?.hasLifted || this.#ending) return;
    const placeM = this.#placeAt(flight, atMs);
    if (placeM) this.#record?.addDistance(distance(placeM, positionM));
  }

  /** Where the show itself has the drone; undefined on the way to it and from it. */
  #placeAt({ run }: ShowFlight, atMs: number): Vec3 | undefined {
    return run.stepAt(atMs)?.kind === 'fly' ? run.pointAt(atMs)?.positionM : undefined;
  }
}

function refused(text: string): RefusedError {
  return new RefusedError('refused', text);
}
