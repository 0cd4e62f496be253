/** Which files of an installed package are needed when it runs. Knows names of files; no disk. */

/** What Node loads. All else (sources of native parts, types, maps, guides) was for those who build. */
const loaded = /\.(?:js|cjs|mjs|json|node|wasm)$/;

/** Every licence asks to be handed on with what it covers. */
const licence = /^(?:licen[cs]e|copying|notice|patents)(?:[.-][^/]*)?$/i;

/** Folders that nothing is loaded from at run time. */
const idleFolders = new Set([
  '__tests__',
  'benchmark',
  'benchmarks',
  'doc',
  'docs',
  'example',
  'examples',
  'fixtures',
  'test',
  'tests',
  '.github',
]);

/** Files that packages bring along for their own making, in any folder. */
const idleFiles =
  /^(?:package-lock|tsconfig.*|cnoke|eslint\.config)\.[cm]?js(?:on)?$|\.(?:test|spec)\.[cm]?js$|^\./;

/** Programs for trying a package, in its top folder. */
const idlePrograms = /^(?:test|bench|benchmark|build-test|check|example|sanity-check(?:-minimal)?)\.[cm]?js$/;

/** Data that a package reads by name. */
const dataFolders: { readonly [name: string]: readonly string[] } = { blessed: ['usr'] };

/** Folders of binaries by processor. */
const prebuilt = /^(?:prebuilds\/([^/]+)\/|((?:linux|musl)_[^/]+)\/)/;

/** A file of a package. */
export type PackageFile = {
  readonly name: string;
  /** From the package's folder, with `/`. */
  readonly path: string;
};

/** Whether a file is needed when the program runs, with GNU's C library, on this processor (`process.arch`). */
export function isRuntimeFile({ name, path }: PackageFile, cpu: string): boolean {
  const folders = path.split('/').slice(0, -1);
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (licence.test(file)) return true;
  if (dataFolders[name]?.includes(folders[0] ?? '')) return true;
  if (folders.some((folder) => idleFolders.has(folder)) || idleFiles.test(file)) return false;
  if (idlePrograms.test(path)) return false;
  if (!loaded.test(file)) return false;
  return !file.endsWith('.node') || isOwnBinary(path, cpu);
}

function isOwnBinary(path: string, cpu: string): boolean {
  const match = prebuilt.exec(path);
  if (!match || path.includes('musl')) return false;
  const [, prebuild, other] = match;
  return prebuild === undefined ? (other?.startsWith(`linux_${cpu}`) ?? false) : prebuild === `linux-${cpu}`;
}
