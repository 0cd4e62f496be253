import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const rooms = ['bin', 'drone-client', 'lib', 'packaging', 'server', 'shows'] as const;
type Room = (typeof rooms)[number];

/** Which rooms each room may import. */
const allowedRooms: Record<Room, readonly Room[]> = {
  lib: ['lib'],
  server: ['server', 'lib'],
  'drone-client': ['drone-client', 'lib'],
  shows: ['shows', 'lib'],
  packaging: ['packaging', 'lib'],
  bin: ['bin', 'server', 'drone-client', 'lib'],
};

/** Node modules without I/O, time or randomness of their own: hashing, byte views, types of streams, names. */
const pureNodeModules = new Set(['node:buffer', 'node:crypto', 'node:stream', 'node:path', 'node:util']);

const impureGlobals =
  /\b(?:process\.|console\.|Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|performance\.|Math\.random|randomBytes|randomUUID|fetch\()/;

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function roomOf(path: string): Room | undefined {
  return rooms.find((room) => path.startsWith(`${room}/`));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

function isEdge(path: string): boolean {
  return (
    path.includes('/adapters/') ||
    path.endsWith('/main.ts') ||
    path.startsWith('bin/') ||
    path.startsWith('shows/')
  );
}

/** Code without comments and without the texts inside quotes. */
function codeOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}

const files = rooms.flatMap(filesOf);

describe('the rooms of the house', () => {
  it('are all looked at', () => {
    expect(files.length).toBeGreaterThan(60);
  });

  it.each(files)('%s imports only what its room may know', (path) => {
    const room = roomOf(path);
    const foreign = importsOf(path)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(root, resolve(root, dirname(path), specifier)))
      .filter((target) => {
        const targetRoom = roomOf(target);
        return room !== undefined && targetRoom !== undefined && !allowedRooms[room].includes(targetRoom);
      });
    expect(foreign).toEqual([]);
  });

  it.each(files.filter((path) => !isEdge(path)))(
    '%s leaves I/O, time and randomness to the edges',
    (path) => {
      const ioModules = importsOf(path).filter(
        (specifier) => specifier.startsWith('node:') && !pureNodeModules.has(specifier),
      );
      expect(ioModules).toEqual([]);
      expect(impureGlobals.exec(codeOf(path))?.[0]).toBeUndefined();
    },
  );

  it.each(files.filter((path) => !isEdge(path)))(
    '%s keeps no state of its own beside its instances',
    (path) => {
      expect(codeOf(path)).not.toMatch(/^(?:export )?let /m);
    },
  );

  it.each(files)('%s says first what it is', (path) => {
    expect(readFileSync(join(root, path), 'utf8')).toMatch(/^(?:#!.*\n)?\/\*\*/);
  });
});
