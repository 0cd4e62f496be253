/** Whether a call of `starling ctl` makes sense, and the request it becomes. Knows no socket. */
import { UsageError } from '../../errors.js';
import {
  type ControlAction,
  type ControlBody,
  controlActions,
  isControlAction,
  maxAuthorizedMinutes,
  maxStartDelayS,
} from './control-protocol.js';

export type CtlCall = {
  readonly action: string;
  /** Drones; with `load` one path, with `execute` the program's name first. */
  readonly ids?: readonly string[];
  readonly all?: boolean;
  /** s; with `start` only. */
  readonly delay?: number;
  /** With `authorize` only. */
  readonly scope?: string;
  readonly minutes?: number;
  readonly override?: string;
  /** With `assign` only. */
  readonly by?: string;
};

/**
 * The action and its body.
 * @throws UsageError for an unknown action, for a command that names nobody, or names somebody and all, for a wrong delay.
 */
export function readCtlCall(call: CtlCall): { readonly action: ControlAction; readonly body: ControlBody } {
  const { action, all = false, delay, by } = call;
  const { ids, path, command } = whatIsNamed(call);
  if (!isControlAction(action)) {
    throw new UsageError(`unknown action "${action}"; known are ${Object.keys(controlActions).join(', ')}`);
  }
  if (all && ids.length > 0) throw new UsageError('give drone ids or --all, not both');
  if (controlActions[action].needsTarget && !all && ids.length === 0) {
    throw new UsageError(`"${action}" needs drone ids, or --all`);
  }
  checkDelay(action, delay);
  if (action === 'replace' && ids.length !== 2)
    throw new UsageError('replace takes two drone ids: the drone that goes out, and its spare');
  const authorize = readAuthorize(action, call);
  if (by !== undefined && action !== 'assign') throw new UsageError('--by goes with assign only');
  if (by !== undefined && !isAssignBy(by)) throw new UsageError('--by must be id, regexp or places');
  return {
    action,
    body: {
      ...(ids.length > 0 && { ids }),
      ...(path !== undefined && { path }),
      ...(command !== undefined && { command }),
      ...(all && { all }),
      ...(delay !== undefined && { delay }),
      ...authorize,
      ...(by !== undefined && { by }),
    },
  };
}

/** Of `load` that is a path, of `execute` a program and drones, of all others drones. */
function whatIsNamed({ action, ids = [], all = false }: CtlCall): {
  readonly ids: readonly string[];
  readonly path?: string;
  readonly command?: string;
} {
  if (action === 'execute') {
    const [command, ...drones] = ids;
    if (command === undefined)
      throw new UsageError(
        'execute takes the name of a program on the list of the drones, then drone ids or --all',
      );
    return { ids: drones, command };
  }
  if (action !== 'load') return { ids };
  const [path, ...more] = ids;
  if (path === undefined || more.length > 0 || all)
    throw new UsageError("load takes one path: a show on the server's machine");
  return { ids: [], path };
}

function isAssignBy(text: string): text is NonNullable<ControlBody['by']> {
  return text === 'id' || text === 'regexp' || text === 'places';
}

type AuthorizeBody = Pick<ControlBody, 'scope' | 'minutes' | 'override'>;

function readAuthorize(action: ControlAction, { scope, minutes, override }: CtlCall): AuthorizeBody {
  const isGiven = scope !== undefined || minutes !== undefined || override !== undefined;
  if (isGiven && action !== 'authorize')
    throw new UsageError('--scope, --minutes and --override go with authorize only');
  if (scope !== undefined && scope !== 'live' && scope !== 'lights')
    throw new UsageError('--scope must be live or lights');
  if (minutes !== undefined && !(minutes > 0 && minutes <= maxAuthorizedMinutes))
    throw new UsageError(`--minutes must be above 0, at most ${maxAuthorizedMinutes}`);
  return {
    ...(scope !== undefined && { scope }),
    ...(minutes !== undefined && { minutes }),
    ...(override !== undefined && { override }),
  };
}

function checkDelay(action: ControlAction, delay: number | undefined): void {
  if (delay === undefined) return;
  if (action !== 'start') throw new UsageError('--delay goes with start only');
  if (!(delay >= 0 && delay <= maxStartDelayS)) {
    throw new UsageError(`the delay must be from 0 to ${maxStartDelayS} s`);
  }
}
