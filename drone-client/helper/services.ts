/** What the helper asks of systemd, by `systemctl`. Knows its words; starts no program itself. */
import { StarlingError } from '../../lib/errors.js';
import type { HelperPrograms } from './ports.js';

export type ServiceState = {
  /** Whether systemd knows such a unit. */
  readonly isHere: boolean;
  /** Source: systemctl(1): active, activating, deactivating, reloading, inactive, failed. */
  readonly active: string;
  /** Another one for each start; empty before the first. */
  readonly start: string;
  /** Why it ended, in systemd's word: `exit-code`, `signal`, `watchdog`, …, and `success`. */
  readonly result: string;
};

const quickMs = 20_000;

/** Ending a client takes up to 10 s, and its start some more on a small computer. */
const restartMs = 120_000;

export class Services {
  readonly #programs: HelperPrograms;

  constructor(programs: HelperPrograms) {
    this.#programs = programs;
  }

  async state(unit: string): Promise<ServiceState> {
    const properties = '--property=LoadState,ActiveState,InvocationID,Result';
    const { output } = await this.#call(['show', properties, unit], quickMs);
    const fields = new Map(
      output.split('\n').map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
    );
    return {
      isHere: fields.get('LoadState') === 'loaded',
      active: fields.get('ActiveState') ?? 'unknown',
      start: fields.get('InvocationID') ?? '',
      result: fields.get('Result') ?? '',
    };
  }

  /** Waits until it runs. @throws StarlingError `service` with systemd's words. */
  restart(unit: string): Promise<void> {
    return this.#do(['restart', unit], restartMs);
  }

  /** Waits until it has ended. @throws StarlingError `service`. */
  stop(unit: string): Promise<void> {
    return this.#do(['stop', unit], restartMs);
  }

  /** Asks for it, and waits for nothing: at boot its turn comes later. @throws StarlingError `service`. */
  restartLater(unit: string): Promise<void> {
    return this.#do(['--no-block', 'restart', unit], quickMs);
  }

  /** Asks for it where it does not run, and waits for nothing; one that runs is left alone. @throws StarlingError `service`. */
  startLater(unit: string): Promise<void> {
    return this.#do(['--no-block', 'start', unit], quickMs);
  }

  /** Whether it is to be started at boot. */
  async isEnabled(unit: string): Promise<boolean> {
    const { exitCode } = await this.#call(['is-enabled', '--quiet', unit], quickMs);
    return exitCode === 0;
  }

  /** @throws StarlingError `service`. */
  reboot(): Promise<void> {
    return this.#do(['--no-block', 'reboot'], quickMs);
  }

  async #do(args: readonly string[], limitMs: number): Promise<void> {
    const { exitCode, isOverTime, output, errors } = await this.#call(args, limitMs);
    if (exitCode === 0) return;
    const what = isOverTime
      ? `did not end within ${limitMs / 1000} s`
      : `${errors}${output}`.trim() || 'failed';
    throw new StarlingError('service', `systemctl ${args.join(' ')}: ${what}`);
  }

  #call(args: readonly string[], limitMs: number) {
    return this.#programs.run({ program: 'systemctl', args, limitMs });
  }
}
