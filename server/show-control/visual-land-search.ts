/**
 * Runs a search for a misbehaving drone over the fleet, one at a time: commands lights, landing and disarming through its
 * ports, and tells how far it is. Knows the fleet by its views; no connection, no screen.
 */
import { RefusedError } from '../../lib/errors.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { DroneView } from '../snapshot.js';
import {
  answersGivenTo,
  answersLeftOf,
  answerVisualLand,
  beginVisualLand,
  closeVisualLand,
  dropFromVisualLand,
  endVisualLand,
  type LitColor,
  litOf,
  type OutOfSearch,
  remainingOf,
  undoVisualLand,
  type VisualLand,
  type VisualLandMove,
} from './visual-land.js';
import { type LightPort, SearchLights } from './visual-land-lights.js';

/** How far a search is, for whoever shows it. */
export type VisualLandView = {
  /** From 1; every answer is one more, an undo one less. */
  readonly step: number;
  readonly lit: { readonly green: readonly string[]; readonly red: readonly string[] };
  /** Ruled out. */
  readonly dark: readonly string[];
  /** How many it may still be. */
  readonly remaining: number;
  readonly answersLeftAtMost: number;
  readonly canUndo: boolean;
  /** Lost, or without lights: whether it is one of these no answer tells. */
  readonly out: readonly OutOfSearch[];
  /** In the search, but not known to show what they should, and why. */
  readonly unlit: readonly OutOfSearch[];
};

/** Obligations of the commands: one result per id, never rejecting for what one drone did. */
export interface VisualLandPorts extends LightPort {
  /** A drone of the table as it is now. */
  view(id: string): DroneView | undefined;
  land(ids: readonly string[]): Promise<CommandResult[]>;
  disarm(ids: readonly string[]): Promise<CommandResult[]>;
  /** `view` gives something else now. */
  onChange(): void;
}

/** A drone gives its lights back by itself after two minutes without a word, ms. */
export const renewLightsMs = 40_000;

/** So often without an answer: ten minutes. */
const maxRenewals = 15;

const lost = 'lost';

export class VisualLandSearch {
  readonly #ports: VisualLandPorts;
  #search: VisualLand | undefined;
  /** Since the last step. */
  #renewals = 0;
  #lights: SearchLights;

  constructor(ports: VisualLandPorts) {
    this.#ports = ports;
    this.#lights = this.#newLights();
  }

  /** Undefined while there is no search. */
  get view(): VisualLandView | undefined {
    const search = this.#search;
    if (!search) return undefined;
    const { green, red, dark, out, before } = search;
    return {
      step: answersGivenTo(search) + 1,
      lit: { green, red },
      dark,
      remaining: remainingOf(search),
      answersLeftAtMost: answersLeftOf(search),
      canUndo: before !== undefined,
      out,
      unlit: this.#lights.unlit,
    };
  }

