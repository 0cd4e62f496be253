/** Which modules and packages a compiled program reaches from its entries. Reads through its caller; knows no disk. */
import { posix } from 'node:path';

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`, and a worker's `new URL('./x.js', import.meta.url)`. */
const references =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+\.js)['"],\s*import\.meta\.url\)/g;

/** `isOnDemand`: it is loaded by `import()`, when it comes to that. */
export type Reference = { readonly target: string; readonly isOnDemand: boolean };

export type TraceOptions = {
  /** Paths of the first modules, from the root of the tree, with `/`. */
  readonly entries: readonly string[];
  /** The text of a module. */
  readonly read: (path: string) => string;
  /** Whether a reference is gone after; default: all are. */
  readonly isFollowed?: (from: string, reference: Reference) => boolean;
};

export type ModuleGraph = {
  /** Modules of the tree, sorted. */
  readonly files: readonly string[];
  /** Names of the packages that these import, sorted. */
  readonly packages: readonly string[];
};

/** Follows every reference from the entries on; modules of Node itself are left out. */
export function traceModules({ entries, read, isFollowed = () => true }: TraceOptions): ModuleGraph {
  const files = new Set(entries);
  const packages = new Set<string>();
  for (const file of files) {
    for (const { specifier, isOnDemand } of referencesOf(read(file))) {
      if (!specifier.startsWith('.')) {
        if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
        continue;
      }
      const target = posix.join(posix.dirname(file), specifier);
      if (isFollowed(file, { target, isOnDemand })) files.add(target);
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function referencesOf(text: string): { readonly specifier: string; readonly isOnDemand: boolean }[] {
  return [...text.matchAll(references)].map(([, from, plain, onDemand, worker]) => ({
    specifier: from ?? plain ?? onDemand ?? worker ?? '',
    isOnDemand: onDemand !== undefined,
  }));
}

/** `ws` of `ws/lib/x`, `@mcap/core` of `@mcap/core/y`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
