/** What each command key asks for before it does anything: a selection, readiness, a confirmation. Knows no sockets. */
import type { AuthorizationView } from '../show-control/authorizer.js';
import type { DroneView } from '../snapshot.js';
import type { Action } from './key-map.js';
import { commandTitle } from './outcome.js';
import { type Context, only, type PanelState, type PlainCommand, type Step, say } from './state.js';
import { cleanText } from './text.js';

/** Commands that are given at once: the ones that calm down, and the ones that move no drone. */
const immediate: { readonly [A in Action]?: PlainCommand } = {
  upload: 'upload',
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  land: 'land',
  ledTest: 'ledTest',
};

export function runCommand(state: PanelState, action: Action, context: Context): Step {
  if (action === 'remove') return removeLost(state, context);
  const drones = selectedDrones(state, context);
  if (drones.length === 0) {
    return only(
      tell(state, `${commandTitle(action)}: nothing selected: space selects, a selects all`, context),
    );
  }
  const ids = drones.map(({ record }) => record.id);
  const command = immediate[action];
  if (command) return send(state, { command, ids }, context);
  if (action === 'authorize') return only(askAuthorize(state, ids, context));
  if (action === 'start') return only(askStart(state, drones, context));
  if (action === 'takeoff') return only(askTakeoff(state, drones));
  if (action === 'disarm') return only({ ...state, dialog: { kind: 'disarm', ids, text: '' } });
  return only(state);
}

function send(
  state: PanelState,
  what: { command: PlainCommand; ids: readonly string[] },
  context: Context,
): Step {
  const { snapshot } = context;
  if (what.command === 'upload' && !snapshot.show) {
    return only(
      tell(state, 'upload: no show is loaded: starling ctl load PATH (in another terminal)', context),
    );
  }
  const text = `${commandTitle(what.command)}: sent to ${what.ids.length}, waiting for answers`;
  const told = say(state, text, { role: 'accent', atMs: snapshot.monotonicMs });
  return { state: { ...told, hasShowEnded: false }, effects: [{ type: 'command', ...what }] };
}

/** The drones of the selection, in the table's order. */
function selectedDrones({ selected }: PanelState, { snapshot }: Context): DroneView[] {
  return snapshot.drones.filter(({ record }) => selected.has(record.id));
}

function askAuthorize(state: PanelState, ids: readonly string[], context: Context): PanelState {
  const { show, phase } = context.snapshot;
  if (!show)
    return tell(state, 'authorize: no show is loaded: starling ctl load PATH (in another terminal)', context);
  if (phase.phase !== 'idle')
    return tell(state, `authorize: a show is under way (${phase.phase}): stop or land it first`, context);
  return { ...state, dialog: { kind: 'authorize', ids, text: '' } };
}

function askStart(state: PanelState, drones: readonly DroneView[], context: Context): PanelState {
  const { phase } = context.snapshot.phase;
  if (phase !== 'idle')
    return tell(state, `start: a show is under way (${phase}): stop or land it first`, context);
  const { authorization } = context.snapshot;
  if (!authorization) return tell(state, 'start: the show is not authorized: press A first', context);
  const refusal = whoIsNotReady(drones, readinessFor(authorization));
  if (refusal) return notice(state, `Not started: ${refusal.title}`, refusal.lines);
  const [uncovered] = notCovered(drones, authorization);
  if (uncovered)
    return tell(state, `start: not authorized for ${uncovered.record.id}: press A again`, context);
  return { ...state, dialog: { kind: 'delay', ids: drones.map(({ record }) => record.id), text: '' } };
}

function askTakeoff(state: PanelState, drones: readonly DroneView[]): PanelState {
  const refusal = whoIsNotReady(drones, ({ isReadyToTakeOff }) => isReadyToTakeOff);
  if (refusal) return notice(state, `No takeoff: ${refusal.title}`, refusal.lines);
  const ids = drones.map(({ record }) => record.id);
  return { ...state, dialog: { kind: 'confirm', confirmation: { what: 'takeoff', ids } } };
}

/** Those that the authorization does not allow to start: all without one. */
export function notCovered(
  drones: readonly DroneView[],
  authorization: AuthorizationView | undefined,
): DroneView[] {
  const covered = new Set(authorization?.ids);
  return drones.filter(({ record }) => !covered.has(record.id));
}

/** For lights alone a drone needs neither a charged battery nor a place. */
export function readinessFor(authorization: AuthorizationView | undefined): (drone: DroneView) => boolean {
  const isForLights = authorization?.scope === 'lights';
  return ({ isReady, isReadyForLights }) => (isForLights ? isReadyForLights : isReady);
}

/** Who stands in the way and why, or undefined when nobody does. */
export function whoIsNotReady(
  drones: readonly DroneView[],
  isReady: (drone: DroneView) => boolean,
): { title: string; lines: string[] } | undefined {
  const missing = drones.filter((drone) => !isReady(drone));
  if (missing.length === 0) return undefined;
  const lines = missing.map(({ record, blockers }) =>
    cleanText(`${record.id}: ${blockers.map(({ text }) => text).join('; ') || 'not ready'}`),
  );
  return { title: `${missing.length} of ${drones.length} selected not ready`, lines };
}

/** Lost drones leave the table at once, but one that was armed when it was lost only after a y. */
function removeLost(state: PanelState, context: Context): Step {
  const lost = context.snapshot.drones.filter(({ record }) => !record.isConnected);
  if (lost.length === 0) return only(tell(state, 'remove: every drone in the table is connected', context));
  const ids = lost.map(({ record }) => record.id);
  if (lost.some(({ isArmed }) => isArmed)) {
    return only({ ...state, dialog: { kind: 'confirm', confirmation: { what: 'remove', ids } } });
  }
  return { state, effects: [{ type: 'remove', ids }] };
}

function tell(state: PanelState, text: string, { snapshot }: Context): PanelState {
  return say(state, text, { role: 'missing', atMs: snapshot.monotonicMs });
}

function notice(state: PanelState, title: string, lines: readonly string[]): PanelState {
  return { ...state, dialog: { kind: 'notice', title, lines, scroll: 0 } };
}
