/** Installs an update and sees that the client comes back, or undoes it. Knows ports alone; decides by `judge-update`. */
import { errorCode, errorText, RefusedError } from '../../lib/errors.js';
import type { UpdateReport } from '../../lib/update/drone-software.js';
import { parseSignedStatement } from '../../lib/update/update-statement.js';
import type { InstalledPackage, PackageFacts } from './dpkg.js';
import { awaitHealth } from './health-wait.js';
import { units } from './helper-paths.js';
import { judgeCandidate, judgeRoom, trustedStatement } from './judge-update.js';
import type { TakenPackage } from './ports.js';
import { mend, rollBack } from './roll-back.js';
import type { UpdateJournal } from './update-journal.js';
import { conclude, tell, type UpdateParts } from './update-parts.js';

/** Another program that installs is waited for as long as a server likes to wait, ms. */
const lockWaitMs = 60_000;

const bytesPerKib = 1024;

/** Stands where nothing is known of the package. */
const noHash = '0'.repeat(64);

/** What a package is compared by with an installed one of the same version. */
const comparedFacts = ['md5sums', 'preinst', 'postinst', 'prerm', 'postrm', 'conffiles'];

type Plan = { readonly journal: UpdateJournal; readonly isThereAlready: boolean };

/** Does the whole of it. Nothing is changed while the motors are armed. */
export async function update(parts: UpdateParts): Promise<UpdateReport> {
  const left = await mend(parts);
  if (left?.outcome === 'failed') return left;
  let journal: UpdateJournal = { phase: 'preparing', sha256: noHash };
  try {
    journal = { ...journal, sha256: claimedHash(parts) };
    expectDisarmed(parts);
    // The client hears at once that it is in hand, however slow the card is, and lets nothing start from then on.
    parts.store.setJournal(journal);
    tell(parts, journal, ['running', 'looking at the package']);
    const taken = parts.store.takePackage();
    journal = { ...journal, sha256: taken.sha256 };
    parts.store.setJournal(journal);
    const plan = await judge(parts, journal, taken);
    journal = plan.journal;
    if (plan.isThereAlready)
      return conclude(parts, journal, ['done', `${journal.to} is installed already: nothing was changed`]);
    await prepare(parts, journal);
    expectDisarmed(parts);
  } catch (error) {
    return conclude(parts, journal, ['refused', errorText(error)]);
  }
  return install(parts, journal);
}

function expectDisarmed({ marks }: UpdateParts): void {
  if (marks.isArmed())
    throw new RefusedError(
      'armed',
      'its motors are armed, or about to be: land and disarm it, then send the update again',
    );
}

/** What the statement says without proof: enough to tell which request is answered while nothing else is read. */
function claimedHash({ store, paths }: UpdateParts): string {
  try {
    return parseSignedStatement(store.takeStatement(), paths.update.signature).statement.sha256;
  } catch (error) {
    if (error instanceof RefusedError) return noHash;
    throw error;
  }
}

async function judge(parts: UpdateParts, journal: UpdateJournal, taken: TakenPackage): Promise<Plan> {
  const { store, dpkg, paths, services, marks } = parts;
  const text = store.takeStatement();
  const keys = store.trustedKeys();
  const trust = { text, keys, path: paths.update.signature, keyFolder: paths.trustedKeys };
  const statement = trustedStatement(trust, taken);
  const facts = await dpkg.describe(taken.path);
  const installed = await dpkg.installed();
  const isOlder = installed !== undefined && (await dpkg.isOlder(facts.version, installed.version));
  const architecture = await dpkg.architecture();
  judgeCandidate({ statement, facts, installed, architecture, isOlder });
  const before = marks.health();
  const { start, active } = await services.state(units.client);
  const isClientIdle = active === 'inactive' && !before;
  const versions = { to: facts.version, ...(installed && { from: installed.version }) };
  const known = { ...journal, ...versions, startBefore: start, isClientIdle, ...(before && { before }) };
  if (await isThere(parts, { facts, installed, path: taken.path }))
    return { journal: known, isThereAlready: true };
  judgeRoom(store.shortOfRoom(roomNeeded(facts, installed)));
  return { journal: known, isThereAlready: false };
}

/** The way back may not shrink at all when it is packed; dpkg keeps the old files until the new ones are there. */
function roomNeeded(facts: PackageFacts, installed: InstalledPackage | undefined) {
  return {
    stateBytes: (installed?.installedKib ?? 0) * bytesPerKib,
    programBytes: facts.installedKib * bytesPerKib,
  };
}

type Comparison = {
  readonly facts: PackageFacts;
  readonly installed: InstalledPackage | undefined;
  readonly path: string;
};

/** The same version, file by file, and nothing of it is missing or damaged. */
async function isThere({ dpkg, store }: UpdateParts, comparison: Comparison): Promise<boolean> {
  const { facts, installed, path } = comparison;
  if (!installed?.isComplete || installed.version !== facts.version) return false;
  for (const name of comparedFacts)
    if ((await dpkg.fact(path, name)) !== store.installedFact(name)) return false;
  return (await dpkg.changedFiles()).length === 0;
}

async function prepare(parts: UpdateParts, journal: UpdateJournal): Promise<void> {
  const { store } = parts;
  tell(parts, journal, ['running', `keeping version ${journal.from} for the way back`]);
  store.keepProgram();
  await store.keepPackage();
  await store.keepConfig();
}

async function install(parts: UpdateParts, journal: UpdateJournal): Promise<UpdateReport> {
  const { store, dpkg, paths, marks } = parts;
  const { from, to = '' } = journal;
  const installing: UpdateJournal = { ...journal, phase: 'installing' };
  store.setJournal(installing);
  tell(parts, installing, ['running', `installing version ${to}`]);
  try {
    await dpkg.install(paths.newPackage, lockWaitMs);
  } catch (error) {
    // The package's own scripts stop it too while the motors are armed; then all is as it was.
    const installed = await dpkg.installed();
    const isUntouched = installed?.isComplete && installed.version === from;
    if (isUntouched && (errorCode(error) === 'busy' || marks.isArmed()))
      return conclude(parts, journal, ['refused', errorText(error)]);
    return rollBack(parts, installing, errorText(error));
  }
  const waiting: UpdateJournal = { ...journal, phase: 'waiting' };
  store.setJournal(waiting);
  tell(parts, waiting, ['running', `version ${to} is installed: waiting for its client`]);
  // Whatever goes wrong from here on, the old version is known to have worked.
  const lack = await newIsWell(parts, waiting).catch(errorText);
  if (lack !== undefined) return rollBack(parts, waiting, lack);
  const runs = journal.isClientIdle ? 'is installed; its client did not run before either' : 'runs';
  return conclude(parts, waiting, ['done', `version ${to} ${runs}`]);
}

async function newIsWell(parts: UpdateParts, journal: UpdateJournal): Promise<string | undefined> {
  const { to: version = '', before, startBefore, isClientIdle } = journal;
  if (isClientIdle) return undefined;
  const { marks, services } = parts;
  if (!marks.isArmed()) await services.restartLater(units.client);
  const armed = 'its motors are armed: judged when they are not';
  return awaitHealth({
    ...parts,
    expected: { version, before, startBefore, isMute: false },
    onArmed: () => tell(parts, journal, ['running', `version ${version} is installed, ${armed}`]),
  });
}
