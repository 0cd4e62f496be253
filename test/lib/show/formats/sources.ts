/** Sources and questions that the tests of the show formats share. */
import type { ShowSource } from '../../../../lib/show/formats/format.js';
import { importShow } from '../../../../lib/show/import-show.js';
import { lightTrack, trackColorAt } from '../../../../lib/show/lights.js';
import { motionAt } from '../../../../lib/show/path.js';
import { pathOf } from '../../../../lib/show/path-builder.js';
import type { Show, SlotShow } from '../../../../lib/show/show.js';

export const importOptions = { frameDelayS: 0.1 };

type Content = string | Uint8Array;

export function folder(files: Record<string, Content>, name = 'mine'): ShowSource {
  return {
    name,
    kind: 'folder',
    files: new Map(Object.entries(files).map(([path, of]) => [path, bytesOf(of)])),
  };
}

export function file(path: string, content: Content): ShowSource {
  return { name: path.replace(/\.[^.]*$/, ''), kind: 'file', files: new Map([[path, bytesOf(content)]]) };
}

export function bytesOf(content: Content): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

export function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return new TextDecoder().decode(files.get(path));
}

export function part(show: Show, slot: string): SlotShow {
  const found = show.slots.get(slot);
  if (!found) throw new Error(`no ${slot} among ${[...show.slots.keys()].join(', ')}`);
  return found;
}

/** x, y, z at a time, in whole micrometres. */
export function placeAt(of: SlotShow, tS: number): number[] {
  const { x, y, z } = motionAt(pathOf(of.trajectory), tS).positionM;
  return [x, y, z].map(round);
}

export function velocityAt(of: SlotShow, tS: number): number[] {
  const { x, y, z } = motionAt(pathOf(of.trajectory), tS).velocityMPerS;
  return [x, y, z].map(round);
}

export function colorAt(of: SlotShow, tS: number): number[] {
  const { red, green, blue } = trackColorAt(lightTrack(of.lights, tS), tS);
  return [red, green, blue];
}

/** What an import says when it refuses; empty when it does not. */
export function refusal(source: ShowSource): string {
  try {
    importShow(source, importOptions);
    return '';
  } catch (error) {
    if (error instanceof Error && error.name === 'ShowError') return error.message;
    throw error;
  }
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
