/** What each operation asks for before it is sent: a selection, fit drones, arguments, a confirmation. Knows no sockets. */
import { operations } from '../../lib/operations/catalogue.js';
import { checkArguments } from '../../lib/operations/read-arguments.js';
import type { ConfigOf } from '../config-desk.js';
import type { AuthorizationView } from '../show-control/authorizer.js';
import type { DroneView } from '../snapshot.js';
import { commandTitle } from './outcome.js';
import { startHeldBy } from './oversight-facts.js';
import { isOwnEntry, type MenuEntry, type OwnEntry } from './panel-entries.js';
import { openOversight } from './reduce-oversight.js';
import { type Asked, type Context, only, type PanelState, type Step, say } from './state.js';
import { cleanText } from './text.js';

/** What is in the catalogue. */
type Operation = Exclude<MenuEntry, OwnEntry>;

/** The operator wants it: the next question, or the command itself. */
export function ask(state: PanelState, name: MenuEntry, context: Context): Step {
  if (isOwnEntry(name)) return askOwn(state, name, context);
  if (name === 'remove') return removeLost(state, context);
  const drones = operations[name].target === 'none' ? [] : whomOf(name, state, context);
  if (drones.length === 0 && operations[name].target !== 'none')
    return only(
      tell(state, `${commandTitle(name)}: nothing selected: space selects, a selects all`, context),
    );
  const obstacle = obstacleTo(name, drones, context);
  if (obstacle !== undefined) return only(tell(state, `${commandTitle(name)}: ${obstacle}`, context));
  const refusal = refusalFor(name, drones, context);
  if (refusal)
    return only(notice(state, `${operations[name].title}: not possible: ${refusal.title}`, refusal.lines));
  const ids = drones.map(({ record }) => record.id);
  if (name === 'authorize') {
    const { digest } = context.snapshot.show ?? {};
    return only({ ...state, dialog: { kind: 'authorize', ids, text: '', digest } });
  }
  const specs = operations[name].arguments;
  if (specs.length > 0)
    return only({ ...state, dialog: { kind: 'form', name, ids, texts: specs.map(() => ''), at: 0 } });
  return name === 'load'
    ? only(state)
    : proceed(state, { name, ids, given: checkArguments([], {}) }, context);
}

function askOwn(state: PanelState, name: OwnEntry, context: Context): Step {
  if (name === 'config_file')
    return only({ ...state, dialog: { kind: 'form', name, ids: [], texts: [''], at: 0 } });
  if (name === 'open_update') return only({ ...state, dialog: { kind: 'update', scroll: 0 } });
  if (name === 'open_alerts') return only(openOversight(state, 'alerts', context));
  if (name === 'open_checklist') return only(openOversight(state, 'checklist', context));
  if (name === 'config_server') return askConfig(state, { what: 'server' });
  const { cursorId: id } = state;
  if (id === undefined) return only(tell(state, 'no drone is under the cursor', context));
  return askConfig(state, { what: 'drone', id });
}

/** It is waited for in a dialog of its own. */
export function askConfig(state: PanelState, of: ConfigOf): Step {
  return { state: { ...state, dialog: { kind: 'asking', of } }, effects: [{ type: 'openConfig', of }] };
}

/** The arguments are known: what is dangerous is confirmed, all else is sent. */
export function proceed(state: PanelState, asked: Asked, context: Context): Step {
  const { confirm } = operations[asked.name];
  if (typeof confirm === 'object') return only({ ...state, dialog: { kind: 'word', text: '', ...asked } });
  const { authorization } = context.snapshot;
  if (asked.name === 'start' && authorization) {
    const allowed = { digest: authorization.digest, scope: authorization.scope };
    const confirmation = { what: 'operate', allowed, ...asked } as const;
    return only({ ...state, dialog: { kind: 'confirm', confirmation } });
  }
  if (confirm === 'y' || asked.name === 'start')
    return only({ ...state, dialog: { kind: 'confirm', confirmation: { what: 'operate', ...asked } } });
  return send(state, asked, context);
}

/** Sends it, and says so. A search has the screen from now on: no key for the table meets it. */
export function send(state: PanelState, asked: Asked, { snapshot }: Context): Step {
  const whom = asked.ids.length === 0 ? 'begun' : `sent to ${asked.ids.length}`;
  const namedAtMs = snapshot.monotonicMs;
  const dialog = asked.name === 'visual_land' ? ({ kind: 'visualLand', namedAtMs } as const) : undefined;
  const told = say({ ...state, dialog }, `${commandTitle(asked.name)}: ${whom}, waiting for answers`, {
    role: 'accent',
    atMs: snapshot.monotonicMs,
  });
  return { state: { ...told, hasShowEnded: false }, effects: [{ type: 'operate', ...asked }] };
}

