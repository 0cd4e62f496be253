/**
 * A moment of a recording as the panel takes it: every drone with what is derived from it, as live. Knows records and
 * what they were held against; no clock and no screen.
 */
import { alertActions } from '../../alerts/alert-rule.js';
import type { ActiveAlert } from '../../alerts/alerts.js';
import { measureNames } from '../../alerts/measures.js';
import type { CheckSettings } from '../../fleet/checks.js';
import type { DroneRecord } from '../../fleet/drone-record.js';
import { viewOf } from '../../fleet/drone-view.js';
import type { Proof } from '../../fleet/proof.js';
import type { OversightView } from '../../oversight/oversight-view.js';
import type { AuthorizationView } from '../../show-control/authorizer.js';
import type { DroneView, LoadedShow, ServerSnapshot, ShowPhase } from '../../snapshot.js';
import { fieldsOf, idsOf, optionalText, textOf } from '../report/read-record.js';
import type { Recording, ReplayMoment } from './recording.js';
import { authorizationUntilMs, type SessionLine, type SessionStory } from './session-log.js';

export type ReplaySnapshotsOptions = {
  readonly recording: Recording;
  readonly story: SessionStory;
  /** What drones are held against where the recording does not say. */
  readonly checks: CheckSettings;
};

/** As many lines as the server's own event log has. */
const maxLines = 2000;

const proofs: ReadonlySet<unknown> = new Set<Proof>(['match', 'differs', 'none', 'unproven', 'unknown']);

/** A view is the same as long as all that it was made of is. */
type Known = { readonly view: DroneView; readonly checks: CheckSettings };

export class ReplaySnapshots {
  readonly #options: ReplaySnapshotsOptions;
  readonly #version: string;
  readonly #views = new WeakMap<DroneRecord, Known>();
  #checks: { readonly of: unknown; readonly settings: CheckSettings };

  constructor(options: ReplaySnapshotsOptions) {
    this.#options = options;
    this.#version = textOf(options.recording.head.body.software).replace(/^starling /, '');
    this.#checks = { of: undefined, settings: options.checks };
  }

  of(moment: ReplayMoment): ServerSnapshot {
    const { recording } = this.#options;
    const { server, utcMs, tMs } = moment;
    const drones = this.#viewsOf(moment);
    return {
      ...{ utcMs, monotonicMs: recording.startMs + tMs, drones, groups: new Map() },
      show: showOf(server.show, drones),
      authorization: this.#authorizationOf(moment),
      phase: phaseOf(server.phase),
      address: textOf(server.address),
      isOpen: server.isOpen === true,
      log: this.#logUntil(tMs),
      ...oversightOf(server.oversight),
    };
  }

  #viewsOf({ drones, server }: ReplayMoment): DroneView[] {
    const slots = fieldsOf(server.slots);
    const hasProofs = server.proofs !== undefined;
    const recordedProofs = fieldsOf(server.proofs);
    const checks = this.#checksOf(server.checks);
    return drones.map((record) => {
      const slot = optionalText(slots[record.id]);
      const proof = hasProofs ? proofOf(recordedProofs[record.id]) : 'unknown';
      const known = this.#views.get(record);
      if (known?.checks === checks && known.view.slot === slot && known.view.proof === proof)
        return known.view;
      const view = viewOf(record, { checks, version: this.#version, slot, proof });
      this.#views.set(record, { view, checks });
      return view;
    });
  }

  #checksOf(recorded: unknown): CheckSettings {
    if (recorded !== this.#checks.of)
      this.#checks = { of: recorded, settings: checkSettings(recorded, this.#options.checks) };
    return this.#checks.settings;
  }

  #authorizationOf({ server, tMs }: ReplayMoment): AuthorizationView | undefined {
    const { digest, scope, override } = fieldsOf(server.authorization);
    if (typeof digest !== 'string') return undefined;
    const { recording } = this.#options;
    const untilMs = authorizationUntilMs(recording.recordsUntil(tMs));
    return {
      ...{ digest, scope: scope === 'lights' ? 'lights' : 'live', override: optionalText(override) },
      leftS: untilMs === undefined ? Number.NaN : Math.max(0, untilMs - recording.startMs - tMs) / 1000,
      ids: Object.keys(fieldsOf(server.slots)),
    };
  }

