/** Makes the paperwork of a package anew from what dpkg says of the installed one. Pure: touches no file. */

export type Conffile = {
  readonly path: string;
  /** MD5 of the file as its package brought it, 32 hexadecimal digits. */
  readonly shippedMd5: string;
};

export type Paperwork = {
  /** Text of the file `control`. */
  readonly control: string;
  readonly conffiles: readonly Conffile[];
};

/** Fields that dpkg adds to a package's own. Source: deb-control(5), dpkg's status file. */
const dpkgFields = new Set(['Status', 'Conffiles', 'Config-Version', 'Triggers-Awaited', 'Triggers-Pending']);

/** `paragraph`: what `dpkg-query --status` prints of one package. */
export function paperworkOf(paragraph: string): Paperwork {
  const fields = paragraph.trimEnd().split(/\n(?! )/);
  const nameOf = (field: string) => field.slice(0, field.indexOf(':'));
  const kept = fields.filter((field) => !dpkgFields.has(nameOf(field)));
  const conffiles = fields.find((field) => nameOf(field) === 'Conffiles') ?? '';
  return { control: `${kept.join('\n')}\n`, conffiles: conffiles.split('\n').flatMap(conffileOf) };
}

/** ` PATH MD5`; what the package no longer has is marked as obsolete, and what was never installed as `newconffile`. */
function conffileOf(line: string): Conffile[] {
  const [, path, shippedMd5] = /^ (\/.*) ([0-9a-f]{32})$/.exec(line) ?? [];
  return path === undefined || shippedMd5 === undefined ? [] : [{ path, shippedMd5 }];
}

/** Paths, from `/`, of a listing by `dpkg-deb --contents`, folders without a `/` at their end. */
export function listedPaths(contents: string): Set<string> {
  // Mode, owner, size, date, time, then `./PATH`, of a link ` -> TARGET` or ` link to TARGET`.
  const line = /^\S+ +\S+ +\S+ +\S+ +\S+ \.(\/.*?)(?: -> .*| link to .*)?$/;
  const paths = contents.split('\n').map((text) => line.exec(text)?.[1]?.replace(/(?<=.)\/$/, '') ?? '');
  return new Set(paths.filter((path) => path !== ''));
}
