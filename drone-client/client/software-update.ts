/**
 * What a drone says of its software, and the update that its server has put beside it: checked, handed to root's helper,
 * and waited for while nothing starts. Knows the drone's ports; installs nothing, and trusts no package.
 */
import { errorText, RefusedError } from '../../lib/errors.js';
import type { Json, Kwargs } from '../../lib/messaging/index.js';
import type { DroneSoftware, UpdateReport } from '../../lib/update/drone-software.js';
import type { Jobs } from '../jobs/jobs.js';
import { readText } from './arguments.js';
import type { Drone } from './drone.js';
import type { StandingWork } from './standing-work.js';
import { notInstalled, packagePlace, signaturePlace } from './update-files.js';

/** Longest time for which an update holds the drone, ms: the helper waits a minute for a client, and may go back. */
const holdMs = 300_000;

/** Under this name nothing starts meanwhile. */
const workName = 'a software update';

const sha256Pattern = /^[0-9a-f]{64}$/;

export class SoftwareUpdate {
  readonly #drone: Drone;
  readonly #standing: StandingWork;

  constructor(drone: Drone, standing: StandingWork) {
    this.#drone = drone;
    this.#standing = standing;
  }

  /** Answers `software`. */
  async describe(): Promise<DroneSoftware> {
    const { version, jobs } = this.#drone;
    const report = await jobs?.updateReport();
    const obstacle = jobs ? await jobs.updateObstacle() : notInstalled;
    const architecture = jobs?.architecture;
    return {
      version,
      ...(architecture !== undefined && { architecture }),
      ...(obstacle !== undefined && { obstacle }),
      ...(report && { update: report }),
    };
  }

  /**
   * Answers `update_software {sha256}`: the helper has in hand what lies there.
   * @throws RefusedError `superseded`, `armed`, `busy`, `not_supported`, `no_file`, `digest_differs`, `timeout`.
   */
  async update(kwargs: Kwargs): Promise<Json> {
    const sha256 = readText(kwargs, 'sha256');
    if (!sha256Pattern.test(sha256))
      throw new RefusedError('bad_argument', 'argument "sha256" must be 64 hexadecimal digits');
    const { jobs } = this.#drone;
    const obstacle = jobs ? await jobs.updateObstacle() : notInstalled;
    if (!jobs || obstacle !== undefined)
      throw new RefusedError('not_supported', `update_software: ${obstacle}`);
    this.#expectFree();
    await this.#standing.during(workName, () => this.#handOver(jobs, sha256));
    return { ok: true };
  }

  /** An update that this client was started by is not over yet, and one that is leaves its files behind. Never rejects. */
  async resume(): Promise<void> {
    const { jobs, log } = this.#drone;
    if (!jobs) return;
    try {
      const old = await jobs.forgetOld();
      if (old.length > 0)
        log(
          'warn',
          `the client before this one asked the helper for ${old.join(', ')}: not asked for any more`,
        );
      const report = await jobs.updateReport();
      if (report?.outcome === 'running') this.#watch(jobs, report);
      else await this.#tidy();
    } catch (error) {
      log('warn', `what became of the last update can not be read: ${errorText(error)}`);
    }
  }

  async #handOver(jobs: Jobs, sha256: string): Promise<void> {
    const { files, log } = this.#drone;
    const held = await files.digest(packagePlace);
    if (held.sha256 !== sha256)
      throw new RefusedError(
        'digest_differs',
        `update_software: on this drone lies package ${held.sha256.slice(0, 8)}, not ${sha256.slice(0, 8)}: send it again`,
      );
    await files.digest(signaturePlace);
    // It may have been armed while the disk was read; from here on nothing starts, and the helper looks itself.
    this.#expectStanding();
    log('info', `update_software: the helper is asked to install package ${sha256.slice(0, 8)}`);
    this.#watch(jobs, await jobs.update(sha256));
  }

  /** Holds the drone until the update is over, and takes its files away. */
  #watch(jobs: Jobs, begun: UpdateReport): void {
    const { log } = this.#drone;
    this.#standing
      .during(workName, () => this.#untilEnded(jobs, begun))
      .catch((error: unknown) => log('warn', `software update: ${errorText(error)}`));
  }

  async #untilEnded(jobs: Jobs, begun: UpdateReport): Promise<void> {
    const { log } = this.#drone;
    const report = begun.outcome === 'running' ? await jobs.updateEnded(holdMs) : begun;
    if (!report) {
      if (!jobs.isClosed)
        log(
          'warn',
          `software update: not over after ${holdMs / 1000} s, the drone is not held any longer; look on it: journalctl -u starling-drone-helper`,
        );
      return;
    }
    log(report.outcome === 'done' ? 'info' : 'warn', `software update: ${report.outcome}: ${report.text}`);
    await this.#tidy();
  }

  async #tidy(): Promise<void> {
    const { files } = this.#drone;
    for (const place of [packagePlace, signaturePlace]) await files.remove(place);
  }

  #expectFree(): void {
    this.#expectStanding();
    const { obstacle } = this.#standing;
    if (obstacle !== undefined) throw new RefusedError('busy', `update_software: ${obstacle}`);
  }

  #expectStanding(): void {
    const { vehicle, player, isServerRefused } = this.#drone;
    if (isServerRefused?.())
      throw new RefusedError(
        'superseded',
        'update_software: this server is no longer in charge of the fleet',
      );
    if (vehicle.state.armed || player.isBusy)
      throw new RefusedError(
        'armed',
        'update_software: the drone flies or is about to: land and disarm first',
      );
  }
}
