/** `starling provision`: from one table, the files that turn freshly flashed cards into drones. */
import { basename, join } from 'node:path';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import { keysOf } from '../installation/adapters/enrol.js';
import { expectPackages, packageFinder } from '../installation/adapters/find-packages.js';
import { readText } from '../installation/adapters/read-text.js';
import { lookAtPartition, writeCardFolder, writePartition } from '../installation/adapters/write-card.js';
import { isUsedCard, judgePartition, withFirstRun } from '../installation/boot-partition.js';
import { cardOf } from '../installation/card.js';
import { cardFiles } from '../installation/first-boot-script.js';
import { type CardPlan, parseFleetTable } from '../installation/fleet-table.js';

export type ProvisionOptions = {
  readonly out: string;
  readonly package?: string;
  /** Packages that the drone's own needs and a fresh card does not have. */
  readonly with?: readonly string[];
  readonly state?: string;
  /** A mounted boot partition. */
  readonly boot?: string;
  /** The one drone that is meant. */
  readonly only?: string;
  /** cmdline.txt of the image that the cards are flashed with. */
  readonly cmdline?: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

/** A finished card. */
type Label = {
  readonly id: string;
  readonly folder: string;
  readonly key: number;
  readonly hostname: string;
  /** Fingerprint of the fleet whose key it has. */
  readonly fleet: string;
};

/** The exit code. @throws UsageError naming line and column of what is wrong; then nothing is written. */
export async function runProvision(file: string, options: ProvisionOptions): Promise<number> {
  const all = parseFleetTable(readText(file), file);
  const plans = chosen(all, options, file);
  const packagesFor = cardPackages(options);
  for (const plan of plans) packagesFor(plan);
  const labels = options.boot === undefined ? writeFolders : writeCard;
  const state = options.state ?? defaultStateFolder(process.env);
  const made = await labels(plans, { options, state, packagesFor });
  tell(made, plans, options);
  return 0;
}

type Making = {
  readonly options: ProvisionOptions;
  readonly state: string;
  readonly packagesFor: (plan: CardPlan) => ReadonlyMap<string, string>;
};

async function writeFolders(plans: readonly CardPlan[], making: Making): Promise<Label[]> {
  const { options, state, packagesFor } = making;
  const path = options.cmdline;
  const cmdline = path === undefined ? undefined : { path, text: readText(path) };
  if (cmdline) withFirstRun(cmdline.text, cmdline.path);
  const keys = await keysOf(
    state,
    plans.map(({ id }) => id),
  );
  const labels: Label[] = [];
  for (const [index, plan] of plans.entries()) {
    const key = keys[index];
    if (!key) continue;
    const folder = join(options.out, plan.id);
    const parts = { plan, key, packages: packagesFor(plan), ...(cmdline && { cmdline }) };
    await writeCardFolder(folder, cardOf(parts));
    labels.push(labelOf(plan, key, folder));
  }
  return labels;
}

async function writeCard(plans: readonly CardPlan[], making: Making): Promise<Label[]> {
  const { options, state, packagesFor } = making;
  const { boot: path = '', force: isForced = false } = options;
  const [plan] = plans;
  if (!plan || plans.length > 1)
    throw new UsageError(`--boot writes one card: say of which drone with --only ID`);
  if (options.cmdline !== undefined)
    throw new UsageError('--cmdline does not go with --boot: the card has its own');
  const { names, cmdline } = lookAtPartition(path);
  const warnings = judgePartition({ path, names, cmdline }, plan, { isForced });
  for (const warning of warnings) say()(`warning: ${warning}`);
  const text = { path: join(path, cardFiles.cmdline), text: cmdline ?? '' };
  withFirstRun(text.text, text.path);
  const [key] = await keysOf(state, [plan.id]);
  if (!key) return [];
  const again = isUsedCard({ names, cmdline }) ? { again: `${Date.now()}` } : {};
  await writePartition(path, cardOf({ plan, key, packages: packagesFor(plan), cmdline: text, ...again }));
  return [labelOf(plan, key, path)];
}

function labelOf({ id, hostname }: CardPlan, { identity, fleet }: DroneKey, folder: string): Label {
  return { id, hostname, folder, fleet, key: Number(identity.slice(identity.lastIndexOf('.') + 1)) };
}

function chosen(plans: CardPlan[], { only }: ProvisionOptions, file: string): CardPlan[] {
  if (only === undefined) return plans;
  const found = plans.filter(({ id }) => id === only);
  if (found.length > 0) return found;
  throw new UsageError(`--only ${only}: ${file} has no row with that id`);
}

/** By name on the card; those that the drone's own needs come first. */
function cardPackages({ package: given, with: others = [] }: ProvisionOptions) {
  const find = packageFinder(given);
  const more = expectPackages(others).map((path) => [basename(path), path] as const);
  return ({ id, architecture }: CardPlan) => {
    if (architecture === 'armhf' && !more.some(([name]) => name.startsWith('nodejs_')))
      throw new UsageError(
        `${id}: the package for armhf needs nodejs (>= 20), which a fresh card does not have: on a Pi with a network and the same system, "apt-get download" it and what it needs, and name the files with --with`,
      );
    const { path } = find(architecture);
    return new Map([...more, [basename(path), path] as const]);
  };
}

function tell(labels: readonly Label[], plans: readonly CardPlan[], options: ProvisionOptions): void {
  const print = lineWriter(1);
  if (options.json) print(JSON.stringify({ cards: labels }));
  else {
    const widths = (['id', 'hostname', 'folder'] as const).map((name) =>
      Math.max(...labels.map((label) => label[name].length)),
    );
    for (const { id, hostname, folder, key } of labels) {
      const cells = [id, hostname, folder].map((cell, index) => cell.padEnd(widths[index] ?? 0));
      print(`${cells.join('  ')}  key ${key}`);
    }
  }
  const [first] = labels;
  const { state = defaultStateFolder(process.env) } = options;
  if (first)
    say()(`the keys are of the fleet ${first.fleet}, in ${state}: that is the server's that they join`);
  for (const line of advice(plans, options)) say()(line);
}

function advice(plans: readonly CardPlan[], { boot, cmdline }: ProvisionOptions): string[] {
  const lines = [
    boot === undefined
      ? `copy what is in each folder onto the boot partition (bootfs) of that drone's freshly flashed card; delete the folders when all cards are written`
      : `unmount ${boot}, put the card into its Pi and switch it on; some minutes and restarts later it is there`,
    'these files hold the keys of drones: whoever has one can pass for that drone; the first boot moves them off the boot partition',
    `how it went is in ${cardFiles.log} on the boot partition`,
  ];
  const isAppendNeeded = boot === undefined && cmdline === undefined;
  if (isAppendNeeded && plans.some(({ system }) => system === 'bookworm'))
    lines.unshift(
      `bookworm: the words in ${cardFiles.cmdlineAppend} belong at the end of the one line in the card's cmdline.txt; --cmdline FILE (that of the image) has them put there, and --boot DIR --only ID does all of it`,
    );
  const unseen = plans.filter(({ user }) => !user).map(({ id }) => id);
  if (unseen.length > 0)
    lines.push(`nobody can log in to ${unseen.join(', ')}: no password_hash and no ssh_key is given`);
  return lines;
}

function say() {
  return lineWriter(2, 'starling provision');
}
