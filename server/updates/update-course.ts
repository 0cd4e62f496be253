/**
 * One roll-out from its first question to its last drone: brings together which drone begins when and what happens on
 * each. Knows drones by functions, and packages that were found good; no disk, no operation.
 */
import type { UpdateReport } from '../../lib/update/drone-software.js';
import type { Outcome } from '../show-control/send-command.js';
import type { LogLine } from '../snapshot.js';
import { judge, softwareOf } from './drone-software-of.js';
import { type DroneUpdateParts, installEnd, sendPackage } from './drone-update.js';
import type { UpdatePackage, UpdatePackages } from './packages.js';
import { type DroneEnd, isFailure, RollOut, type RollOutView } from './roll-out.js';
import { leftAlone, outcomeFor, skippedBy } from './update-outcomes.js';

export type CourseParts = DroneUpdateParts & {
  /** Of the show that is on; undefined while none is. */
  readonly showPhase: () => string | undefined;
  /** Why this server commands nobody any more: another one is in charge; undefined while this one is. */
  readonly superseded?: () => string | undefined;
  /** Drones that are sent a package at once. */
  readonly parallel: number;
  /** It has come further. */
  readonly onChange: () => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export type CourseOptions = {
  readonly ids: readonly string[];
  readonly packages: UpdatePackages;
  readonly stages: readonly number[];
};

/** What is known of a drone that takes part. */
type Member = { readonly item: UpdatePackage; readonly before: UpdateReport | undefined };

export class UpdateCourse {
  readonly #parts: CourseParts;
  readonly #packages: UpdatePackages;
  readonly #ids: readonly string[];
  readonly #rollOut: RollOut;
  readonly #members = new Map<string, Member>();
  /** What waits for the end of each drone. */
  readonly #ends = new Map<string, (outcome: Outcome) => void>();
  /** Aborted when nobody else is to begin: packages that are on their way go no further. */
  readonly #stopping = new AbortController();
  #toldStage = 0;

  constructor(parts: CourseParts, { ids, packages, stages }: CourseOptions) {
    this.#parts = parts;
    this.#packages = packages;
    this.#ids = ids;
    const { parallel } = parts;
    this.#rollOut = new RollOut({ ids, version: packages.version, stages, parallel });
  }

  get view(): RollOutView {
    return this.#rollOut.view;
  }

  isUnderWay(id: string): boolean {
    return this.#rollOut.isUnderWay(id);
  }

  /** How it ends for a drone; who is not waited for when it begins has no part in it. */
  endOf(id: string): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#ends.set(id, resolve);
    });
  }

  begin(): void {
    for (const id of this.#ids) {
      if (this.#ends.has(id)) void this.#ask(id);
      else this.#rollOut.end(id, skippedBy({ ok: false, code: 'refused', message: 'it is not commanded' }));
    }
    this.#goOn();
  }

  /** Nobody else begins; says how many go on. */
  stop(why: string): number {
    this.#stop(why);
    this.#goOn();
    return this.view.drones.filter(({ phase }) => phase === 'installing').length;
  }

  /** A show may have begun, or another server be in charge: what is on its way to drones then goes no further, at once. */
  look(): void {
    if (this.#obstacle !== undefined) this.#goOn();
  }

  get #obstacle(): string | undefined {
    const { showPhase, superseded } = this.#parts;
    const phase = showPhase();
    return phase === undefined ? superseded?.() : `a show is on (${phase})`;
  }

  /** Whether it takes part. */
  async #ask(id: string): Promise<void> {
    const { connection, refusal } = this.#parts;
    const { byArchitecture } = this.#packages;
    const said = await softwareOf(connection(id));
    if (!('software' in said)) return this.#end(id, said);
    const { software } = said;
    const verdict = judge(software, (architecture) => byArchitecture.get(architecture));
    if (verdict.what === 'end') return this.#end(id, verdict.end);
    const isAtIt = verdict.what === 'wait';
    const refused = isAtIt ? undefined : refusal(id);
    if (refused) return this.#end(id, skippedBy(refused));
    this.#members.set(id, { item: verdict.item, before: isAtIt ? undefined : software.update });
    if (isAtIt) void this.#await(id);
    else this.#rollOut.takesPart(id);
    this.#goOn();
  }

  /** Whoever is due begins; what has ended is told. */
  #goOn(): void {
    const obstacle = this.#obstacle;
    if (obstacle !== undefined && !this.#rollOut.isOver) this.#stop(obstacle);
    for (const id of this.#rollOut.due()) void this.#install(id);
    this.#tellStage();
    const { drones, stopped } = this.view;
    if (stopped !== undefined) this.#stopping.abort();
    for (const drone of drones)
      if (drone.phase === 'not_begun') this.#ends.get(drone.id)?.(outcomeFor(drone, stopped));
    this.#parts.onChange();
  }

  async #install(id: string): Promise<void> {
    const member = this.#members.get(id);
    if (!member) return;
    const end = await sendPackage(this.#parts, {
      ...{ id, item: member.item, signal: this.#stopping.signal },
      onSent: (share) => this.#rollOut.sent(id, share),
      onTold: () => this.#installs(id),
    });
    if (end === 'called_off') {
      this.#rollOut.calledOff(id);
      this.#goOn();
    } else if (end) this.#end(id, end);
    else await this.#await(id);
  }

  async #await(id: string): Promise<void> {
    const member = this.#members.get(id);
    if (!member) return;
    this.#installs(id);
    const end = await installEnd(this.#parts, { id, ...member });
    if (end) this.#end(id, end);
    else this.#ends.get(id)?.(leftAlone);
  }

  #installs(id: string): void {
    if (this.#rollOut.phaseOf(id) === 'installing') return;
    this.#rollOut.installing(id);
    this.#goOn();
  }

  #end(id: string, end: DroneEnd): void {
    this.#rollOut.end(id, end);
    const level = isFailure(end.phase) ? 'error' : end.phase === 'skipped' ? 'warning' : 'info';
    this.#parts.log(level, `update ${id}: ${end.phase.replaceAll('_', ' ')}: ${end.text}`);
    this.#ends.get(id)?.(outcomeFor(end, this.#rollOut.stopped));
    this.#goOn();
  }

  #stop(why: string): void {
    if (this.#rollOut.stopped !== undefined) return;
    this.#rollOut.stop(why);
    this.#stopping.abort();
    this.#parts.log('warning', `update: ${why}: no other drone begins`);
  }

  #tellStage(): void {
    const { stage, stages, drones } = this.view;
    if (this.#toldStage === stage || !drones.some(({ phase }) => phase === 'sending')) return;
    this.#toldStage = stage;
    this.#parts.log('info', `update: stage ${stage} of ${stages} begins`);
  }
}
