/** Brings one Pi in, step by step, over a connection that is given to it. Pure: knows no SSH, no file and no terminal. */
import { UsageError } from '../../lib/errors.js';
import { objectOf } from '../../lib/security/parse-json.js';
import type { DroneSettings } from './drone-settings.js';
import {
  type DoctorFinding,
  InstallError,
  type Installed,
  type InstallStep,
  lastWords,
} from './install-steps.js';
import type { PackageFile } from './package-name.js';
import type { Remote, Target } from './remote.js';
import {
  doctorScript,
  exitCodes,
  haveScript,
  installScript,
  lookScript,
  type PiFacts,
  parseFacts,
  remotePackage,
  setupInput,
  setupScript,
  takeScript,
  waitScript,
} from './remote-scripts.js';
import { RemoteSteps } from './remote-steps.js';

export type InstallJob = {
  readonly target: Target;
  readonly settings: DroneSettings;
  /** Installs the package even if that version is there. */
  readonly isForced: boolean;
};

/** What the steps need of this computer. */
export interface InstallTools {
  /** @throws UnreachableError */
  connect(target: Target): Promise<Remote>;
  /** @throws UsageError when there is none for that architecture. */
  findPackage(architecture: string): PackageFile;
  /** Size and SHA-256 (hexadecimal) of a file. */
  measure(path: string): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** The text of the drone's key file; the drone is enrolled where it is not. */
  keyOf(id: string): Promise<string>;
  /** Asks the operator once, for all. @throws UsageError without a terminal. */
  sudoPassword(address: string): Promise<string>;
  /** Hears which step has begun, and how far it is. */
  onStep(step: InstallStep, detail?: string): void;
}

const minuteMs = 60_000;
/** A package at 100 kB/s. */
const copyLimitMs = 10 * minuteMs;

/** The package unpacked, beside itself, and something to live on. */
const neededKib = (packageBytes: number) => Math.ceil((packageBytes / 1024) * 6) + 64 * 1024;

/** What is done already is not done again; setup is: it changes only what differs. @throws InstallError */
export async function installDrone(job: InstallJob, tools: InstallTools): Promise<Installed> {
  tools.onStep('connect');
  const remote = await RemoteSteps.open(job.target, tools);
  try {
    const facts = await look(remote, tools);
    const found = packageFor(facts, tools);
    const isNew = job.isForced || facts.installedVersion !== found.version;
    await remote.becomeRoot(facts);
    if (isNew) await install(remote, { found, facts, tools });
    const { changes, toDo } = await setUp(remote, job.settings, tools);
    const findings = await askDoctor(remote, tools);
    await waitForClient(remote, tools);
    return { version: found.version, isNew, changes, toDo, findings };
  } finally {
    await remote.close();
  }
}

async function look(remote: RemoteSteps, tools: InstallTools): Promise<PiFacts> {
  tools.onStep('look');
  const { stdout } = await remote.expect('look', { script: lookScript, limitMs: minuteMs }, 'is it Linux?');
  const facts = parseFacts(stdout);
  const refuse = (text: string, advice: string) => new InstallError({ step: 'look', text, advice });
  if (facts.isArmed) throw refuse('its motors are armed', armedAdvice);
  if (facts.architecture === undefined)
    throw refuse(`${facts.system} has no dpkg`, 'install the archive there by hand (install.sh --drone)');
  if (!facts.hasSystemd) throw refuse('it runs without systemd', 'the client is a service of systemd');
  if (facts.root === 'none')
    throw refuse(`${facts.user} is not root, and there is no sudo`, 'log in as root: root@HOST');
  return facts;
}

const armedAdvice = 'land and disarm it, then do this again';

function packageFor({ architecture = '' }: PiFacts, tools: InstallTools): PackageFile {
  try {
    return tools.findPackage(architecture);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InstallError({
      step: 'look',
      text: `it is ${architecture}: ${error.message}`,
      advice: 'give the package for its architecture, or the folder of all of them, with --package',
    });
  }
}

type Installing = { readonly found: PackageFile; readonly facts: PiFacts; readonly tools: InstallTools };

