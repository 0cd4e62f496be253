/**
 * The loaded show on this fleet: who flies which slot, what each drone is to hold, and whether it may be started.
 * Knows drones by their views; no connection, no run.
 */
import { ShowError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { AssignBy } from '../../lib/show/assign/assign-slots.js';
import type { Expected } from '../fleet/proof.js';
import { numberAt } from '../fleet/telemetry.js';
import type { DroneView, LoadedShow } from '../snapshot.js';
import {
  type AuthorizationScope,
  Authorizer,
  type AuthorizerOptions,
  type GivenAuthorization,
} from './authorizer.js';
import { noShow } from './refusals.js';
import type { Outcome } from './send-command.js';
import { animationIdOf, type StoredShow } from './show-store.js';
import { Slots } from './slots.js';
import { animationPath, showPartPath, type UploadFile } from './upload.js';

export type StageOptions = Omit<AuthorizerOptions, 'showDigest' | 'digestOf'> & {
  /** Every drone of the table, in its order; the same list until one comes or goes. */
  readonly ids: () => readonly string[];
  readonly view: (id: string) => DroneView | undefined;
  /** What a drone is to hold has changed, or may have. */
  readonly onChange: () => void;
  /** Why nothing that flies may be authorized, or started, whatever the drones say; undefined: nothing. */
  readonly obstacles?: {
    readonly authorize: () => string | undefined;
    readonly start: () => string | undefined;
  };
};

/** Shortest text that counts as a reason. */
export const leastReason = 8;

export class Stage {
  readonly authorizer: Authorizer;
  readonly #options: StageOptions;
  readonly #slots = new Slots();
  #show: StoredShow | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
    this.authorizer = new Authorizer({
      ...options,
      showDigest: () => this.#show?.loaded.digest,
      digestOf: (id) => this.digestOf(id) ?? undefined,
    });
  }

  get loaded(): LoadedShow | undefined {
    return this.#show?.loaded;
  }

  /** Another show takes the place of the one before; what was assigned and authorized is over. */
  load(show: StoredShow): void {
    this.#show = show;
    this.#slots.forget();
    this.authorizer.tick();
    this.#options.onChange();
  }

  /** The slots as they were decided; undefined while names decide. */
  get decidedSlots(): [id: string, slot: string | null][] | undefined {
    return this.#slots.decided;
  }

  /** Goes on with what a server before this one had decided and authorized for the show that is loaded. */
  restore(
    slots: readonly (readonly [id: string, slot: string | null])[] | undefined,
    authorization: GivenAuthorization | undefined,
  ): void {
    if (slots && this.#show) this.#slots.restore(slots, this.#show.show);
    if (authorization) this.authorizer.restore(authorization);
    this.#changed();
  }

  slotOf(id: string): string | undefined {
    return this.#show && this.#slots.slotOf(id, this.#options.ids(), this.#show.show);
  }

  /** The digest of what a drone is to hold; null when the show has nothing for it, undefined without a show. */
  digestOf(id: string): string | null | undefined {
    if (!this.#show) return undefined;
    const slot = this.slotOf(id);
    return (slot !== undefined && this.#show.digests.get(slot)) || null;
  }

  /** What a drone is to hold; null when the show has nothing for it, undefined without a show. */
  expectedOf(id: string): Expected | null | undefined {
    const digest = this.digestOf(id);
    const slot = this.slotOf(id);
    if (!this.#show || digest === null || digest === undefined || slot === undefined)
      return this.#show && null;
    return { digest, animationId: animationIdOf(this.#show.loaded.name, digest) };
  }

  /**
   * What a drone is sent: its part, or to an old one an animation. Undefined when the show has nothing for it.
   * @throws ShowError when it can not be made.
   */
  async fileFor(id: string, isOurs: boolean): Promise<UploadFile | undefined> {
    const slot = this.slotOf(id);
    if (slot === undefined || !this.#show) return undefined;
    const content = isOurs ? this.#show.parts.get(slot) : await this.#show.animation(slot);
    if (!content) return undefined;
    if (!isOurs) return { filepath: animationPath, content };
    return { filepath: showPartPath, content, sha256: this.#show.digests.get(slot) };
  }

  /** The digest and the scope that a start names; none for an old drone, which knows neither. */
  startNames(id: string): { readonly digest?: string; readonly scope?: AuthorizationScope } {
    const wish = this.authorizer.wishFor(id);
    if (!wish || this.#options.view(id)?.proof !== 'match') return {};
    return { digest: wish.digest, scope: wish.scope };
  }

  /** Why the loaded show must not be authorized; undefined when it may. */
  authorizeRefusal(override: string | undefined, scope: AuthorizationScope): Outcome | undefined {
    const { loaded } = this;
    if (!loaded) return noShow;
    const open = scope === 'live' ? this.#options.obstacles?.authorize() : undefined;
    if (open !== undefined) return { ok: false, code: 'checklist', message: open };
    if (loaded.violations.length === 0) return undefined;
    if (override !== undefined && override.trim().length >= leastReason) return undefined;
    const kinds = loaded.violations.map(({ kind }) => kind).join(', ');
    const message = `the show has violations (${kinds}): mend it, or say in at least ${leastReason} letters why it may fly all the same`;
    return { ok: false, code: 'violations', message };
  }

  /** Why a drone that is ready must not be started in `delayS` all the same; undefined when it may. */
  startRefusal({ record, proof }: DroneView, delayS: number): Outcome | undefined {
    const message = this.authorizer.refusalOf(record.id, delayS);
    if (message !== undefined) return { ok: false, code: 'not_authorized', message };
    const isLive = this.authorizer.view?.scope === 'live';
    const obstacle = isLive ? this.#options.obstacles?.start() : undefined;
    if (obstacle !== undefined) return { ok: false, code: 'alert', message: obstacle };
    if (proof === 'unproven' && this.authorizer.view?.scope === 'lights')
      return { ok: false, code: 'not_supported', message: 'an old client can not play its lights alone' };
    return undefined;
  }

  /** @throws ShowError when nothing is loaded, or a place is not known. */
  assign(ids: readonly string[], how: AssignBy): (id: string) => Outcome {
    const show = this.#expectShow().show;
    // A name that nobody has takes no slot from anybody.
    const known = ids.filter((id) => this.#options.view(id) !== undefined);
    this.#slots.assign(how, known, { show, places: this.#places(known, how) });
    this.#changed();
    return (id) => this.#assigned(id);
  }

  /** @throws ShowError when nothing is loaded, `out` has no slot or `spare` has one. */
  replace(out: string, spare: string): (id: string) => Outcome {
    this.#slots.replace({ out, spare }, this.#options.ids(), this.#expectShow().show);
    this.#changed();
    return (id) => this.#assigned(id);
  }

  #changed(): void {
    this.authorizer.tick();
    this.#options.onChange();
  }

  #assigned(id: string): Outcome {
    const slot = this.slotOf(id);
    return { ok: true, message: slot === undefined ? 'spare: it flies nothing' : `flies ${slot}` };
  }

  #expectShow(): StoredShow {
    if (!this.#show) throw new ShowError(noShow.message);
    return this.#show;
  }

  /** Where the drones stand, by their last telemetry, in the frame of the show. */
  #places(ids: readonly string[], how: AssignBy): Map<string, Vec3> {
    const places = new Map<string, Vec3>();
    if (how !== 'places') return places;
    for (const id of ids) {
      const value = this.#options.view(id)?.record.telemetry.current_position;
      const [x, y, z] = [numberAt(value, 0), numberAt(value, 1), numberAt(value, 2)];
      if (![x, y, z].every(Number.isFinite))
        throw new ShowError(`${id}: its position is not known, so it can not be assigned by place`);
      places.set(id, { x, y, z });
    }
    return places;
  }
}
