/**
 * The losses of the show that is on: who is lost, and what the policy wants done about it. `(state, drones) → state`;
 * holds and lands nobody itself, and takes nothing back by itself.
 */
import { RefusedError } from '../../lib/errors.js';
import { droneList } from '../alerts/drone-list.js';
import { leastHolding } from '../show-control/quorum.js';
import { actionForCount, type LossAction, type LossPolicy, lossWords, strongestLoss } from './loss-policy.js';

/** One that started. */
export type LossDrone = {
  readonly id: string;
  readonly slot: string | undefined;
  /** Why it is out of the show, in words ("landed by its failsafe"); absent while it flies it. */
  readonly lostWhy?: string;
  /** Since it was heard last, s. */
  readonly silentS?: number;
};

type Loss = { readonly id: string; readonly slot: string | undefined; readonly why: string };

export type LossVerdict = {
  readonly action: LossAction;
  readonly lost: readonly Loss[];
  readonly of: number;
  /** Sentences; the first says the outcome. */
  readonly reasons: readonly string[];
};

/** What an operator says to a fleet that is held for its losses. */
export type LossAnswer = { readonly what: 'go_on' | 'land'; readonly by: string; readonly atUtcMs: number };

/** Of one run; a new run begins with `noLosses`. */
export type LossesState = {
  /** What was decided last and nobody has answered. */
  readonly decided: LossAction;
  /** Lost drones without which an operator went on: they alone hold nobody again. */
  readonly accepted: ReadonlySet<string>;
  readonly answers: readonly (LossAnswer & { readonly lost: readonly string[] })[];
};

export const noLosses: LossesState = { decided: 'continue', accepted: new Set(), answers: [] };

export type LossesLook = {
  readonly state: LossesState;
  readonly verdict: LossVerdict;
  /** Undefined unless something is decided now that was not before: a hold, or a landing after whatever was. */
  readonly decision: LossVerdict | undefined;
};

/** What the policy wants for these losses, whatever was decided before. */
export function judgeLosses(policy: LossPolicy, drones: readonly LossDrone[]): LossVerdict {
  const lost = drones.flatMap((drone) => {
    const why = whyLost(policy, drone);
    return why === undefined ? [] : [{ id: drone.id, slot: drone.slot, why }];
  });
  const critical = lost.filter(({ slot }) => slot !== undefined && policy.criticalSlots.includes(slot));
  const byCount = actionForCount(policy, lost.length, drones.length);
  const action = strongestLoss([byCount, ...(critical.length > 0 ? [policy.criticalLost] : [])]);
  const of = drones.length;
  return { action, lost, of, reasons: reasonsOf(policy, { action, lost, of, critical }) };
}

/** Call it once or more a second while the show is on. `drones`: all that started, the lost ones too. */
export function lookAtLosses(
  policy: LossPolicy,
  before: LossesState,
  drones: readonly LossDrone[],
): LossesLook {
  const verdict = judgeLosses(policy, drones);
  const isNew = verdict.lost.some(({ id }) => !before.accepted.has(id));
  const isStronger = strongestLoss([verdict.action, before.decided]) !== before.decided;
  if (!isNew || !isStronger) return { state: before, verdict, decision: undefined };
  return { state: { ...before, decided: verdict.action }, verdict, decision: verdict };
}

/** The operator's word on a hold; more losses are decided anew. @throws RefusedError when no hold asks. */
export function answerLosses(state: LossesState, answer: LossAnswer, verdict: LossVerdict): LossesState {
  if (state.decided !== 'hold')
    throw new RefusedError('nothing_asked', 'no loss holds the fleet: there is nothing to answer');
  const lost = verdict.lost.map(({ id }) => id);
  return {
    decided: answer.what === 'land' ? 'land' : 'continue',
    accepted: new Set([...state.accepted, ...lost]),
    answers: [...state.answers, { ...answer, lost }],
  };
}

function whyLost({ silentAfterS }: LossPolicy, { lostWhy, silentS }: LossDrone): string | undefined {
  if (lostWhy !== undefined) return lostWhy;
  const isSilent = silentAfterS !== undefined && silentS !== undefined && silentS >= silentAfterS;
  return isSilent ? `not heard for ${silentS.toFixed(0)} s` : undefined;
}

/** A network that is down would fill the screen and the log with hundreds. */
const mostWhys = 20;

type Judged = Omit<LossVerdict, 'reasons'> & { readonly critical: readonly Loss[] };

function reasonsOf(policy: LossPolicy, { action, lost, of, critical }: Judged): string[] {
  if (lost.length === 0) return [`none of ${of} drones is lost`];
  const least = leastHolding(policy.minimum, Math.max(1, of));
  const left = of - lost.length;
  const ids = droneList(lost.map(({ id }) => id));
  const reasons = [`${lost.length} of ${of} drones are lost, ${ids}: ${lossWords[action]}`];
  if (left < least) reasons.push(`${left} are left, and at least ${least} (${policy.minimum}) have to be`);
  const reached = policy.steps.filter((step) => lost.length >= leastHolding(step.lost, of));
  for (const step of reached) reasons.push(`from ${step.lost} lost on: ${lossWords[step.action]}`);
  if (critical.length > 0)
    reasons.push(`without ${droneList(critical.map(({ slot, id }) => slot ?? id))} it is no show`);
  const why = lost.slice(0, mostWhys).map((loss) => `${loss.id}: ${loss.why}`);
  return [...reasons, ...why, ...(lost.length > mostWhys ? [`and ${lost.length - mostWhys} more`] : [])];
}