  /**
   * Begins among these drones; those that are not there are named in the view, and one that turns out to have no lights.
   * Every method gives the results of what it commanded, and rejects with RefusedError for what can not be done now.
   */
  async begin(ids: readonly string[]): Promise<CommandResult[]> {
    if (this.#search) throw new RefusedError('refused', 'visual land: a search is on: close it first');
    const { present, missing } = this.#among(ids);
    const move = beginVisualLand(present);
    this.#lights = this.#newLights();
    const search = move.search && { ...move.search, out: missing };
    return this.#apply({ ...move, search });
  }

  /** The drone shows this colour. With one left it is landed. */
  async answer(color: LitColor): Promise<CommandResult[]> {
    return this.#apply(answerVisualLand(this.#on(), color));
  }

  /** Takes the last answer back. */
  async undo(): Promise<CommandResult[]> {
    return this.#apply(undoVisualLand(this.#on()));
  }

  /** Lands those that are lit, which ends the search. */
  async landLit(): Promise<CommandResult[]> {
    return this.#apply(endVisualLand(this.#on(), 'land'));
  }

  /**
   * Disarms those that are lit, which ends the search: in the air they may fall. `named`: nobody but these; whoever is lit
   * may have changed since somebody was asked.
   */
  async disarmLit(named: readonly string[] = []): Promise<CommandResult[]> {
    const search = this.#on();
    const isNamed = new Set(named);
    if (named.length > 0 && litOf(search).some((id) => !isNamed.has(id)))
      throw new RefusedError(
        'refused',
        'visual land: other drones are lit now than you were asked about: look again',
      );
    return this.#apply(endVisualLand(search, 'disarm'));
  }

  /** All lights off; nothing when there is no search. */
  async close(): Promise<CommandResult[]> {
    return this.#search ? this.#apply(closeVisualLand(this.#search)) : [];
  }

  /** These are landing or stopped: a search among none but them has nothing left to find. */
  async ended(ids: readonly string[]): Promise<void> {
    const search = this.#search;
    const all = new Set(ids);
    if (!search || ![...litOf(search), ...search.dark].every((id) => all.has(id))) return;
    const { lights, ...move } = closeVisualLand(search);
    await this.#apply({ ...move, lights: new Map([...lights].filter(([id]) => !all.has(id))) });
  }

  /** To be called when drones may have been lost or removed: they drop out by name. */
  async fleetChanged(): Promise<void> {
    const search = this.#search;
    if (!search) return;
    const gone = [...litOf(search), ...search.dark].flatMap((id) => this.#whyGone(id) ?? []);
    if (gone.length > 0) await this.#apply(dropFromVisualLand(search, gone));
  }

  /** One that has dropped out is connected again: whatever it still shows is no colour of this search. */
  async returned(id: string): Promise<void> {
    if (this.#search?.out.some((out) => out.id === id)) await this.#lights.darken([id]);
  }

  /** To be called every `renewLightsMs` while drones fly a show: they lend their lights for a while only. */
  async renew(): Promise<void> {
    if (!this.#search) return;
    this.#renewals += 1;
    // Nobody looks any more: the show has its lights back.
    if (this.#renewals > maxRenewals) await this.close();
    else await this.#lights.renew();
  }

  /** In the order in which they joined the table. */
  #among(ids: readonly string[]): { present: string[]; missing: OutOfSearch[] } {
    const missing = [...new Set(ids)].flatMap((id) => this.#whyGone(id) ?? []);
    const present = ids
      .flatMap((id) => this.#ports.view(id) ?? [])
      .filter(({ record }) => record.isConnected)
      .sort((a, b) => a.record.joinOrder - b.record.joinOrder);
    return { present: present.map(({ record }) => record.id), missing };
  }

  #whyGone(id: string): OutOfSearch | undefined {
    const record = this.#ports.view(id)?.record;
    if (!record) return { id, why: 'not in the table' };
    return record.isConnected ? undefined : { id, why: lost };
  }

  #on(): VisualLand {
    if (!this.#search) throw new RefusedError('refused', 'visual land: there is no search: begin one first');
    return this.#search;
  }

  /** What ends a flight goes out before any light. */
  async #apply({ search, lights, command }: VisualLandMove): Promise<CommandResult[]> {
    const before = this.#search;
    this.#renewals = 0;
    this.#search = search;
    const commanded = command && this.#ports[command.what](command.ids);
    const filled = this.#lights.show(lights);
    if (before && !search) void this.#ports.release(this.#withLights(before));
    this.#ports.onChange();
    // What became of a landing waits for no light.
    if (!commanded) return filled;
    void filled;
    return commanded;
  }

  /** Those of a search that is over whose lights are to be given back. */
  #withLights({ green, red, dark, out }: VisualLand): string[] {
    const back = out.filter(({ id, why }) => why === lost && this.#ports.view(id)?.record.isConnected);
    return [...green, ...red, ...dark, ...back.map(({ id }) => id)];
  }

  /** Of one search: what those of the one before sent is told to nobody any more. */
  #newLights(): SearchLights {
    const lights: SearchLights = new SearchLights(this.#ports, async (ids) => {
      if (!this.#search || lights !== this.#lights) return;
      const gone = ids.map((id) => ({ id, why: 'has no lights' }));
      await this.#apply(dropFromVisualLand(this.#search, gone));
    });
    return lights;
  }
}
