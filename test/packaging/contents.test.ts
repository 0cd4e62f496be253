import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { architectures } from '../../packaging/architectures.js';
import { buildOnly, type LockFile, neededPackages } from '../../packaging/package-closure.js';
import { isRuntimeFile } from '../../packaging/pruning.js';
import { type Side, sides, traceSide } from '../../packaging/sides.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as LockFile;

function sideNamed(name: string): Side {
  const found = sides.find((side) => side.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

const drone = sideNamed('starling-drone');
const server = sideNamed('starling-server');
const droneGraph = traceSide(drone, read);
const serverGraph = traceSide(server, read);

describe('the package of a drone', () => {
  it('holds its client and what flies, and nothing of the server', () => {
    expect(droneGraph.files).toContain('dist/drone-client/vehicle/adapters/serial-link.js');
    expect(droneGraph.files).toContain('dist/drone-client/player/show-player.js');
    expect(droneGraph.files.filter((file) => file.startsWith('dist/server/'))).toEqual([]);
  });

  it('refers to the server only where the doctor is asked to look at one', () => {
    const referring = droneGraph.files.filter((file) => /['"](?:\.\.\/)+server\//.test(read(file)));
    expect(referring).toEqual(['dist/bin/commands/doctor.js']);
    expect(read('dist/bin/commands/doctor.js')).not.toMatch(/^\s*(?:import|export)\b.*\/server\//m);
  });

  it('holds what its command line imports at once, and not what it loads when a command of the server is called', () => {
    const texts: { readonly [path: string]: string } = {
      'dist/bin/starling.js': "import './command-line/all.js';",
      'dist/bin/command-line/all.js': "import '../commands/shared.js';\nawait import('../commands/ctl.js');",
    };
    const { files } = traceSide(drone, (path) => texts[path] ?? '');
    expect(files).toContain('dist/bin/commands/shared.js');
    expect(files).not.toContain('dist/bin/commands/ctl.js');
  });

  it('needs no library of the panel, of pages or of passwords', () => {
    expect(droneGraph.packages).toContain('serialport');
    expect(droneGraph.packages).toContain('koffi');
    for (const name of ['blessed', 'linkedom', '@observablehq/plot', 'bcryptjs'])
      expect(droneGraph.packages).not.toContain(name);
  });
});

describe('the package of a server', () => {
  it('holds the threads that it starts', () => {
    for (const thread of ['show-control/adapters/show-worker-entry', 'recorder/adapters/check-session-entry'])
      expect(serverGraph.files).toContain(`dist/server/${thread}.js`);
    expect(serverGraph.files).toContain('dist/lib/security/adapters/bcrypt-thread-entry.js');
    expect(serverGraph.files).toContain('dist/bin/rehearsal/rehearsal-thread-entry.js');
  });

  it('imports, with that of a drone, every package that Starling depends on', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: { [name: string]: string } };
    expect(serverGraph.packages).toEqual(Object.keys(dependencies).sort());
  });
});

describe('the commands', () => {
  const parts = readdirSync(join(root, 'dist/bin/command-line')).filter((file) => file.endsWith('.js'));
  const program = ['starling.js', ...parts.map((part) => `command-line/${part}`)]
    .map((path) => read(`dist/bin/${path}`))
    .join('\n');
  const names = [...program.matchAll(/(?:subcommand\(program, |program\s*\.command\()'([a-z]+)/g)].map(
    (match) => match[1] ?? '',
  );
  const modules = [...program.matchAll(/import\('\.\.?\/commands\/([a-z-]+)\.js'\)/g)].map(
    (match) => match[1] ?? '',
  );

  it('are all in the package of a server', () => {
    expect(modules.length).toBeGreaterThan(15);
    for (const module of modules) expect(serverGraph.files).toContain(`dist/bin/commands/${module}.js`);
  });

  it('are in the package of a drone, or named as those of the server', () => {
    const own = drone.entries.map((entry) => /commands\/([a-z-]+)\.js/.exec(entry)?.[1]).filter(Boolean);
    expect([...own, ...drone.absentCommands].sort()).toEqual([...new Set(names)].sort());
  });

  it('that a drone lacks are refused by its wrapper', () => {
    const wrapper = read('packaging/files/starling-drone/starling');
    expect(wrapper).toContain(`\n${drone.absentCommands.join(' | ')})\n`);
  });
});

describe.each(architectures)('what is installed on $debian', ({ cpu }) => {
  const needed = neededPackages(lock, serverGraph.packages, cpu);

  it('has one native part of the lights, its own', () => {
    const native = needed.map(({ name }) => name).filter((name) => name.startsWith('@koromix/'));
    expect(native).toEqual([`@koromix/koffi-linux-${cpu}`]);
  });

  it('keeps the first module of every package', () => {
    const lost = needed.flatMap(({ name, place }) => {
      const folder = join(root, place);
      if (!existsSync(folder)) return [];
      const first = firstModule(join(folder, 'x.js'), name);
      if (first === undefined || isRuntimeFile({ name, path: relative(folder, first) }, cpu)) return [];
      return [first];
    });
    expect(lost).toEqual([]);
  });
});

describe('what only builds', () => {
  it.each(Object.entries(buildOnly))('is loaded by no file of %s that is kept', (name, skipped) => {
    const folder = join(root, 'node_modules', name);
    const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) =>
        /\.[cm]?js$/.test(path) && !path.startsWith('node_modules/') && isRuntimeFile({ name, path }, 'x64'),
    );
    const loads = new RegExp(`(?:require\\(|from |import\\()['"](?:${skipped.join('|')})['"/]`);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((path) => loads.test(readFileSync(join(folder, path), 'utf8')))).toEqual([]);
  });
});

/** Nothing for a package of types alone. */
function firstModule(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch (error) {
    if (error instanceof Error && /Cannot find module|No "exports" main/.test(error.message))
      return undefined;
    throw error;
  }
}