  #logUntil(tMs: number): readonly SessionLine[] {
    const { lines } = this.#options.story;
    const next = lines.findIndex((line) => line.tMs > tMs);
    const count = next < 0 ? lines.length : next;
    return lines.slice(Math.max(0, count - maxLines), count);
  }
}

/** What is not told of is a match. */
function proofOf(recorded: unknown): Proof {
  if (recorded === undefined) return 'match';
  return proofs.has(recorded) ? (recorded as Proof) : 'unknown';
}

/** What has another type than it should is not believed. */
function checkSettings(recorded: unknown, otherwise: CheckSettings): CheckSettings {
  const given = fieldsOf(recorded);
  const entries = Object.entries(otherwise).map(([name, value]) => [
    name,
    typeof given[name] === typeof value ? given[name] : value,
  ]);
  return { ...otherwise, ...(Object.fromEntries(entries) as CheckSettings) };
}

/** Nothing can be ticked, accepted or started in a recording: only what was wrong is told. */
function oversightOf(recorded: unknown): { readonly oversight?: OversightView } {
  const { alerts, held } = fieldsOf(recorded);
  if (!Array.isArray(alerts)) return {};
  const { what, reasons, sinceUtcMs } = fieldsOf(held);
  const isHeld = what === 'alert' || what === 'gate' || what === 'loss';
  return {
    oversight: {
      alerts: alerts.flatMap(alertOf),
      held: isHeld ? { what, reasons: idsOf(reasons), sinceUtcMs: numberOf(sinceUtcMs, 0) } : undefined,
      ...{ unwatched: [], policy: [] },
      ...{ startObstacle: undefined, checklist: undefined, isRecording: undefined },
    },
  };
}

function alertOf(recorded: unknown): ActiveAlert[] {
  const { name, measure, level, action, sinceMs, drones, of, isAccepted, text } = fieldsOf(recorded);
  const isKnown = measureNames.find((each) => each === measure);
  if (typeof name !== 'string' || isKnown === undefined) return [];
  return [
    {
      ...{ name, measure: isKnown, text: textOf(text), drones: idsOf(drones), of: numberOf(of, 0) },
      level: level === 'alarm' ? 'alarm' : 'warning',
      action: alertActions.find((each) => each === action) ?? 'alert',
      ...{ sinceMs: numberOf(sinceMs, 0), isAccepted: isAccepted === true },
    },
  ];
}

/** The names of slots that nobody flew are not recorded, but how many slots there were is. */
function showOf(recorded: unknown, drones: readonly DroneView[]): LoadedShow | undefined {
  const { name, digest, durationS, format, slots } = fieldsOf(recorded);
  if (typeof name !== 'string' || typeof digest !== 'string') return undefined;
  const flown = new Set(drones.flatMap(({ slot }) => slot ?? []));
  const others = Math.max(0, Math.min(numberOf(slots, 0), 10_000) - flown.size);
  return {
    ...{ name, digest, format: textOf(format), durationS: numberOf(durationS, Number.NaN) },
    slots: [...flown, ...Array.from({ length: others }, (_, index) => `slot ${index + 1} without a drone`)],
    ...{ notes: [], violations: [], warnings: [] },
  };
}

/** Idle where it is none that is known. */
function phaseOf(recorded: unknown): ShowPhase {
  const { phase, startUtcMs, pausedUtcMs, scope, holding, of } = fieldsOf(recorded);
  if (typeof startUtcMs !== 'number') return { phase: 'idle' };
  const flown = { startUtcMs, scope: scope === 'lights' ? 'lights' : 'live' } as const;
  if (phase === 'countdown') return { phase, ...flown, holding: numberOf(holding, 0), of: numberOf(of, 0) };
  if (phase === 'running') return { phase, ...flown };
  if (phase === 'paused' && typeof pausedUtcMs === 'number') return { phase, startUtcMs, pausedUtcMs };
  return { phase: 'idle' };
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}
