/** Updates of the fleet's software as they are commanded: one roll-out at a time. Knows the disk by a port; no stage, no message. */
import { RefusedError } from '../../lib/errors.js';
import { refuseAll } from '../files/file-context.js';
import type { OperatorFiles } from '../files/operator-files.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { CommandRunner } from '../show-control/command-runner.js';
import { showIsOn } from '../show-control/refusals.js';
import { softwareOf } from './drone-software-of.js';
import { readPackages, type UpdatePackages } from './packages.js';
import type { RollOutView } from './roll-out.js';
import { readStages } from './stages.js';
import { noRollOut, type ToldSoftware, type UpdateControls, type UpdateOptions } from './update-controls.js';
import { type CourseParts, UpdateCourse } from './update-course.js';
import { lastWord } from './update-outcomes.js';

export type UpdateDeskOptions = Omit<CourseParts, 'closing'> & {
  readonly commands: Pick<CommandRunner, 'run'>;
  readonly disk: OperatorFiles;
  /** The fleet's public key, 64 hexadecimal digits. */
  readonly publicKey: string;
};

const action = 'update_software';

export class UpdateDesk implements UpdateControls {
  readonly #options: UpdateDeskOptions;
  readonly #closing = new AbortController();
  #course: UpdateCourse | undefined;
  /** Of the last one that is over; its packages are not kept. */
  #last: RollOutView | undefined;
  #isReading = false;
  /** By the operator, before anything began. */
  #isCalledOff = false;

  constructor(options: UpdateDeskOptions) {
    this.#options = options;
  }

  get view(): RollOutView | undefined {
    return this.#course?.view ?? this.#last;
  }

  /** A show began, or who is in charge has changed: what is on its way then goes no further. */
  look(): void {
    if (this.#isOn) this.#course?.look();
  }

  /** Whether a drone is sent a package, or installs one. */
  isUnderWay(id: string): boolean {
    return this.#course?.isUnderWay(id) === true;
  }

  /** The server ends: what is on its way is called off, whoever installs goes on alone. */
  close(): void {
    if (this.#isOn) this.#course?.stop('the server ends');
    this.#closing.abort();
  }

  async update(ids: readonly string[], { path, stages }: UpdateOptions): Promise<CommandResult[]> {
    const { commands } = this.#options;
    try {
      this.#expectFree();
      const sizes = readStages(stages);
      const packages = await this.#read(path);
      if (this.#isCalledOff) throw new RefusedError('called_off', 'not begun: stopped by the operator');
      this.#expectFree();
      return await this.#rollOut(ids, packages, sizes);
    } catch (error) {
      return refuseAll({ commands }, { action, ids }, error);
    }
  }

  stop(): string {
    if (this.#isReading) {
      this.#isCalledOff = true;
      return 'the update is stopped: nothing was sent';
    }
    if (!this.#course || !this.#isOn) throw new RefusedError('refused', noRollOut);
    const installing = this.#course.stop('stopped by the operator');
    return installing === 0
      ? 'the update is stopped'
      : `no other drone begins; ${installing} install already and are waited for`;
  }

  software(ids: readonly string[]): Promise<readonly ToldSoftware[]> {
    const one = async (id: string): Promise<ToldSoftware> => {
      const said = await softwareOf(this.#options.connection(id));
      return 'software' in said ? { id, software: said.software } : { id, problem: said.text };
    };
    return Promise.all(ids.map(one));
  }

  get #isOn(): boolean {
    return this.#course?.view.isOver === false;
  }

  async #rollOut(
    ids: readonly string[],
    packages: UpdatePackages,
    stages: readonly number[],
  ): Promise<CommandResult[]> {
    const course = new UpdateCourse(
      { ...this.#options, closing: this.#closing.signal },
      { ids, packages, stages },
    );
    this.#course = course;
    const kinds = [...packages.byArchitecture.keys()].join(', ');
    this.#options.log('info', `update to ${packages.version} (${kinds}) of ${ids.length} drones begins`);
    const results = this.#options.commands.run(action, ids, (id) => course.endOf(id));
    course.begin();
    const told = await results;
    if (this.#course === course && !this.#isOn) {
      [this.#last, this.#course] = [course.view, undefined];
      this.#options.log(...lastWord(course.view));
    }
    return told;
  }

  /** @throws RefusedError while a show or another roll-out is on. */
  #expectFree(): void {
    const phase = this.#options.showPhase();
    if (phase !== undefined) throw new RefusedError('refused', showIsOn(phase).message ?? phase);
    if (this.#isReading || this.#isOn)
      throw new RefusedError('busy', 'an update is on: wait for its end, or stop it with update_stop');
  }

  async #read(path: string): Promise<UpdatePackages> {
    [this.#isReading, this.#isCalledOff] = [true, false];
    try {
      return await readPackages(this.#options, path);
    } finally {
      this.#isReading = false;
    }
  }
}
