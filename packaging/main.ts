/** `npm run package`: makes the Debian packages and the archives. Composition and command line only. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorText, StarlingError, UsageError } from '../lib/errors.js';
import { type MadePackage, type MakeOptions, makeArchive, makePackage } from './adapters/make-package.js';
import { run } from './adapters/run.js';
import { type Architecture, architectures } from './architectures.js';
import { sides } from './sides.js';

/** Compiled, this file lies in `dist/packaging`. */
const repository = fileURLToPath(new URL('../..', import.meta.url));

const usage = 'npm run package -- [--arch amd64,arm64,armhf] [--out dist-packages] [--only deb|tar]';

const kibPerMib = 1024;

function chosenArchitectures(text: string | undefined): readonly Architecture[] {
  if (text === undefined) return architectures;
  return text.split(',').map((name) => {
    const found = architectures.find(({ debian }) => debian === name);
    if (found) return found;
    const known = architectures.map(({ debian }) => debian).join(', ');
    throw new UsageError(`--arch ${name}: nothing is built for it, only for ${known}`);
  });
}

/** The date of what is packaged: the last commit's, unless the environment says another. @throws UsageError */
function sourceDateS(): number {
  const text =
    process.env.SOURCE_DATE_EPOCH ?? run('git', ['log', '-1', '--format=%ct'], { cwd: repository }).trim();
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new UsageError(`SOURCE_DATE_EPOCH=${text}: give seconds since 1970`);
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }).version;
}

type Choice = {
  readonly out: string;
  readonly only: string | undefined;
  readonly architectures: readonly Architecture[];
};

/** @throws UsageError */
function readArguments(): Choice {
  const { values } = parseArgs({
    options: { arch: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' } },
  });
  const { only, arch, out = join(repository, 'dist-packages') } = values;
  if (only !== undefined && only !== 'deb' && only !== 'tar')
    throw new UsageError(`--only ${only}: give deb or tar`);
  return { only, out: resolve(out), architectures: chosenArchitectures(arch) };
}

function makeAll({ out, only, architectures: chosen }: Choice, scratch: string): void {
  const facts = {
    repository,
    out,
    fetched: join(scratch, 'fetched'),
    version: readVersion(),
    dateS: sourceDateS(),
  };
  const make = (
    maker: (options: MakeOptions) => MadePackage,
    part: Pick<MakeOptions, 'side' | 'architecture'>,
  ) => {
    const own = mkdtempSync(join(scratch, 'package-'));
    const { path, besideNodeKib } = maker({ ...facts, ...part, scratch: own });
    rmSync(own, { recursive: true });
    console.log(
      `${relative('.', path)}  ${(besideNodeKib / kibPerMib).toFixed(1)} MiB installed beside Node`,
    );
  };
  for (const architecture of chosen)
    for (const side of sides) {
      if (only !== 'tar') make(makePackage, { side, architecture });
      if (only !== 'deb' && side.absentCommands.length === 0) make(makeArchive, { side, architecture });
    }
}

function main(): void {
  const choice = readArguments();
  mkdirSync(choice.out, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'starling-package-'));
  try {
    makeAll(choice, scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof StarlingError || error instanceof TypeError)) throw error;
  console.error(`npm run package: ${errorText(error)}\n${usage}`);
  process.exitCode = error instanceof StarlingError && error.code !== 'usage' ? 1 : 2;
}
