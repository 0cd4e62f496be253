/**
 * What visitors can ask of the fleet, and who may: cues (everybody), stop and land (guests where the configuration says
 * so), and every operation of the catalogue (operators, by the same rules as at the control port). Knows the hub's
 * commands and the server's facade; no protocol.
 */

import { RefusedError } from '../../../lib/errors.js';
import { type CommandName, isCommand, isOperation } from '../../../lib/operations/catalogue.js';
import type { Arguments } from '../../../lib/operations/operation.js';
import { printable } from '../../../lib/printable.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { HubCommand } from '../../hub/commands.js';
import type { HubValue, Member } from '../../hub/hub-types.js';
import type { CommandEnd, ServerFacade } from '../../snapshot.js';
import { readControlBody } from '../control/control-body.js';
import { expectRole } from '../control/least-role.js';
import type { Cue } from './cues.js';
import { type Body, bodyFor, bodyOfValues } from './operation-body.js';
import { Pace } from './pace.js';

/** Longest name of a visitor in the log. */
const maxLoggedName = 64;

/** What guests may be allowed beside cues. */
const guestStops = ['stop', 'land'] as const;

export type FleetCommandsOptions = {
  readonly facade: Pick<ServerFacade, 'operate' | 'select' | 'ids' | 'log'>;
  readonly clock: Clock;
  readonly cues: readonly Cue[];
  readonly mayGuestsStop: boolean;
};

/** A wish of a visitor: an operation with its body as the control port takes it. */
export type Wish = {
  readonly member: Member;
  readonly operation: string;
  readonly body: Body;
};

export class FleetCommands {
  readonly #options: FleetCommandsOptions;
  readonly #pace: Pace;

  constructor(options: FleetCommandsOptions) {
    this.#options = options;
    this.#pace = new Pace(options.clock);
  }

  get cueNames(): readonly string[] {
    return this.#options.cues.map(({ name }) => name);
  }

  /** For the hub. */
  get commands(): readonly HubCommand[] {
    return [
      {
        definition: {
          name: 'cue',
          about: 'Fires a cue of the configuration.',
          role: 'guest',
          args: { name: 'str' },
        },
        run: ({ member, args }) => this.cue(member, String(args.name)),
      },
      {
        definition: { name: 'stop', about: 'Holds every drone where it is.', role: 'guest', args: {} },
        run: ({ member }) => this.operate({ member, operation: 'stop', body: { all: true } }),
      },
      {
        definition: { name: 'land', about: 'Lands every drone where it is.', role: 'guest', args: {} },
        run: ({ member }) => this.operate({ member, operation: 'land', body: { all: true } }),
      },
      {
        definition: {
          name: 'operate',
          about: 'Runs an operation of the server on the drones that an expression chooses.',
          role: 'operator',
          args: { operation: 'str', drones: 'str', arguments: 'json' },
        },
        run: ({ member, args }) => this.#operateOn(member, args),
      },
    ];
  }

  /** @throws RefusedError when there is none of that name, or it was fired just now. */
  async cue(member: Member, name: string): Promise<HubValue> {
    const cue = this.#options.cues.find((each) => each.name === name);
    if (cue === undefined) {
      const known = this.cueNames.join(', ') || 'none: the configuration lists no cues';
      throw new RefusedError('unknown_cue', `there is no cue "${name.slice(0, 64)}"; there are ${known}`);
    }
    const leftMs = this.#pace.take(name);
    if (leftMs > 0) throw new RefusedError('too_fast', `cue "${name}" was fired just now: wait ${leftMs} ms`);
    const { facade } = this.#options;
    facade.log('info', `cue "${name}" by ${whoIs(member)}`);
    const ids = cue.select === undefined ? facade.ids() : facade.select(cue.select);
    return answerOf(await facade.operate({ name: cue.operation, ids, given: cue.given, by: whoIs(member) }));
  }

  /** @throws RefusedError for what is unknown, wrong, or not for this visitor. */
  async operate({ member, operation, body }: Wish): Promise<HubValue> {
    if (!isOperation(operation) || !isCommand(operation))
      throw new RefusedError('unknown_operation', `there is no operation "${operation.slice(0, 64)}"`);
    const { facade } = this.#options;
    this.#expectGuest(member, operation);
    const target = readControlBody(operation, body, {
      fleetIds: facade.ids(),
      select: (text) => facade.select(text),
    });
    if (member.role === 'operator')
      expectRole({ name: member.name ?? member.id, role: 'operator', identity: '' }, operation, target);
    const ids = member.role === 'operator' ? target.ids : this.#due(operation, target.ids);
    const ended = facade.operate({ name: operation, ids, given: target.given, by: whoIs(member) });
    // Said when it has begun: nothing urgent waits for a line in a log.
    facade.log('info', `${operation} ${ids.length} drones${howText(target.given)} by ${whoIs(member)}`);
    return answerOf(await ended);
  }

  async #operateOn(member: Member, args: Readonly<Record<string, HubValue>>): Promise<HubValue> {
    const { operation, drones, arguments: given } = args;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new RefusedError('bad_arguments', 'arguments must be an object, {} for none');
    const select = String(drones).trim();
    const whom: Body = select === '' ? {} : select === 'all' ? { all: true } : { select };
    return this.operate({
      member,
      operation: String(operation),
      body: bodyFor(whom, bodyOfValues(given as { readonly [key: string]: HubValue })),
    });
  }

  #expectGuest(member: Member, operation: CommandName): void {
    if (member.role === 'operator') return;
    const isStop = guestStops.some((each) => each === operation);
    if (isStop && this.#options.mayGuestsStop) return;
    const hint = isStop ? '; guests_stop in the configuration allows it' : '; guests fire cues';
    throw new RefusedError('not_allowed', `"${operation}" is for operators${hint}`);
  }

  /** Those that guests have not told just now: what hundreds of them order reaches a drone as often as a cue. */
  #due(operation: CommandName, ids: readonly string[]): readonly string[] {
    const known = new Set(this.#options.facade.ids());
    // No cue is called so.
    const due = ids.filter((id) => !known.has(id) || this.#pace.take(`/${operation} ${id}`) === 0);
    if (ids.length === 0 || due.length > 0) return due;
    throw new RefusedError('too_fast', `"${operation}" was told just now: wait half a second`);
  }
}

/** Names are the visitors' own: none reads as somebody else, or as a line of its own. */
function whoIs({ name = '', id, gateway, role }: Member): string {
  const own = printable(name).replaceAll('"', "'").slice(0, maxLoggedName);
  return `${own === '' ? id : `"${own}"`} (${role}, ${gateway})`;
}

function howText(given: Arguments): string {
  return Object.entries(given)
    .map(([name, value]) => ` ${name}=${printable(String(value).slice(0, 200))}`)
    .join('');
}

/** How many it was done by, and what the others said. */
function answerOf({ results, text }: CommandEnd): HubValue {
  const failed = results.filter(({ ok }) => !ok);
  return {
    done: results.length - failed.length,
    failed: failed.map(({ id, code, message }) => ({
      drone: id,
      code: code ?? 'failed',
      text: message ?? '',
    })),
    ...(text !== undefined && { text }),
  };
}
