/** A roll-out to real clients over TLS, each with root's helper played beside it: what server and client say of it fits. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobPaths } from '../../drone-client/jobs/job.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type RunningDrone, startDrone } from '../../drone-client/main.js';
import { readFleet } from '../../lib/security/adapters/fleet-file.js';
import { deriveSigningKey, publicKeyHex, readPublicKey } from '../../lib/security/keys.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type UpdateReport, updatePaths } from '../../lib/update/drone-software.js';
import { isSignedBy, parseSignedStatement, signStatement } from '../../lib/update/update-statement.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { enrolledKey } from '../support/enrolled.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { until } from '../support/until.js';

const clock = new SystemClock();
const architecture = process.arch === 'x64' ? 'amd64' : process.arch === 'arm' ? 'armhf' : 'arm64';

/** An installed drone: its client, and its helper as this test plays it. */
class Installed {
  readonly id: string;
  readonly vehicle = new FakeVehicle(clock);
  readonly #root: string;
  readonly #server: RunningServer;
  #client: RunningDrone | undefined;
  #helping: NodeJS.Timeout | undefined;
  /** Undefined: the new version is well. */
  wrong: string | undefined;

  constructor(id: string, server: RunningServer) {
    this.id = id;
    this.#server = server;
    this.#root = join(folder, id);
    for (const path of [jobPaths.requests, jobPaths.trustedKeys, jobPaths.clientData])
      mkdirSync(join(this.#root, path), { recursive: true });
    mkdirSync(dirname(join(this.#root, jobPaths.updateReport)), { recursive: true });
    writeFileSync(join(this.#root, jobPaths.trustedKeys, 'fleet.pub'), publicKey);
  }

  async start(version: string): Promise<void> {
    this.#client = await startDrone({
      ...{ clock, vehicle: this.vehicle, led: new PreviewLed(clock), version, id: this.id },
      ...{ logger: pino({ base: null, enabled: false }), key: await enrolledKey(state, this.id) },
      ...{ dataFolder: this.at(jobPaths.clientData), jobsRoot: this.#root },
      server: { host: '127.0.0.1', port: this.#server.dronePort },
    });
  }

  /** Looks for requests, as systemd does. */
  help(): void {
    this.#helping = setInterval(() => {
      const request = this.at(jobPaths.requests, 'update');
      if (!existsSync(request)) return;
      rmSync(request);
      void this.#install();
    }, 20);
  }

  at(...names: string[]): string {
    return join(this.#root, ...names);
  }

  async close(): Promise<void> {
    clearInterval(this.#helping);
    await this.#client?.close();
    await this.vehicle.close();
  }

  async #install(): Promise<void> {
    const read = (path: string) => readFileSync(this.at(jobPaths.clientData, path));
    const content = read(updatePaths.package);
    const signed = parseSignedStatement(read(updatePaths.signature).toString(), updatePaths.signature);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { version: to } = signed.statement;
    const tell = (outcome: UpdateReport['outcome'], text: string) => {
      const report = { outcome, sha256, from: '0.1.0', to, text, atUtcMs: Date.now() };
      writeFileSync(this.at(jobPaths.updateReport), JSON.stringify(report));
    };
    if (sha256 !== signed.statement.sha256 || !isSignedBy(signed, readPublicKey(publicKey)))
      return tell('refused', 'it is not what was signed');
    tell('running', 'it installs');
    await this.#client?.close();
    await this.start(this.wrong === undefined ? to : '0.1.0');
    if (this.wrong === undefined) tell('done', `0.1.0 is ${to} now`);
    else tell('rolled_back', this.wrong);
  }
}

let folder = '';
let state = '';
let publicKey = '';
let server: RunningServer;
const drones: Installed[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starling-clients-'));
  state = join(folder, 'state');
  server = await startServer({
    ...{ clock, version: '0.2.0', stateFolder: state, isHeadless: true, isOpen: false },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false },
  });
  publicKey = publicKeyHex(deriveSigningKey(readFleet(state).secret));
  for (const id of ['drone-1', 'drone-2', 'drone-3', 'drone-4']) {
    const drone = new Installed(id, server);
    drones.push(drone);
    await drone.start('0.1.0');
    drone.help();
  }
  await until(() => view().filter(({ record }) => record.isAnswering).length === 4);
});
afterAll(async () => {
  for (const drone of drones) await drone.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const view = () => server.facade.snapshot().drones;

function signedPackage(version: string): string {
  const path = join(folder, `starling-drone_${version}_${architecture}.deb`);
  const content = Buffer.alloc(3_000_000, version);
  writeFileSync(path, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const statement = { package: 'starling-drone', version, architecture, bytes: content.length, sha256 };
  const key = deriveSigningKey(readFleet(state).secret);
  writeFileSync(`${path}.sig`, signStatement({ ...statement, mayBeOlder: false }, key));
  return path;
}

async function install(ids: readonly string[], path: string) {
  const given = { path, stages: '1,all' };
  return (await server.facade.operate({ name: 'update_software', ids, given, by: 'test' })).results;
}

it('real clients take a package, are back with the new version, and the one that is armed is left alone', async () => {
  const [, , , armed] = drones;
  armed?.vehicle.set({ armed: true });
  await until(() => view().filter(({ isArmed }) => isArmed).length === 1);
  const ids = drones.map(({ id }) => id);
  const results = await install(ids, signedPackage('0.2.0'));
  expect(results.map(({ ok, message }) => [ok, message])).toEqual([
    [true, '0.1.0 is 0.2.0 now'],
    [true, '0.1.0 is 0.2.0 now'],
    [true, '0.1.0 is 0.2.0 now'],
    [false, 'skipped: the drone is armed: land first, files wait'],
  ]);
  const said = await server.facade.operations.updates.software(ids);
  expect(said.map((one) => ('software' in one ? one.software.version : one.problem))).toEqual([
    '0.2.0',
    '0.2.0',
    '0.2.0',
    '0.1.0',
  ]);
  // Nothing of it is left behind.
  await until(() => !existsSync(drones[0]?.at(jobPaths.clientData, updatePaths.package) ?? ''));
  expect(existsSync(armed?.at(jobPaths.clientData, updatePaths.package) ?? '')).toBe(false);
  armed?.vehicle.set({ armed: false });
  await until(() => view().every(({ isArmed }) => !isArmed));
});

it('a client whose new version was not well is named with the words of its helper, and stops the others', async () => {
  const [first, second] = drones;
  if (first) first.wrong = 'its server was not reached within 60 s';
  const results = await install([first?.id ?? '', second?.id ?? ''], signedPackage('0.3.0'));
  expect(results).toMatchObject([
    { ok: false, code: 'rolled_back', message: 'its server was not reached within 60 s' },
    { ok: false, code: 'called_off', message: expect.stringMatching(/^not begun: drone-1 went back/) },
  ]);
});
