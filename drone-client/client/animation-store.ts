/** The animation that the drone holds: the file as it lies on the disk, read, judged and planned. Knows no connection. */
import type { Config } from '../../lib/config/index.js';
import { errorText, RefusedError } from '../../lib/errors.js';
import {
  type Animation,
  buildFlightPlan,
  checkGround,
  type FlightPlan,
  parseCleverShowCsv,
  startPosition,
  startPositionTelemetry,
} from '../../lib/show/index.js';
import type { VehicleState } from '../vehicle/vehicle.js';
import type { DroneFiles } from './drone-files.js';
import { animationPath } from './file-jail.js';
import { readAnimationSettings, readFlightSettings } from './settings.js';

const place = { root: 'data', path: animationPath } as const;

/** Either a plan or a reason why there is none. */
type Loaded = {
  readonly animation: Animation | undefined;
  readonly plan: FlightPlan | undefined;
  readonly state: string;
};

const nothing: Loaded = { animation: undefined, plan: undefined, state: 'no animation: upload one' };

/** Read again whenever the file has changed, planned again whenever the configuration has. */
export class AnimationStore {
  readonly #files: DroneFiles;
  readonly #config: Config;
  readonly #frameError: () => string | undefined;
  #loaded: Loaded = nothing;
  #stamp: string | undefined;
  /** The settings that `#loaded` was made with. */
  #settings = '';
  #refreshing: Promise<void> = Promise.resolve();

  /** `frameError`: why nothing can be flown in the configured frame. */
  constructor(files: DroneFiles, config: Config, frameError: () => string | undefined) {
    this.#files = files;
    this.#config = config;
    this.#frameError = frameError;
  }

  /** The id in the file; undefined without a readable one. */
  get id(): string | undefined {
    return this.#loaded.animation?.id;
  }

  /** `OK`, or what is wrong with the file. */
  get state(): string {
    return this.#loaded.state;
  }

  get plan(): FlightPlan | undefined {
    return this.#loaded.plan;
  }

  /**
   * Looks at the disk; reads the file when it or the settings are others than before, or in any case with `force`.
   * One look at a time: whoever waited for a look that began later holds no older file.
   */
  refresh({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const refreshed = this.#refreshing.then(() => this.#refresh(force));
    this.#refreshing = refreshed.catch(() => undefined);
    return refreshed;
  }

  /** Why the show must not be started now; undefined when it may. */
  startError(vehicle: VehicleState): string | undefined {
    const { plan, state } = this.#loaded;
    if (!plan) return state;
    if (!plan.start) return 'the animation has no frame to fly';
    const frameError = this.#frameError();
    if (frameError !== undefined) return frameError;
    if (vehicle.armed || vehicle.systemStatus === 'ACTIVE') return undefined;
    const heightM = vehicle.connected ? vehicle.position?.positionM.z : undefined;
    return checkGround(plan, readAnimationSettings(this.#config), heightM);
  }

  /** The telemetry value `start_position`. */
  startPosition(vehicle: VehicleState): readonly [number, number, number, number, string, number] {
    return startPositionTelemetry(startPosition(this.plan, this.startError(vehicle)));
  }

  /** Lowest commanded height of the next show, m. */
  get floorZM(): number | 'start' | undefined {
    const { checkGround: isChecked, groundLevelM } = readAnimationSettings(this.#config);
    if (!isChecked) return undefined;
    return groundLevelM === 'current' ? 'start' : groundLevelM;
  }

  /** @throws RefusedError with the reason when there is nothing that could be flown. */
  planToFly(vehicle: VehicleState): FlightPlan {
    const error = this.startError(vehicle);
    const { plan } = this;
    if (error !== undefined || !plan)
      throw new RefusedError('refused', `not started: ${error ?? this.state}`);
    if (this.#settings !== this.#presentSettings())
      throw new RefusedError('refused', 'not started: the configuration has just changed');
    return plan;
  }

  async #refresh(force: boolean): Promise<void> {
    const stamp = await this.#files.stamp(place);
    if (stamp === this.#stamp && this.#settings === this.#presentSettings() && !force) return;
    const read = stamp === undefined ? undefined : await this.#read();
    this.#stamp = stamp;
    this.#settings = this.#presentSettings();
    this.#loaded = read?.content
      ? this.#load(read.content)
      : { ...nothing, state: read?.error ?? nothing.state };
  }

  async #read(): Promise<{ readonly content?: Uint8Array; readonly error?: string }> {
    try {
      return { content: await this.#files.read(place) };
    } catch (error) {
      return { error: errorText(error) };
    }
  }

  /** All that a plan depends on beside the file. */
  #presentSettings(): string {
    const frameDelayS = this.#config.getNumber('ANIMATION/frame_delay');
    return JSON.stringify([
      readAnimationSettings(this.#config),
      readFlightSettings(this.#config),
      frameDelayS,
    ]);
  }

  #load(content: Uint8Array): Loaded {
    try {
      const text = new TextDecoder().decode(content);
      const frameDelayS = this.#config.getNumber('ANIMATION/frame_delay');
      return this.#plan(parseCleverShowCsv(text, animationPath, { frameDelayS }));
    } catch (error) {
      return { ...nothing, state: errorText(error) };
    }
  }

  #plan(animation: Animation): Loaded {
    try {
      const settings = readAnimationSettings(this.#config);
      return {
        animation,
        plan: buildFlightPlan(animation, settings, readFlightSettings(this.#config)),
        state: 'OK',
      };
    } catch (error) {
      return { animation, plan: undefined, state: errorText(error) };
    }
  }
}
