/** Root's helper with everything around it played: dpkg and systemctl as programs, the disk and the client in memory. */
import { createHash } from 'node:crypto';
import { Dpkg } from '../../../drone-client/helper/dpkg.js';
import type { HelperParts, JobDesk, Request } from '../../../drone-client/helper/helper.js';
import { helperPaths } from '../../../drone-client/helper/helper-paths.js';
import type { HelperPrograms, ProgramCall, ProgramEnd, Room } from '../../../drone-client/helper/ports.js';
import { Services } from '../../../drone-client/helper/services.js';
import type { UpdateJournal } from '../../../drone-client/helper/update-journal.js';
import type { ClientHealth, JobName, JobResult } from '../../../drone-client/jobs/job.js';
import { RefusedError } from '../../../lib/errors.js';
import { deriveSigningKey, publicKeyHex, readPublicKey } from '../../../lib/security/keys.js';
import type { UpdateReport } from '../../../lib/update/drone-software.js';
import { signStatement, type UpdateStatement } from '../../../lib/update/update-statement.js';
import { FakeClock } from '../../support/fake-clock.js';

export const signingKey = deriveSigningKey(new Uint8Array(32).fill(7));

const bytes = Buffer.from('a package');
export const sha256 = createHash('sha256').update(bytes).digest('hex');

export const statement: UpdateStatement = {
  ...{ package: 'starling-drone', version: '0.2.0', architecture: 'arm64' },
  ...{ bytes: bytes.length, sha256, mayBeOlder: false },
};

type Client = { state: string; start: number; version: string };

export class Rig {
  readonly clock = new FakeClock();
  readonly paths = helperPaths('/');
  readonly calls: string[] = [];
  readonly reports: UpdateReport[] = [];
  readonly journals: (UpdateJournal | undefined)[] = [];
  readonly results: Omit<JobResult, 'run'>[] = [];
  readonly requests = new Map<JobName, Request>();
  readonly lines: string[] = [];
  statementText = signStatement(statement, signingKey);
  keys = [{ name: 'fleet.pub', key: readPublicKey(publicKeyHex(signingKey)) }];
  short: Room[] = [];
  isArmed = false;
  installed: { version: string; state: string } = { version: '0.1.0', state: 'ii ' };
  candidate = { name: 'starling-drone', version: '0.2.0', architecture: 'arm64' };
  changed: string[] = [];
  facts = new Map([['md5sums', 'of 0.1.0']]);
  client: Client = { state: 'active', start: 1, version: '0.1.0' };
  /** What the client says when it runs; by default that all is well. */
  health: (client: Client) => ClientHealth | undefined = ({ version }) => ({
    ...{ version, server: true, vehicle: true },
  });
  /** What becomes of a client that is started. */
  onStart: (client: Client) => void = (client) => {
    client.state = 'active';
  };
  /** What dpkg says when it is to install; undefined: it does it. */
  onInstall: (path: string) => Partial<ProgramEnd> | undefined = () => undefined;
  otherProgram: (call: ProgramCall) => Partial<ProgramEnd> = () => ({ exitCode: 127, errors: 'unknown' });
  chrony = { here: true, active: 'active' };
  timesyncdHere = false;
  timesyncMark: number | undefined;
  packageError: Error | undefined;

