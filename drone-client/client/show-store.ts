/** The show that the drone holds: the file as it lies on the disk, read, judged and planned. Knows no connection. */
import type { Config } from '../../lib/config/index.js';
import { errorText, RefusedError } from '../../lib/errors.js';
import { checkGround, type FlightPlan, startPosition, startPositionTelemetry } from '../../lib/show/index.js';
import type { PartCommon } from '../../lib/show/part/show-part.js';
import type { VehicleState } from '../vehicle/vehicle.js';
import type { DroneFiles } from './drone-files.js';
import { animationPath, showPartPath } from './file-jail.js';
import { expectUnmoved, type HeldShow, heldAnimation, heldPart, noShow, unreadable } from './held-show.js';
import { readAnimationSettings, readFlightSettings } from './settings.js';

const partPlace = { root: 'data', path: showPartPath } as const;
const animationPlace = { root: 'data', path: animationPath } as const;

export type ShowStoreOptions = {
  readonly files: DroneFiles;
  readonly config: Config;
  /** Why nothing can be flown in the configured frame, or not a show that lies where this one does. */
  readonly frameError: (common: PartCommon | undefined) => string | undefined;
};

/** Read again whenever a file has changed, planned again whenever the configuration has. A part comes first. */
export class ShowStore {
  readonly #options: ShowStoreOptions;
  #held: HeldShow = noShow;
  #stamp: string | undefined;
  /** The settings that `#held` was made with. */
  #settings = '';
  #refreshing: Promise<void> = Promise.resolve();

  constructor(options: ShowStoreOptions) {
    this.#options = options;
  }

  /** The id in the animation, the title of a Starling show; undefined without a readable one. */
  get id(): string | undefined {
    return this.#held.id;
  }

  /** `OK`, or what is wrong with the file. */
  get state(): string {
    return this.#held.state;
  }

  get plan(): FlightPlan | undefined {
    return this.#held.plan;
  }

  /** SHA-256 of the part that lies on the disk; undefined for a clever-show animation. */
  get digest(): string | undefined {
    return this.#held.digest;
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
    const { plan, state, common } = this.#held;
    if (!plan) return state;
    if (!plan.start) return 'the animation has no frame to fly';
    const error = this.#settingsError() ?? this.#options.frameError(common);
    if (error !== undefined) return error;
    if (vehicle.armed || vehicle.systemStatus === 'ACTIVE') return undefined;
    const heightM = vehicle.connected ? vehicle.position?.positionM.z : undefined;
    return checkGround(plan, readAnimationSettings(this.#options.config), heightM);
  }

  /** The telemetry value `start_position`. */
  startPosition(vehicle: VehicleState): readonly [number, number, number, number, string, number] {
    return startPositionTelemetry(startPosition(this.plan, this.startError(vehicle)));
  }

  /** Lowest commanded height of the next show, m. */
  get floorZM(): number | 'start' | undefined {
    const { checkGround: isChecked, groundLevelM } = readAnimationSettings(this.#options.config);
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
    const { files } = this.#options;
    const [part, animation] = [await files.stamp(partPlace), await files.stamp(animationPlace)];
    const stamp = `${part} ${animation}`;
    if (stamp === this.#stamp && this.#settings === this.#presentSettings() && !force) return;
    const held = await this.#read({ hasPart: part !== undefined, hasAnimation: animation !== undefined });
    this.#stamp = stamp;
    this.#settings = this.#presentSettings();
    this.#held = held;
  }

  async #read({ hasPart, hasAnimation }: { readonly hasPart: boolean; readonly hasAnimation: boolean }) {
    const { files, config } = this.#options;
    try {
      if (hasPart) return heldPart(await files.read(partPlace));
      return hasAnimation ? heldAnimation(await files.read(animationPlace), config) : noShow;
    } catch (error) {
      return unreadable(error);
    }
  }

  /** All that a plan depends on beside the file. */
  #presentSettings(): string {
    const { config } = this.#options;
    const frameDelayS = config.getNumber('ANIMATION/frame_delay');
    return JSON.stringify([readAnimationSettings(config), readFlightSettings(config), frameDelayS]);
  }

  /** A part is flown as it is: where the configuration would move it, it is not flown at all. */
  #settingsError(): string | undefined {
    if (!this.#held.common) return undefined;
    try {
      expectUnmoved(this.#options.config);
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }
}
