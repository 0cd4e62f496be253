/** Looks at the files that a client or a server keeps, after it was ended at any moment: what is there must be whole. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { loadConfig } from '../../lib/config/index.js';
import { readDroneKeyFile } from '../../lib/security/adapters/drone-key-file.js';
import { decodePart } from '../../lib/show/index.js';
import { readStream } from '../drone-client/flight-log/support.js';

export type KeptFolders = { readonly etc: string; readonly data: string };

/** Pieces of files that were being written, in a folder and below it. */
export function pieces(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((path) =>
    /\.(?:tmp|part|partial|new)$/.test(path.replace(/show\.part$/, '')),
  );
}

/** `animations`: what may have been sent as such. Gives the name of the show in the part, if there is one. */
export function expectWhole({ etc, data }: KeptFolders, animations: readonly Buffer[]): string | undefined {
  const ini = readFileSync(join(etc, 'drone.ini'), 'utf8');
  expect(loadConfig(ini, 'drone.ini', droneConfigSpec).warnings).toEqual([]);
  expect(ini).toContain('[TELEMETRY]');
  expect(readDroneKeyFile(join(etc, 'key'))).toMatchObject({ id: 'drone-1' });
  const animation = join(data, 'animation.csv');
  if (existsSync(animation)) {
    const held = readFileSync(animation);
    expect(animations.some((one) => one.equals(held))).toBe(true);
  }
  const epoch = join(data, 'server-epoch.json');
  if (existsSync(epoch)) JSON.parse(readFileSync(epoch, 'utf8'));
  const part = join(data, 'show.part');
  return existsSync(part) ? decodePart(readFileSync(part), 'show.part').common.title : undefined;
}

/** Messages in each flight log, all of them whole up to where it was cut. */
export function flightMessages(data: string): number[] {
  const folder = join(data, 'flight-logs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const { messages, chunks } = readStream(readFileSync(join(folder, name)));
    return chunks > 0 ? messages.length : 0;
  });
}
