/** Small `.skyc` shows for tests, made by hand. Knows no test. */
import { ShowError } from '../../../../lib/errors.js';
import type { ImportedShow, ShowSource } from '../../../../lib/show/formats/format.js';
import { skyc } from '../../../../lib/show/formats/skyc/skyc.js';

/** JSON as it is to stand in a file: a value, or the text itself. */
export type Files = { readonly [entry: string]: unknown };

export function source(files: Files): ShowSource {
  const encoder = new TextEncoder();
  const bytesOf = (value: unknown) => {
    if (value instanceof Uint8Array) return value;
    return encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));
  };
  const entries = Object.entries(files).map(([entry, value]) => [entry, bytesOf(value)] as const);
  return { name: 'show', kind: 'zip', files: new Map(entries) };
}

export function read(files: Files): ImportedShow {
  return skyc.read(source(files), { frameDelayS: 0.1 });
}

/** Why a show is refused. */
export function refusal(files: Files): string {
  try {
    read(files);
  } catch (error) {
    if (error instanceof ShowError) return error.message;
    throw error;
  }
  return 'was read';
}

export const upAndAway = {
  version: 1,
  points: [
    [0, [1, 2, 0], []],
    [2, [1, 2, 4], []],
    [6, [5, 2, 4], [[3, 6, 4]]],
  ],
};

/** A show of one drone; `settings` and `root` beside what it needs. */
export function oneDrone(settings: object = {}, root: object = {}): object {
  return {
    version: 1,
    ...root,
    swarm: { drones: [{ type: 'generic', settings: { trajectory: upAndAway, ...settings } }] },
  };
}
