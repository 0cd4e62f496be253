/** Makes one Debian package of one side for one processor. Knows where Debian wants things; no command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Architecture } from '../architectures.js';
import { changelogText, controlText, copyrightText, type PackageFacts } from '../control.js';
import type { Side } from '../sides.js';
import { makeDeb, makeTarball } from './archives.js';
import { layOutProgram } from './lay-out-program.js';
import { filesBelow, Tree } from './tree.js';

export type MakeOptions = PackageFacts & {
  readonly repository: string;
  /** A folder that is this package's alone, and goes away after it. */
  readonly scratch: string;
  /** Where packages that are fetched stay for the others that need them. */
  readonly fetched: string;
  /** Folder of the finished packages. */
  readonly out: string;
};

export type MadePackage = {
  readonly path: string;
  /** What is installed beside Node, KiB. */
  readonly besideNodeKib: number;
};

/** Files of a package by where they go. */
const ownFiles: { readonly [side: string]: { readonly [file: string]: string } } = {
  'starling-drone': {
    'starling-drone.service': 'usr/lib/systemd/system/starling-drone.service',
    '60-starling-drone.rules': 'usr/lib/udev/rules.d/60-starling-drone.rules',
  },
  'starling-server': { 'starling-server.service': 'usr/lib/systemd/user/starling-server.service' },
};

/**
 * Configuration that the client and the setup change, so that it can not be a conffile (Debian Policy 10.7.3): it lies in
 * the program's folder, and the package's script puts it there where none is.
 */
const laidDownFiles: typeof ownFiles = {
  'starling-drone': {
    'drone.ini': 'etc/starling/drone.ini',
    'starling-drone.default': 'etc/default/starling-drone',
  },
};

/** Configuration that nobody but the administrator changes. */
const conffiles: typeof ownFiles = {
  'starling-drone': { 'needrestart.conf': 'etc/needrestart/conf.d/starling-drone.conf' },
};

/** Programs beside the one that every package has. */
const ownPrograms: typeof ownFiles = {
  'starling-drone': {
    'starling-drone-setup': 'usr/sbin/starling-drone-setup',
    'starling-drone-helper': 'usr/lib/starling-drone/starling-drone-helper',
  },
};

/** Of the helper that installs packages: for systems that have Debian's alone. */
const helperFiles: typeof ownFiles = {
  'starling-drone': {
    'starling-drone-helper.path': 'usr/lib/systemd/system/starling-drone-helper.path',
    'starling-drone-helper.service': 'usr/lib/systemd/system/starling-drone-helper.service',
    'starling-drone-recover.service': 'usr/lib/systemd/system/starling-drone-recover.service',
    'starling-drone.tmpfiles': 'usr/lib/tmpfiles.d/starling-drone.conf',
  },
};

const ownFolders: { readonly [side: string]: readonly string[] } = {
  'starling-drone': [
    ...['etc/starling', 'var/lib/starling', 'var/log/starling'],
    ...['var/lib/starling-drone-helper', 'etc/starling-drone-helper/trusted'],
  ],
};

const bestCompression = 9;

export function makePackage(options: MakeOptions): MadePackage {
  const { side, architecture, version, out, scratch, dateS } = options;
  const tree = new Tree(join(scratch, 'tree'));
  const folder = `usr/lib/${side.name}`;
  const parts = layOutProgram({ ...options, tree, folder });
  layOutFiles(options, tree);
  const doc = `usr/share/doc/${side.name}`;
  tree.write(`${doc}/copyright`, copyrightText(parts));
  tree.write(`${doc}/changelog.gz`, gzipSync(changelogText(options), { level: bestCompression }));
  const overrides = overridesText(side, architecture);
  if (overrides) tree.write(`usr/share/lintian/overrides/${side.name}`, overrides);
  const path = join(out, `${side.name}_${version}_${architecture.debian}.deb`);
  const control = controlFiles(options, tree);
  const besideNodeKib = tree.sizeKib() - tree.sizeKib(`${folder}/node`);
  makeDeb({ tree, control, dateS, target: path });
  return { path, besideNodeKib };
}