  get parts(): HelperParts {
    const programs: HelperPrograms = { run: async (call) => this.#run(call) };
    const { clock, paths } = this;
    return {
      ...{ clock, paths, programs, log: (text: string) => this.lines.push(text) },
      services: new Services(programs),
      dpkg: new Dpkg({ programs, clock, paths }),
      marks: {
        isArmed: () => this.isArmed,
        health: () => (this.client.state === 'active' ? this.health(this.client) : undefined),
      },
      store: this.#store(),
      desk: this.#desk(),
      timesyncMark: () => this.timesyncMark,
    };
  }

  get report(): UpdateReport | undefined {
    return this.reports.at(-1);
  }

  get journal(): UpdateJournal | undefined {
    return this.journals.at(-1);
  }

  /** Lets time go by until it settles. */
  async settle<T>(work: Promise<T>, limitMs = 700_000): Promise<T> {
    const state = { isOver: false };
    const over = () => {
      state.isOver = true;
    };
    work.then(over, over);
    const stepMs = 200;
    for (let ms = 0; !state.isOver && ms < limitMs; ms += stepMs) await this.clock.advance(stepMs);
    if (!state.isOver) throw new Error('it does not end');
    return work;
  }

  #store(): HelperParts['store'] {
    const note = (what: string) => async () => {
      this.calls.push(what);
    };
    return {
      journal: () => this.journal,
      setJournal: (journal) => this.journals.push(journal),
      clear: () => this.journals.push(undefined),
      setReport: (report) => this.reports.push(report),
      takePackage: () => {
        if (this.packageError) throw this.packageError;
        this.calls.push('take package');
        return { path: this.paths.newPackage, bytes: bytes.length, sha256 };
      },
      takeStatement: () => this.statementText,
      trustedKeys: () => this.keys,
      shortOfRoom: () => this.short,
      installedFact: (name) => this.facts.get(name),
      keepPackage: note('keep package'),
      keepConfig: note('keep config'),
      restoreConfig: note('restore config'),
      sweep: () => this.calls.push('sweep'),
      keepProgram: () => this.calls.push('keep program'),
    };
  }

  #desk(): JobDesk {
    return {
      take: async (job) => {
        const request = this.requests.get(job) ?? 'none';
        this.requests.delete(job);
        return request;
      },
      tell: (result) => this.results.push(result),
    };
  }

  #run(call: ProgramCall): ProgramEnd {
    const { program, args } = call;
    const end = { exitCode: 0, isOverTime: false, output: '', errors: '' };
    if (program === 'systemctl') return { ...end, ...this.#systemctl(args) };
    if (program.startsWith('dpkg')) return { ...end, ...this.#dpkg(program, args) };
    return { ...end, ...this.otherProgram(call) };
  }

  #systemctl(args: readonly string[]): Partial<ProgramEnd> {
    const unit = args.at(-1) ?? '';
    const verb = args.find((arg) => !arg.startsWith('--'));
    if (verb === 'show') return { output: this.#stateOf(unit) };
    if (verb === 'is-enabled') return {};
    this.calls.push(`systemctl ${args.join(' ')}`);
    if (unit !== 'starling-drone.service') return {};
    if (verb === 'stop') this.client.state = 'inactive';
    if (verb === 'restart' || (verb === 'start' && /^(?:inactive|failed)$/.test(this.client.state))) {
      this.client = { state: 'activating', start: this.client.start + 1, version: this.installed.version };
      this.onStart(this.client);
    }
    return {};
  }

  #stateOf(unit: string): string {
    const { state, start } = this.client;
    const isHere = { 'chrony.service': this.chrony.here, 'systemd-timesyncd.service': this.timesyncdHere };
    const loaded = isHere[unit as keyof typeof isHere] ?? true;
    const active = unit === 'chrony.service' ? this.chrony.active : state;
    return `LoadState=${loaded ? 'loaded' : 'not-found'}\nActiveState=${active}\nInvocationID=${start}\nResult=exit-code\n`;
  }

  #dpkg(program: string, args: readonly string[]): Partial<ProgramEnd> {
    const { name, version, architecture } = this.candidate;
    const text = args.join(' ');
    if (program === 'dpkg-query')
      return { output: `${this.installed.state}|${this.installed.version}|arm64|1000\n` };
    if (args.includes('--print-architecture')) return { output: 'arm64\n' };
    if (args.includes('--field'))
      return {
        output: `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nInstalled-Size: 10\n`,
      };
    if (args.includes('--info')) {
      const fact = args.at(-1) === 'md5sums' ? `of ${version}` : undefined;
      return fact === undefined ? { exitCode: 2 } : { output: fact };
    }
    if (args.includes('--compare-versions')) return { exitCode: (args[1] ?? '') < (args[3] ?? '') ? 0 : 1 };
    if (args.includes('--verify')) return { output: this.changed.join('\n') };
    if (args.includes('--install')) return this.#install(args.at(-1) ?? '');
    throw new RefusedError('unexpected', text);
  }

  #install(path: string): Partial<ProgramEnd> {
    this.calls.push(`install ${path}`);
    const refusal = this.onInstall(path);
    if (refusal) return refusal;
    const version = path === this.paths.newPackage ? this.candidate.version : '0.1.0';
    this.installed = { version, state: 'ii ' };
    return {};
  }
}
