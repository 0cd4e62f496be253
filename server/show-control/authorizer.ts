/**
 * The permission to start the loaded show: what it covers, how long it holds, and that each drone knows of it. A wish
 * that is repeated until the drones hold it. Knows messages through a port; no operator, no files.
 */
import type { Clock } from '../../lib/time/clock.js';
import type { LogLine } from '../snapshot.js';

/** `lights`: the lights play, and nothing arms. */
export type AuthorizationScope = 'live' | 'lights';

/** As the panel and the control port tell it. */
export type AuthorizationView = {
  readonly digest: string;
  readonly scope: AuthorizationScope;
  readonly leftS: number;
  /** Why the operator lets a show fly that has violations. */
  readonly override: string | undefined;
  /** The drones that it covers. */
  readonly ids: readonly string[];
};

type Authorization = Omit<AuthorizationView, 'leftS' | 'ids'> & {
  readonly untilMs: number;
  /** The digest that each drone was to hold when it was given. */
  readonly covered: ReadonlyMap<string, string>;
};

/** What a drone says it holds: telemetry `authorization`; empty when nothing. */
export type HeldAuthorization = readonly [digest: string, scope: string, leftS: number] | readonly [];

export type AuthorizerOptions = {
  readonly clock: Clock;
  /** Digest of the loaded show; undefined when none is. */
  readonly showDigest: () => string | undefined;
  /** What a drone must hold; undefined for one without a slot. */
  readonly digestOf: (id: string) => string | undefined;
  /** Drones that are connected and know of authorizations, with what they hold and what of the show lies on them. */
  readonly drones: () => readonly { id: string; held: HeldAuthorization; showDigest: string | undefined }[];
  /** Asks a drone; resolves with the reason when it does not do it. */
  readonly send: (id: string, wish: AuthorizationWish | undefined) => Promise<string | undefined>;
  /** It was given or withdrawn. */
  readonly onChanged: () => void;
  /** Nothing may be started any more, nor what still counts down. */
  readonly onWithdrawn: (why: string) => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** What is to be known of an authorization so that another server can go on with it. */
export type GivenAuthorization = Omit<AuthorizationView, 'ids'> & {
  /** The digest that each drone was to hold when it was given. */
  readonly covered: readonly (readonly [id: string, digest: string])[];
};

/** The arguments of `authorize`; undefined: `unauthorize`. */
export type AuthorizationWish = {
  readonly digest: string;
  readonly scope: AuthorizationScope;
  readonly expires_in: number;
};

/** Between two tries at one drone, ms. */
const retryMs = 3_000;

/** A drone may hold it for this much less or more than wished before it is told again, s. */
const slackS = 5;

export class Authorizer {
  readonly #options: AuthorizerOptions;
  #given: Authorization | undefined;
  readonly #triedMs = new Map<string, number>();
  /** The reasons told already, so that a drone that refuses for an hour is one line. */
  readonly #told = new Map<string, string>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** What holds now; undefined when nothing does. */
  get view(): AuthorizationView | undefined {
    if (!this.#given) return undefined;
    const { digest, scope, override, covered, untilMs } = this.#given;
    const leftS = (untilMs - this.#options.clock.monotonicMs()) / 1000;
    return leftS > 0 ? { digest, scope, override, leftS, ids: [...covered.keys()] } : undefined;
  }

  /** As `restore` takes it; undefined when nothing holds. */
  get given(): GivenAuthorization | undefined {
    const { view } = this;
    if (!view || !this.#given) return undefined;
    const { digest, scope, override, leftS } = view;
    return { digest, scope, override, leftS, covered: [...this.#given.covered] };
  }

  /** Goes on with what a server before this one has given; what it covers may have changed, `tick` finds that. */
  restore({ digest, scope, override, leftS, covered }: GivenAuthorization): void {
    const untilMs = this.#options.clock.monotonicMs() + leftS * 1000;
    this.#given = { digest, scope, override, covered: new Map(covered), untilMs };
    this.#options.onChanged();
  }

  /** Begins anew; the drones are told by whoever calls (`wishFor`), and by `tick`. */
  give(
    what: { scope: AuthorizationScope; validS: number; override: string | undefined },
    ids: readonly string[],
  ): void {
    const { clock, showDigest, digestOf } = this.#options;
    const digest = showDigest();
    if (digest === undefined) return;
    const covered = new Map<string, string>();
    for (const id of ids) {
      const own = digestOf(id);
      if (own !== undefined) covered.set(id, own);
    }
    const { scope, override, validS } = what;
    this.#given = { digest, scope, override, covered, untilMs: clock.monotonicMs() + validS * 1000 };
    this.#told.clear();
    this.#options.onChanged();
  }

  /** Nothing may be started any more; each drone is told, at once and until it says that it knows. */
  async withdraw(why: string): Promise<void> {
    if (!this.#given) return;
    this.#given = undefined;
    this.#options.onChanged();
    this.#options.log('warning', `authorization withdrawn: ${why}`);
    this.#options.onWithdrawn(why);
    await Promise.all(this.#options.drones().map(({ id }) => this.#tell(id, undefined)));
  }

  /** What a drone is to hold now; undefined when nothing: it is not covered, or what it is to fly has changed. */
  wishFor(id: string): AuthorizationWish | undefined {
    const { view } = this;
    const digest = this.#given?.covered.get(id);
    return view && digest !== undefined && digest === this.#options.digestOf(id)
      ? { digest, scope: view.scope, expires_in: Math.round(view.leftS * 1000) / 1000 }
      : undefined;
  }

  /** Why a drone must not be started in `delayS`; undefined when it may. */
  refusalOf(id: string, delayS = 0): string | undefined {
    this.#expire();
    const { view } = this;
    if (!this.#given || !view)
      return 'the show is not authorized: authorize it (A in the panel, ctl authorize)';
    if (!this.#given.covered.has(id)) return 'the authorization does not cover it: authorize again';
    if (view.leftS > delayS) return undefined;
    return `the authorization ends in ${Math.floor(view.leftS)} s, before the show would start: authorize again, or start sooner`;
  }

  /** Looks after the wish: expired, covering what has changed, or not yet held by a drone that is there. */
  tick(): void {
    this.#expire();
    for (const { id, held, showDigest } of this.#options.drones()) {
      const wish = this.wishFor(id);
      // A drone that holds another show can not be authorized; its row says so already.
      if (wish && showDigest !== wish.digest) continue;
      if (!isHeld(wish, held)) void this.#tell(id, wish);
    }
  }

  #expire(): void {
    const { showDigest, digestOf } = this.#options;
    if (!this.#given) return;
    if (!this.view) void this.withdraw('its time is over');
    else if (showDigest() !== this.#given.digest) void this.withdraw('another show was loaded');
    else {
      const changed = [...this.#given.covered].find(([id, digest]) => digestOf(id) !== digest);
      if (changed) void this.withdraw(`what ${changed[0]} is to fly has changed`);
    }
  }

  async #tell(id: string, wish: AuthorizationWish | undefined): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (wish && nowMs - (this.#triedMs.get(id) ?? Number.NEGATIVE_INFINITY) < retryMs) return;
    this.#triedMs.set(id, nowMs);
    const reason = await this.#options.send(id, wish);
    if (reason === undefined || this.#told.get(id) === reason) return;
    this.#told.set(id, reason);
    this.#options.log('warning', `${wish ? 'authorize' : 'unauthorize'} ${id}: ${reason}`);
  }
}

function isHeld(wish: AuthorizationWish | undefined, [digest, scope, leftS]: HeldAuthorization): boolean {
  if (!wish) return digest === undefined;
  return digest === wish.digest && scope === wish.scope && Math.abs((leftS ?? 0) - wish.expires_in) < slackS;
}
