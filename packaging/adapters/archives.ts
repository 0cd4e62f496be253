/** Makes archives of a finished tree: the same tree gives the same bytes. Knows `dpkg-deb`, GNU tar and gzip. */
import { chmodSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { run } from './run.js';
import type { Tree } from './tree.js';

export type DebParts = {
  readonly tree: Tree;
  /** Files of the package's control part by name; the maintainer scripts are programs. */
  readonly control: { readonly [name: string]: string };
  readonly dateS: number;
  /** The file to make. */
  readonly target: string;
};

const scripts = new Set(['postinst', 'postrm', 'preinst', 'prerm']);

/** One thread and a light preset: more would save a twentieth of the size in twice the time. */
const compression = ['-Zxz', '-z1', '--threads-max=1'];

/** The tree gets the folder `DEBIAN`, and its date. @throws StarlingError what dpkg-deb says. */
export function makeDeb({ tree, control, dateS, target }: DebParts): void {
  for (const [name, text] of Object.entries(control))
    tree.write(`DEBIAN/${name}`, text, { isProgram: scripts.has(name) });
  tree.date(dateS);
  run('dpkg-deb', ['--build', '--root-owner-group', ...compression, tree.root, target], {
    env: { SOURCE_DATE_EPOCH: String(dateS) },
  });
  chmodSync(target, 0o644);
}

/** The archive holds one folder, named like the tree's. @throws StarlingError what tar says. */
export function makeTarball(tree: Tree, dateS: number, target: string): void {
  tree.date(dateS);
  run('tar', [
    ...['--create', '--file', target, '--use-compress-program', 'gzip -n -6', '--format=gnu', '--sort=name'],
    ...[`--mtime=@${dateS}`, '--owner=0', '--group=0', '--numeric-owner'],
    ...['--directory', dirname(tree.root), basename(tree.root)],
  ]);
}
