/**
 * What the server keeps over a crash: the fleet that it knows, who flies what, what is authorized, the run that is on.
 * Data and its text; knows no file, no clock and no fleet.
 */
import { ShowError } from '../../lib/errors.js';
import type { AuthorizationScope } from '../show-control/authorizer.js';
import type { ShowRun } from '../show-control/show-run.js';
import { fieldsOf, Reader } from './state-reader.js';

/** Of the text: one of another version is not read. */
const stateVersion = 1;

/** More drones than any fleet: strangers in an open fleet fill no disk. */
const maxDrones = 10_000;

/** More than any server keeps. */
const maxGroups = 1000;

/** So many shows are remembered. */
export const maxRecentShows = 8;

/** `now`: what a crash must not take back; `soon`: the rest. */
export type Urgency = 'now' | 'soon';

type KeptDrone = {
  readonly id: string;
  /** `address:port` of its last connection. */
  readonly address: string;
  /** A peer that answers, not an old one. */
  readonly isOurs: boolean;
  /** Where it hears emergency datagrams, and what it calls itself there; undefined for one that hears none. */
  readonly hears?: { readonly address: string; readonly port: number; readonly boot: string } | undefined;
};

export type KeptAuthorization = {
  /** Of the show. */
  readonly digest: string;
  readonly scope: AuthorizationScope;
  readonly override: string | undefined;
  /** How long it had left when this was kept, s. */
  readonly leftS: number;
  /** The digest that each drone was to hold when it was given. */
  readonly covered: readonly (readonly [id: string, digest: string])[];
};

/**
 * A moment that no setting of a clock changes: which start of this machine, as its kernel names it, and how long since, ms,
 * sleep included.
 */
export type MachineMoment = { readonly boot: string; readonly uptimeMs: number };

export type KeptRun = Omit<ShowRun, 'holding' | 'restoredUtcMs'> & { readonly holding: readonly string[] };

export type ServerState = {
  /** When this was kept; undefined where the machine does not say. */
  readonly at: MachineMoment | undefined;
  readonly drones: readonly KeptDrone[];
  /** Where the loaded show was read from, and its digest. */
  readonly show: { readonly path: string; readonly digest: string; readonly durationS: number } | undefined;
  /** As they were decided: slot by drone, and the drones without one; undefined where names decide. */
  readonly slots: readonly (readonly [id: string, slot: string | null])[] | undefined;
  readonly authorization: KeptAuthorization | undefined;
  readonly run: KeptRun | undefined;
  /** Paths of shows that were loaded, the newest first. */
  readonly recentShows?: readonly string[] | undefined;
  /** The groups of drones that were named. */
  readonly groups?: readonly (readonly [name: string, ids: readonly string[]])[] | undefined;
};

export function encodeState(state: ServerState): string {
  const drones = state.drones.slice(0, maxDrones);
  return `${JSON.stringify({ version: stateVersion, ...state, drones }, undefined, 1)}\n`;
}

/** @throws ShowError with what is wrong, for a text that is damaged or of another version. */
export function decodeState(text: string): ServerState {
  const fields = fieldsOf(parse(text), 'the state');
  if (fields.version !== stateVersion)
    throw new ShowError(`it is of version ${versionText(fields.version)}, this server reads ${stateVersion}`);
  const read = new Reader(fields, '');
  return {
    at: read.optional('at', (at) => ({ boot: at.text('boot'), uptimeMs: at.amount('uptimeMs') })),
    drones: read.list('drones', maxDrones, readDrone),
    show: read.optional('show', (show) => ({
      path: show.text('path'),
      digest: show.text('digest'),
      durationS: show.amount('durationS'),
    })),
    slots: fields.slots === undefined ? undefined : read.pairs('slots', maxDrones, isSlot),
    authorization: read.optional('authorization', readAuthorization),
    run: read.optional('run', readRun),
    ...(fields.recentShows !== undefined && { recentShows: read.texts('recentShows', maxRecentShows) }),
    ...(fields.groups !== undefined && { groups: read.pairs('groups', maxGroups, isTexts) }),
  };
}

function versionText(version: unknown): string {
  return (JSON.stringify(version) ?? 'none').slice(0, 40);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ShowError('it is no JSON', { cause: error });
  }
}

function isSlot(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= maxDrones && value.every(isText);
}

function readDrone(read: Reader): KeptDrone {
  const hears = read.optional('hears', (place) => ({
    ...{ address: place.text('address'), port: place.port('port'), boot: place.text('boot') },
  }));
  const drone = { id: read.text('id'), address: read.text('address'), isOurs: read.flag('isOurs') };
  return { ...drone, ...(hears && { hears }) };
}

function readAuthorization(read: Reader): KeptAuthorization {
  return {
    digest: read.text('digest'),
    scope: readScope(read),
    override: read.optionalText('override'),
    leftS: read.amount('leftS'),
    covered: read.pairs('covered', maxDrones, isText),
  };
}

function readRun(read: Reader): KeptRun {
  const musicUtcMs = read.optionalAmount('musicUtcMs');
  const ids = read.texts('ids', maxDrones);
  if (ids.length === 0) throw new ShowError('"run.ids" is empty');
  return {
    ids,
    startUtcMs: read.amount('startUtcMs'),
    toldUtcMs: read.amount('toldUtcMs'),
    noReturnUtcMs: read.amount('noReturnUtcMs'),
    pausedUtcMs: read.optionalAmount('pausedUtcMs'),
    resumedUtcMs: read.optionalAmount('resumedUtcMs'),
    scope: readScope(read),
    holding: read.texts('holding', maxDrones),
    least: read.amount('least'),
    ...(musicUtcMs !== undefined && { musicUtcMs }),
  };
}

function readScope(read: Reader): AuthorizationScope {
  const scope = read.text('scope');
  if (scope !== 'live' && scope !== 'lights')
    throw new ShowError(`"scope" is "${scope}", not live or lights`);
  return scope;
}
