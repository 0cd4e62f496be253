/** Texts of a Debian package about itself: control, changelog, copyright. Knows values; no file. */
import type { Architecture } from './architectures.js';
import type { Side } from './sides.js';

const maintainer = 'Starling maintainers <maintainers@starling.example.org>';

/** What Node and the native parts are linked against. Source: `readelf --version-info` of Node 20. */
const nativeDependencies = ['libc6 (>= 2.28)', 'libgcc-s1', 'libstdc++6 (>= 9)'];

export type PackageFacts = {
  readonly side: Side;
  readonly architecture: Architecture;
  readonly version: string;
  /** What is made of this takes this date, s since 1970. */
  readonly dateS: number;
};

/** The file `control`; the size is that of all files, in KiB. Source: Debian Policy 5.3. */
export function controlText({ side, architecture, version }: PackageFacts, installedKib: number): string {
  const ownNode = architecture.node ? [] : ['nodejs (>= 20)'];
  const lists = [
    ['Depends', [...nativeDependencies, ...ownNode, ...side.dependencies]],
    ['Recommends', side.recommends],
    ['Suggests', side.suggests],
  ] as const;
  return lines([
    `Package: ${side.name}`,
    `Version: ${version}`,
    `Architecture: ${architecture.debian}`,
    `Maintainer: ${maintainer}`,
    `Installed-Size: ${installedKib}`,
    ...lists.flatMap(([field, names]) => (names.length > 0 ? [`${field}: ${names.join(', ')}`] : [])),
    'Section: misc',
    'Priority: optional',
    `Description: ${side.synopsis}`,
    ...side.description.map((line) => ` ${line}`),
  ]);
}

/** The changelog of a package that is built from its own repository. Source: Debian Policy 4.4. */
export function changelogText({ side, version, dateS }: PackageFacts): string {
  const date = new Date(dateS * 1000).toUTCString().replace('GMT', '+0000');
  return lines([
    `${side.name} (${version}) stable; urgency=medium`,
    '',
    `  * Version ${version}.`,
    '',
    ` -- ${maintainer}  ${date}`,
  ]);
}

/** Software of others that is in a package. */
export type ForeignPart = {
  /** Where, from `/`, as a pattern. */
  readonly files: string;
  /** Short name, as its authors give it. */
  readonly licence: string;
  /** Who holds the copyright, a line each. */
  readonly holders: readonly string[];
};

/** The copyright file. Source: Debian's machine-readable copyright format 1.0. */
export function copyrightText(parts: readonly ForeignPart[]): string {
  const licences = [...new Set(parts.map(({ licence }) => shortName(licence)))].filter(
    (name) => name !== own,
  );
  return lines([
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: Starling',
    ...['', 'Files: *', 'Copyright: the authors of Starling', `License: ${own}`],
    ...parts.flatMap(({ files, licence, holders }) => [
      '',
      `Files: ${files}`,
      `Copyright: ${holders.join('\n ')}`,
      `License: ${shortName(licence)}`,
    ]),
    ...['', `License: ${own}`],
    ' This program is free software: you can redistribute it and/or modify it under',
    ' the terms of the GNU General Public License, version 3 or (at your option) any',
    ' later version; on Debian systems it is in /usr/share/common-licenses/GPL-3.',
    ...licences.flatMap((name) => [
      '',
      `License: ${name}`,
      ' Its text is the file LICENSE (or of a like name) in the folder of each part.',
    ]),
  ]);
}

const own = 'GPL-3.0-or-later';

/** A short name has no spaces. */
function shortName(licence: string): string {
  return licence.replaceAll(/[()]/g, '').trim().replaceAll(/\s+/g, '-') || 'unknown';
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
