/** The body of a control request: which drones it means, and when. Pure; knows the fleet's ids only. */
import { isAbsolute } from 'node:path';
import { RefusedError } from '../../../lib/errors.js';
import {
  type ControlAction,
  controlActions,
  defaultAuthorizedMinutes,
  defaultStartDelayS,
  maxAuthorizedMinutes,
  maxStartDelayS,
} from '../../../lib/protocols/tpp/control-protocol.js';
import { isTppObject, type TppJson } from '../../../lib/protocols/tpp/index.js';
import type { AssignBy } from '../../../lib/show/assign/assign-slots.js';
import type { AuthorizeOptions } from '../../show-control/operations.js';

/** A checked body. */
export type ControlTarget = {
  /** Each id once, in the order given, or in the fleet's order when all are meant. */
  readonly ids: readonly string[];
  /** True when no drones were named: all that there are, those that come later included. */
  readonly isEveryone: boolean;
  /** For `start`, s. */
  readonly delayS: number;
  readonly authorize: AuthorizeOptions;
  readonly by: AssignBy;
  /** For `execute`: the name of a program; empty for every other action. */
  readonly command: string;
  /** For `load`: absolute; empty for every other action. */
  readonly path: string;
};

const knownKeys: ReadonlySet<string> = new Set([
  'ids',
  'all',
  'delay',
  'scope',
  'minutes',
  'override',
  'by',
  'path',
  'command',
]);
const maxIds = 10_000;
const maxIdLength = 200;
const maxOverride = 500;
const maxCommand = 200;
/** Source: Linux, PATH_MAX. */
const maxPath = 4096;

/**
 * Reads a body; none at all counts as an empty one. Whatever might mean more drones than its author thought of is
 * refused: an unknown key, an empty list of ids, ids together with all.
 * @throws RefusedError with a sentence about what is wrong.
 */
export function readControlBody(
  action: ControlAction,
  body: TppJson,
  fleetIds: readonly string[],
): ControlTarget {
  const fields = body ?? {};
  if (!isTppObject(fields)) throw badBody('the body must be an object');
  for (const key of Object.keys(fields)) {
    if (!knownKeys.has(key))
      throw badBody(
        `the body may hold ids, all, delay, scope, minutes, override, by, path and command, not "${key.slice(0, maxIdLength)}"`,
      );
  }
  const ids = readIds(fields.ids);
  const isAll = readAll(fields.all);
  const delayS = readDelay(action, fields.delay);
  if (ids && isAll) throw badBody('give ids or all, not both');
  if (!ids && !isAll && controlActions[action].needsTarget)
    throw badBody(`"${action}" needs ids, or all: true`);
  const authorize = readAuthorize(action, fields);
  const by = readBy(action, fields.by);
  const path = readPath(action, fields.path);
  const command = readCommand(action, fields.command);
  return { ids: ids ?? fleetIds, isEveryone: ids === undefined, delayS, authorize, by, path, command };
}

function readIds(value: TppJson | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isId)) throw badBody('ids must be a list of drone ids (texts)');
  if (value.length === 0 || value.length > maxIds)
    throw badBody(`ids must name 1 to ${maxIds} drones; leave it out to mean none in particular`);
  return [...new Set(value)];
}

function isId(value: TppJson): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxIdLength;
}

function readAll(value: TppJson | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw badBody('all must be true or false');
  return value;
}

function readDelay(action: ControlAction, value: TppJson | undefined): number {
  if (value === undefined || value === null) return defaultStartDelayS;
  if (action !== 'start') throw badBody('delay goes with start only');
  if (typeof value !== 'number' || !(value >= 0 && value <= maxStartDelayS))
    throw badBody(`delay must be a number of seconds from 0 to ${maxStartDelayS}`);
  return value;
}

function readAuthorize(action: ControlAction, fields: { readonly [key: string]: TppJson }): AuthorizeOptions {
  const { scope = 'live', minutes = defaultAuthorizedMinutes, override } = fields;
  const isGiven = ['scope', 'minutes', 'override'].some((key) => fields[key] !== undefined);
  if (isGiven && action !== 'authorize') throw badBody('scope, minutes and override go with authorize only');
  if (scope !== 'live' && scope !== 'lights') throw badBody('scope must be live or lights');
  if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= maxAuthorizedMinutes))
    throw badBody(`minutes must be a number above 0, at most ${maxAuthorizedMinutes}`);
  if (override !== undefined && (typeof override !== 'string' || override.length > maxOverride))
    throw badBody(`override must be a text of at most ${maxOverride} letters`);
  return { scope, validS: minutes * 60, ...(override !== undefined && { override }) };
}

function readBy(action: ControlAction, value: TppJson | undefined): AssignBy {
  if (value === undefined) return 'regexp';
  if (action !== 'assign') throw badBody('by goes with assign only');
  if (value === 'id' || value === 'regexp' || value === 'places') return value;
  throw badBody('by must be id, regexp or places');
}

function readPath(action: ControlAction, value: TppJson | undefined): string {
  if (action !== 'load') {
    if (value === undefined) return '';
    throw badBody('path goes with load only');
  }
  const isPath = typeof value === 'string' && value.length <= maxPath && !value.includes('\0');
  if (!isPath || !isAbsolute(value))
    throw badBody("load needs path: the absolute path of a show on the server's machine");
  return value;
}

function readCommand(action: ControlAction, value: TppJson | undefined): string {
  if (action !== 'execute') {
    if (value === undefined) return '';
    throw badBody('command goes with execute only');
  }
  if (typeof value === 'string' && value !== '' && value.length <= maxCommand) return value;
  throw badBody("execute needs command: the name of a program on the drones' own lists");
}

function badBody(sentence: string): RefusedError {
  return new RefusedError('bad_body', sentence);
}