async function install(remote: RemoteSteps, { found, facts, tools }: Installing): Promise<void> {
  tools.onStep('copy');
  const { bytes, sha256 } = await tools.measure(found.path);
  const needed = neededKib(bytes);
  if (facts.freeKib !== undefined && facts.freeKib < needed)
    throw new InstallError({
      step: 'copy',
      text: `${Math.floor(facts.freeKib / 1024)} MiB are free there, ${Math.ceil(needed / 1024)} are needed`,
      advice: 'make room: sudo apt-get clean, or a larger card',
    });
  const target = remotePackage(found, sha256);
  const have = await remote.run('copy', { script: haveScript(target), isRoot: true, limitMs: minuteMs });
  if (have.code !== 0)
    await remote.expect(
      'copy',
      {
        ...{ script: takeScript(target), isRoot: true, limitMs: copyLimitMs },
        input: { path: found.path },
        onSent: (sent) => tools.onStep('copy', `${Math.floor((100 * sent) / bytes)} %`),
      },
      'do it again: what came over half is copied anew',
    );
  tools.onStep('install', found.version);
  await remote.expect(
    'install',
    { script: installScript(target, found), isRoot: true, limitMs: copyLimitMs },
    'the lines above say why; a package that is missing comes with: sudo apt-get install -f',
    {
      [exitCodes.armed]: { text: 'its motors are armed', advice: armedAdvice },
      [exitCodes.notWhole]: {
        text: 'what was copied there is gone again',
        advice: 'somebody else installs there too: wait for them, then do this again',
      },
      [exitCodes.wrongPackage]: {
        text: `${found.path} is not what its name says`,
        advice: 'make it anew (npm run package)',
      },
    },
  );
}

async function setUp(remote: RemoteSteps, settings: DroneSettings, tools: InstallTools) {
  tools.onStep('enrol');
  const key = await tools.keyOf(settings.id);
  tools.onStep('setup');
  const { stdout } = await remote.expect(
    'setup',
    {
      ...{ script: setupScript(settings), isRoot: true, limitMs: 2 * minuteMs },
      input: setupInput(key, settings.wifi?.password),
    },
    'the lines above say why; when that is mended, do this again',
    { [exitCodes.armed]: { text: 'its motors are armed', advice: armedAdvice } },
  );
  const told = (start: string) =>
    stdout.split('\n').flatMap((line) => (line.startsWith(start) ? [line.slice(start.length).trim()] : []));
  return { changes: told('changed '), toDo: told('to do: ') };
}

/** What it finds is told, and ends nothing: much of it is right only after the Pi's restart. */
async function askDoctor(remote: RemoteSteps, tools: InstallTools): Promise<DoctorFinding[]> {
  tools.onStep('doctor');
  const { code, stdout, stderr } = await remote.run('doctor', {
    ...{ script: doctorScript, isRoot: true, limitMs: 2 * minuteMs },
  });
  // Somebody's .bashrc may have said something before.
  const findings = objectOf(stdout.slice(Math.max(0, stdout.indexOf('{'))))?.findings;
  if (code > 1 || !Array.isArray(findings))
    throw new InstallError({
      ...{ step: 'doctor', text: `its doctor ended with ${code}`, said: lastWords(`${stdout}\n${stderr}`) },
      advice: 'the lines above say why; on the Pi: sudo -u starling starling doctor drone',
    });
  return findings.filter(isFinding).filter(({ verdict }) => verdict !== 'ok');
}

function isFinding(value: unknown): value is DoctorFinding {
  if (typeof value !== 'object' || value === null) return false;
  const { check, verdict, text, do: todo }: { readonly [key: string]: unknown } = { ...value };
  const isText = [check, verdict, text].every((each) => typeof each === 'string');
  return isText && (todo === undefined || typeof todo === 'string');
}

async function waitForClient(remote: RemoteSteps, tools: InstallTools): Promise<void> {
  tools.onStep('service');
  await remote.expect(
    'service',
    { script: waitScript, isRoot: true, limitMs: 2 * minuteMs },
    'the client does not stay up; the lines above are from its journal: journalctl -u starling-drone',
  );
}