/** An archive for systems without Debian's packages: the server's program, which has all commands, and a drone's files. */
export function makeArchive(options: MakeOptions): MadePackage {
  const { repository, scratch, architecture, version, out, dateS } = options;
  const tree = new Tree(join(scratch, `starling_${version}_linux-${architecture.debian}`));
  layOutProgram({ ...options, tree, folder: 'starling' });
  const own = (path: string) => join(repository, 'packaging/files', path);
  tree.copy(own('starling-server/starling'), 'starling/starling', { isProgram: true });
  tree.copy(own('tarball/install.sh'), 'install.sh', { isProgram: true });
  for (const files of [ownFiles, laidDownFiles, conffiles])
    for (const file of Object.keys(files['starling-drone'] ?? {}))
      tree.copy(own(`starling-drone/${file}`), `drone/${file}`);
  copyData(options, tree, (to) =>
    to.replace('usr/lib/starling-server/', 'starling/').replace(/^usr\/share\/doc\/[^/]+\//, ''),
  );
  for (const file of ['README.md', 'LICENSE']) tree.copy(join(repository, file), file);
  const path = join(out, `starling_${version}_linux-${architecture.debian}.tar.gz`);
  const besideNodeKib = tree.sizeKib() - tree.sizeKib('starling/node');
  makeTarball(tree, dateS, path);
  return { path, besideNodeKib };
}

function layOutFiles(options: MakeOptions, tree: Tree): void {
  const { repository, side } = options;
  const own = (path: string) => join(repository, 'packaging/files', side.name, path);
  tree.copy(own('starling'), `usr/lib/${side.name}/starling`, { isProgram: true });
  for (const files of [ownFiles, helperFiles, conffiles])
    for (const [file, to] of Object.entries(files[side.name] ?? {})) tree.copy(own(file), to);
  for (const [file, to] of Object.entries(laidDownFiles[side.name] ?? {}))
    tree.copy(own(file), `usr/lib/${side.name}/shipped/${to}`);
  for (const [file, to] of Object.entries(ownPrograms[side.name] ?? {}))
    tree.copy(own(file), to, { isProgram: true });
  for (const folder of ownFolders[side.name] ?? []) tree.makeFolder(folder);
  tree.copy(own('README.Debian'), `usr/share/doc/${side.name}/README.Debian`);
  copyData(options, tree, (to) => to);
}

function copyData({ repository, side }: MakeOptions, tree: Tree, place: (to: string) => string): void {
  for (const { from, to } of side.data)
    for (const file of filesBelow(join(repository, from)))
      if (!file.endsWith('.ts')) tree.copy(join(repository, from, file), place(`${to}/${file}`));
}

/** What goes into the package's control part, by name. */
function controlFiles(options: MakeOptions, tree: Tree): { readonly [name: string]: string } {
  const { repository, side } = options;
  const folder = join(repository, 'packaging/files', side.name);
  const kept = Object.values(conffiles[side.name] ?? {});
  const scripts = filesBelow(folder).filter((file) => /^(?:post|pre)(?:inst|rm)$/.test(file));
  return {
    control: controlText(options, tree.sizeKib()),
    md5sums: tree.md5sums(),
    ...(kept.length > 0 && { conffiles: kept.map((path) => `/${path}\n`).join('') }),
    ...Object.fromEntries(scripts.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
  };
}

/** What lintian is told about Node and the native parts, which come as their makers publish them. */
function overridesText(side: Side, architecture: Architecture): string {
  const lines = architecture.node
    ? [
        '# Node is installed byte for byte as it is published, so that it can be compared; it brings its libraries along.',
        `${side.name}: unstripped-binary-or-object [usr/lib/${side.name}/node]`,
        `${side.name}: embedded-library *`,
      ]
    : [];
  return lines.map((line) => `${line}\n`).join('');
}
