/** What is allowed in the hub and at each of its gateways. Knows no member and no file. */

import { ConfigError } from '../../lib/errors.js';
import type { VisitorRole } from './hub-types.js';
import type { Rate } from './token-bucket.js';

/** Every number is a whole one, above 0 where nothing else is said, or Infinity: no limit. */
export type HubLimits = {
  /** In all, and again at each gateway that sets its own. */
  readonly maxMembers: number;
  readonly maxPerAddress: number;
  /** Members of one gateway with the same name. */
  readonly maxPerName: number;
  /** In all, and again at each gateway that sets its own; the fleet's do not count. */
  readonly maxRooms: number;
  readonly maxRoomsPerMember: number;
  readonly maxMembersPerRoom: number;
  /** In one room, and of one member. */
  readonly maxVariables: number;
  /** All their values together. */
  readonly maxVariableBytes: number;
  /** All variables of all rooms and members together: the hub's alone. What is held takes several times that in memory. */
  readonly maxHeldBytes: number;
  /** Of a member or a room, UTF-8. */
  readonly maxNameBytes: number;
  readonly maxMessageBytes: number;
  readonly messages: Rate;
  readonly bytes: Rate;
  /** From connecting until the protocol is known. */
  readonly identifyMs: number;
  /** From then until the login, where one is needed. */
  readonly loginMs: number;
  /** How long a room that all have left stays with its variables, for whoever comes back. 0: not at all. */
  readonly keepEmptyMs: number;
};

export const defaultLimits: HubLimits = {
  maxMembers: 1000,
  maxPerAddress: 64,
  maxPerName: Number.POSITIVE_INFINITY,
  maxRooms: 1024,
  maxRoomsPerMember: 64,
  maxMembersPerRoom: Number.POSITIVE_INFINITY,
  maxVariables: 128,
  maxVariableBytes: 4 * 2 ** 20,
  maxHeldBytes: 32 * 2 ** 20,
  maxNameBytes: 255,
  maxMessageBytes: 2 ** 20,
  messages: { burst: 200, perS: 100 },
  bytes: { burst: 4 * 2 ** 20, perS: 2 ** 20 },
  identifyMs: 10_000,
  loginMs: 5000,
  keepEmptyMs: 0,
};

/** Whether two in one room may have the same name: `exact` and `folded` (case, width) say which are the same. */
type NameClash = 'allowed' | 'exact' | 'folded';

export type GatewayPolicy = {
  /** Nothing but the login is served before it. */
  readonly needsLogin: boolean;
  readonly nameClash: NameClash;
  /** The most that a member that comes by it can be. Only where it carries a secret: `operator`. */
  readonly highestRole: VisitorRole;
  /** Message of the day. */
  readonly motd: string | undefined;
  /** Where the gateway itself puts its members: opened even when there are as many rooms as can be. */
  readonly ownRooms: readonly string[];
  readonly limits: HubLimits;
};

/** A room that several gateways share. */
export type Bridge = { readonly room: string; readonly gateways: readonly string[] | 'all' };

export type HubConfig = {
  readonly limits?: Partial<HubLimits>;
  readonly motd?: string;
  readonly bridges?: readonly Bridge[];
  readonly gateways?: Readonly<
    Record<
      string,
      Partial<Omit<GatewayPolicy, 'limits'>> & {
        readonly limits?: Partial<HubLimits>;
      }
    >
  >;
};

function checkNumber(where: string, value: number, least: number): void {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= least)) return;
  throw new ConfigError(`${where}: ${value} must be a whole number from ${least}, or Infinity for no limit`);
}

/** @throws ConfigError that names the limit. */
function checkLimits(where: string, limits: HubLimits): HubLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value === 'number') checkNumber(`${where} ${name}`, value, name === 'keepEmptyMs' ? 0 : 1);
    else {
      checkNumber(`${where} ${name}.burst`, value.burst, 1);
      if (!(value.perS > 0)) throw new ConfigError(`${where} ${name}.perS: ${value.perS} must be above 0`);
    }
  }
  if (limits.bytes.burst < limits.maxMessageBytes)
    throw new ConfigError(
      `${where} bytes.burst: ${limits.bytes.burst} is less than maxMessageBytes ${limits.maxMessageBytes}, ` +
        'so the largest messages could never pass; raise it',
    );
  return limits;
}

/** The policy of each gateway, with the hub's where it has none of its own. */
export class Policies {
  readonly limits: HubLimits;
  readonly bridges: readonly Bridge[];
  readonly #config: HubConfig;
  readonly #made = new Map<string, GatewayPolicy>();

  /** @throws ConfigError about a limit or a bridge that can not be. */
  constructor(config: HubConfig) {
    this.#config = config;
    this.limits = checkLimits('hub limits:', { ...defaultLimits, ...config.limits });
    this.bridges = config.bridges ?? [];
    for (const name of Object.keys(config.gateways ?? {})) this.of(name);
  }

  of(gateway: string): GatewayPolicy {
    const made = this.#made.get(gateway) ?? this.#make(gateway);
    this.#made.set(gateway, made);
    return made;
  }

  #make(gateway: string): GatewayPolicy {
    const gateways = this.#config.gateways ?? {};
    const own = Object.hasOwn(gateways, gateway) ? gateways[gateway] : undefined;
    return {
      needsLogin: own?.needsLogin ?? false,
      nameClash: own?.nameClash ?? 'allowed',
      highestRole: own?.highestRole ?? 'guest',
      motd: own?.motd ?? this.#config.motd,
      ownRooms: own?.ownRooms ?? [],
      limits: checkLimits(`hub limits of ${gateway}:`, { ...this.limits, ...own?.limits }),
    };
  }
}
