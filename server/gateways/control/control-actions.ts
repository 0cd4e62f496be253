/** The actions of the control port: what each one does with the running server. Knows no bytes, no token, no socket. */

import { RefusedError } from '../../../lib/errors.js';
import {
  isCommand,
  isOperation,
  type OperationName,
  operationNames,
} from '../../../lib/operations/catalogue.js';
import type {
  CommandAnswer,
  GroupsAnswer,
  LoadAnswer,
  SettingsAnswer,
} from '../../../lib/protocols/tpp/control-protocol.js';
import { streamAction, type TppJson } from '../../../lib/protocols/tpp/index.js';
import type { Caller } from '../../../lib/security/access/gatekeeper.js';
import type { CommandEnd, ServerFacade } from '../../snapshot.js';
import { listedDrone, pushedTelemetry, statusAnswer } from './control-answers.js';
import { type ControlTarget, readControlBody } from './control-body.js';
import { telemetryOf } from './drone-events.js';
import type { OpenSource } from './event-feed.js';
import { type EventTypes, readEventTypes, serverEventTypes } from './event-types.js';
import { expectRole } from './least-role.js';
import { alertsAnswer, checklistAnswer, policyAnswer } from './oversight-answers.js';
import { softwareAnswer } from './software-answers.js';

export type ControlContext = {
  readonly facade: ServerFacade;
  readonly version: string;
  /** Who asks. */
  readonly caller: Caller;
  /** What `stream` may be of; default: the server's own. */
  readonly eventTypes?: EventTypes;
};

/** The value of an answer, or what the caller wants to follow, and of which drones (undefined: of all). */
export type ControlOutcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | {
      readonly kind: 'stream';
      readonly sources: readonly OpenSource[];
      readonly ids: ReadonlySet<string> | undefined;
    };

/** Questions that are asked again and again. */
const unlogged: ReadonlySet<OperationName> = new Set([
  ...(['list', 'status', 'visitors'] as const),
  ...(['alerts', 'checklist', 'policy', 'software'] as const),
]);

type Answer = (context: ControlContext, target: ControlTarget) => unknown;

/** Of what is no command. */
const answers: { readonly [Name in OperationName]?: Answer } = {
  list: ({ facade }, { ids }) => {
    const wanted = new Set(ids);
    return facade
      .snapshot()
      .drones.filter(({ record }) => wanted.has(record.id))
      .map(listedDrone);
  },
  status: ({ facade, version }) => statusAnswer(facade.snapshot(), version),
  groups: ({ facade }): GroupsAnswer =>
    [...facade.groups.all].map(([name, ids]) => ({ name, ids: [...ids] })),
  settings: async ({ facade }): Promise<SettingsAnswer> => {
    const found = await facade.configs.read({ what: 'server' });
    return found.origin === 'file' ? { path: found.path, text: found.text } : { path: '', text: '' };
  },
  alerts: ({ facade }) => alertsAnswer(facade.snapshot()),
  checklist: ({ facade }) => checklistAnswer(facade.snapshot()),
  policy: ({ facade }) => policyAnswer(facade.snapshot()),
  visitors: ({ facade }) => facade.hub.view(),
  software: async ({ facade }, { ids }) => softwareAnswer(await facade.operations.updates.software(ids)),
  load: async ({ facade }, { given }): Promise<LoadAnswer> => ({
    show: await facade.loadShow(String(given.path)),
  }),
};

/**
 * Runs an action of a caller who has shown a good token.
 * @throws RefusedError for an unknown action, a bad body, a role that is not enough, a question about a drone that is not there; and whatever an
 * operation throws.
 */
export async function runControlAction(
  context: ControlContext,
  action: string,
  body: TppJson,
): Promise<ControlOutcome> {
  if (action === streamAction) return streamOf(context, body);
  if (!isOperation(action)) {
    const known = [...operationNames, streamAction].join(', ');
    throw new RefusedError('unknown_action', `unknown action "${action.slice(0, 100)}"; known are ${known}`);
  }
  const { facade, caller } = context;
  const fleetIds = facade.ids();
  const target = readControlBody(action, body, { fleetIds, select: (text) => facade.select(text) });
  expectRole(caller, action, target);
  if (!isCommand(action)) refuseUnknown(target.ids, fleetIds);
  if (action === 'telemetry')
    return { kind: 'stream', sources: [telemetryOf(pushedTelemetry)], ids: followed(target) };
  const answer = isCommand(action)
    ? facade
        .operate({ name: action, ids: target.ids, given: target.given, by: caller.name })
        .then(commandAnswer)
    : answers[action]?.(context, target);
  // Said when it has begun: nothing urgent waits for a line in a log.
  if (!unlogged.has(action)) logCall(context, action, target);
  return { kind: 'answer', value: await answer };
}

/** Drones are named as for telemetry. */
function streamOf(
  { facade, caller, eventTypes = serverEventTypes }: ControlContext,
  body: TppJson,
): ControlOutcome {
  const { sources, rest } = readEventTypes(body, eventTypes, caller);
  const fleetIds = facade.ids();
  const target = readControlBody('telemetry', rest, { fleetIds, select: (text) => facade.select(text) });
  refuseUnknown(target.ids, fleetIds);
  return { kind: 'stream', sources, ids: followed(target) };
}

/** Undefined: everybody, those who come later included. */
function followed({ ids, isEveryone }: ControlTarget): ReadonlySet<string> | undefined {
  return isEveryone ? undefined : new Set(ids);
}

/** Who did it, for the event log. */
function logCall({ facade, caller }: ControlContext, action: string, { ids, given }: ControlTarget): void {
  const whom = ids.length === 0 ? '' : ids.length === 1 ? ` ${ids[0]}` : ` ${ids.length} drones`;
  const how = Object.entries(given).map(([name, value]) => `${name}=${String(value).slice(0, 200)}`);
  facade.log('info', `${[`${action}${whom}`, ...how].join(' ')} by ${caller.name}`);
}

function commandAnswer({ results, text }: CommandEnd): CommandAnswer {
  return {
    results: results.map(({ id, ok, code, message, output }) => ({
      id,
      ok,
      ...(code !== undefined && { code }),
      ...(message !== undefined && { message }),
      ...(output !== undefined && { output }),
    })),
    ...(text !== undefined && { text }),
  };
}

/** A command says of each drone what became of it; a question about a drone that is not there has no answer. */
function refuseUnknown(ids: readonly string[], fleetIds: readonly string[]): void {
  const known = new Set(fleetIds);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw new RefusedError('unknown_drone', `no drone is called "${unknown}"`);
}
