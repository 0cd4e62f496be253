/** Whether a call of `starling ctl` makes sense, and the request it becomes. Knows no socket. */
import { UsageError } from '../../errors.js';
import {
  type ControlAction,
  type ControlBody,
  controlActions,
  isControlAction,
  maxStartDelayS,
} from './control-protocol.js';

export type CtlCall = {
  readonly action: string;
  readonly ids?: readonly string[];
  readonly all?: boolean;
  /** s; with `start` only. */
  readonly delay?: number;
};

/**
 * The action and its body.
 * @throws UsageError for an unknown action, for a command that names nobody, or names somebody and all, for a wrong delay.
 */
export function readCtlCall(call: CtlCall): { readonly action: ControlAction; readonly body: ControlBody } {
  const { action, ids = [], all = false, delay } = call;
  if (!isControlAction(action)) {
    throw new UsageError(`unknown action "${action}"; known are ${Object.keys(controlActions).join(', ')}`);
  }
  if (all && ids.length > 0) throw new UsageError('give drone ids or --all, not both');
  if (controlActions[action].needsTarget && !all && ids.length === 0) {
    throw new UsageError(`"${action}" needs drone ids, or --all`);
  }
  checkDelay(action, delay);
  return {
    action,
    body: { ...(ids.length > 0 && { ids }), ...(all && { all }), ...(delay !== undefined && { delay }) },
  };
}

function checkDelay(action: ControlAction, delay: number | undefined): void {
  if (delay === undefined) return;
  if (action !== 'start') throw new UsageError('--delay goes with start only');
  if (!(delay >= 0 && delay <= maxStartDelayS)) {
    throw new UsageError(`the delay must be from 0 to ${maxStartDelayS} s`);
  }
}
