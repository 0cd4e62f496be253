/** The actions of the control port: what each one does with the running server. Knows no bytes, no token, no socket. */
import { RefusedError } from '../../../lib/errors.js';
import {
  type CommandAnswer,
  type ControlAction,
  controlActions,
  isControlAction,
  type LoadAnswer,
} from '../../../lib/protocols/tpp/control-protocol.js';
import type { TppJson } from '../../../lib/protocols/tpp/index.js';
import type { Caller } from '../../../lib/security/access/gatekeeper.js';
import type { CommandResult } from '../../fleet/drone-record.js';
import type { ServerFacade } from '../../snapshot.js';
import { listedDrone, statusAnswer } from './control-answers.js';
import { type ControlTarget, readControlBody } from './control-body.js';
import { expectRole } from './least-role.js';

export type ControlContext = {
  readonly facade: ServerFacade;
  readonly version: string;
  /** Who asks. */
  readonly caller: Caller;
};

/** The value of an answer, or the drones whose telemetry the caller wants to follow. */
export type ControlOutcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'stream'; readonly ids: ReadonlySet<string> | undefined };

type Answer = (context: ControlContext, target: ControlTarget) => unknown;
type Commands = ServerFacade['operations'];

const answers: Readonly<Record<Exclude<ControlAction, 'telemetry'>, Answer>> = {
  list: ({ facade }, { ids }) => {
    const wanted = new Set(ids);
    return facade
      .snapshot()
      .drones.filter(({ record }) => wanted.has(record.id))
      .map(listedDrone);
  },
  status: ({ facade, version }) => statusAnswer(facade.snapshot(), version),
  load: async ({ facade }, { path }): Promise<LoadAnswer> => ({ show: await facade.loadShow(path) }),
  upload: command((operations, { ids }) => operations.upload(ids)),
  authorize: command((operations, { ids, authorize }) => operations.authorize(ids, authorize)),
  unauthorize: command((operations, { ids }) => operations.unauthorize(ids)),
  assign: command((operations, { ids, by }) => operations.assign(ids, by)),
  replace: command((operations, { ids }) => {
    const [out, spare] = ids;
    if (out === undefined || spare === undefined || ids.length !== 2)
      throw new RefusedError('bad_body', 'replace takes two ids: the drone that goes out, and its spare');
    return operations.replace(out, spare);
  }),
  start: command((operations, { ids, delayS }) => operations.start(ids, { delayS })),
  pause: command((operations, { ids }) => operations.pause(ids)),
  resume: command((operations, { ids }) => operations.resume(ids)),
  stop: command((operations, { ids }) => operations.stop(ids)),
  land: command((operations, { ids }) => operations.land(ids)),
  disarm: command((operations, { ids }) => operations.disarm(ids)),
  emergency_land: command((operations, { ids }) => operations.endFlight('emergency_land', ids)),
  return_home: command((operations, { ids }) => operations.endFlight('return_home', ids)),
  kill: command((operations, { ids }) => operations.endFlight('kill', ids)),
  flip: command((operations, { ids }) => operations.flip(ids)),
  calibrate_gyro: command((operations, { ids }) => operations.maintain('calibrate_gyro', ids)),
  calibrate_level: command((operations, { ids }) => operations.maintain('calibrate_level', ids)),
  reboot_fcu: command((operations, { ids }) => operations.maintain('reboot_fcu', ids)),
  takeoff: command((operations, { ids }) => operations.takeoff(ids)),
  led_test: command((operations, { ids }) => operations.ledTest(ids)),
  execute: command((operations, { ids, command: name }) => operations.execute(ids, name)),
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
  if (!isControlAction(action)) {
    const known = Object.keys(controlActions).join(', ');
    throw new RefusedError('unknown_action', `unknown action "${action.slice(0, 100)}"; known are ${known}`);
  }
  const fleetIds = context.facade.snapshot().drones.map(({ record }) => record.id);
  const target = readControlBody(action, body, fleetIds);
  expectRole(context.caller, action, target);
  if (controlActions[action].kind !== 'command') refuseUnknown(target.ids, fleetIds);
  if (action === 'telemetry')
    return { kind: 'stream', ids: target.isEveryone ? undefined : new Set(target.ids) };
  const answer = answers[action](context, target);
  // Said when it has begun: nothing urgent waits for a line in a log.
  if (action !== 'list' && action !== 'status') logCall(context, action, target);
  return { kind: 'answer', value: await answer };
}

/** Who did it, for the event log. */
function logCall({ facade, caller }: ControlContext, action: string, target: ControlTarget): void {
  const { ids, path, command: name } = target;
  const what = name === '' ? action : `${action} "${name}"`;
  const whom = path !== '' ? ` ${path}` : ids.length === 1 ? ` ${ids[0]}` : ` ${ids.length} drones`;
  facade.log('info', `${what}${whom} by ${caller.name}`);
}

function command(run: (operations: Commands, target: ControlTarget) => Promise<CommandResult[]>): Answer {
  return async ({ facade }, target) => {
    const results = await run(facade.operations, target);
    const answer: CommandAnswer = {
      results: results.map(({ id, ok, code, message, output }) => ({
        id,
        ok,
        ...(code !== undefined && { code }),
        ...(message !== undefined && { message }),
        ...(output !== undefined && { output }),
      })),
    };
    return answer;
  };
}

/** A command says of each drone what became of it; a question about a drone that is not there has no answer. */
function refuseUnknown(ids: readonly string[], fleetIds: readonly string[]): void {
  const known = new Set(fleetIds);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw new RefusedError('unknown_drone', `no drone is called "${unknown}"`);
}