/** The selected ones; what a held fleet is told concerns it whole, whoever is selected. */
function whomOf(name: Operation, state: PanelState, context: Context): DroneView[] {
  const selected = selectedDrones(state, context);
  if (name !== 'resume' || !context.snapshot.oversight?.held) return selected;
  const flying = context.snapshot.drones.filter(({ isArmed, slot }) => isArmed && slot !== undefined);
  return flying.length > 0 ? flying : selected;
}

/** The drones of the selection, in the table's order. */
function selectedDrones({ selected }: PanelState, { snapshot }: Context): DroneView[] {
  return snapshot.drones.filter(({ record }) => selected.has(record.id));
}

const noShow = 'no show is loaded: press o';

/** Why it makes no sense now, whoever is selected. */
function obstacleTo(
  name: Operation,
  drones: readonly DroneView[],
  { snapshot }: Context,
): string | undefined {
  const { show, phase, authorization } = snapshot;
  if (name === 'upload' && !show) return noShow;
  if ((name === 'authorize' || name === 'start') && phase.phase !== 'idle')
    return `a show is under way (${phase.phase}): stop or land it first`;
  if (name === 'authorize' && !show) return noShow;
  if (name !== 'start') return undefined;
  if (!authorization) return 'the show is not authorized: press A first';
  if (whoIsNotReady(drones, readinessFor(authorization))) return undefined;
  const holder = authorization.scope === 'live' ? startHeldBy(snapshot) : undefined;
  if (holder !== undefined) return holder;
  const [uncovered] = notCovered(drones, authorization);
  return uncovered && `not authorized for ${uncovered.record.id}: press A again`;
}

/** Who of the drones stands in the way of it; undefined when nobody does. */
export function refusalFor(
  name: Operation,
  drones: readonly DroneView[],
  { snapshot }: Pick<Context, 'snapshot'>,
): Refusal | undefined {
  const { gate } = operations[name];
  if (name === 'start') return whoIsNotReady(drones, readinessFor(snapshot.authorization));
  if (gate === 'ready to take off') return whoIsNotReady(drones, ({ isReadyToTakeOff }) => isReadyToTakeOff);
  if (gate === 'ready to flip') return whoIs(drones, ({ isReadyToFlip }) => isReadyToFlip, 'does not hover');
  if (gate === 'standing by') return whoIs(drones, isStandingBy, 'its system is not STANDBY');
  return undefined;
}

function isStandingBy({ record }: DroneView): boolean {
  return record.isConnected && record.telemetry.fcu_status === 'STANDBY';
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

export type Refusal = { readonly title: string; readonly lines: string[] };

/** Who stands in the way and why, or undefined when nobody does. */
function whoIsNotReady(
  drones: readonly DroneView[],
  isReady: (drone: DroneView) => boolean,
): Refusal | undefined {
  const missing = drones.filter((drone) => !isReady(drone));
  if (missing.length === 0) return undefined;
  const lines = missing.map(({ record, blockers }) =>
    cleanText(`${record.id}: ${blockers.map(({ text }) => text).join('; ') || 'not ready'}`),
  );
  return { title: `${missing.length} of ${drones.length} selected not ready`, lines };
}

function whoIs(
  drones: readonly DroneView[],
  isFit: (drone: DroneView) => boolean,
  why: string,
): Refusal | undefined {
  const missing = drones.filter((drone) => !isFit(drone));
  if (missing.length === 0) return undefined;
  return {
    title: `${missing.length} of ${drones.length} selected can not now`,
    lines: missing.map(({ record }) => cleanText(`${record.id}: ${why}`)),
  };
}

/** Lost drones leave the table at once, but one that was armed when it was lost only after a y. */
function removeLost(state: PanelState, context: Context): Step {
  const lost = context.snapshot.drones.filter(({ record }) => !record.isConnected);
  if (lost.length === 0) return only(tell(state, 'remove: every drone in the table is connected', context));
  const asked: Asked = { name: 'remove', ids: lost.map(({ record }) => record.id), given: {} };
  if (!lost.some(({ isArmed }) => isArmed)) return { state, effects: [{ type: 'operate', ...asked }] };
  return only({ ...state, dialog: { kind: 'confirm', confirmation: { what: 'operate', ...asked } } });
}

function tell(state: PanelState, text: string, { snapshot }: Context): PanelState {
  return say(state, text, { role: 'missing', atMs: snapshot.monotonicMs });
}

function notice(state: PanelState, title: string, lines: readonly string[]): PanelState {
  return { ...state, dialog: { kind: 'notice', title, lines, scroll: 0 } };
}
