/**
 * The gates of the show that is on: each is decided once, ahead of its moment, and holds the fleet or lets it go on.
 * `(state, view, time) → state`; holds nothing itself and knows no connection.
 */
import { RefusedError } from '../../lib/errors.js';
import { reachMs } from '../show-control/delivery.js';
import type { Gate, GateSettings } from './gate.js';
import { type GateVerdict, type GateView, judgeGate } from './judge-gate.js';

/** `unjudged`: its moment was over when the server looked first, so that nothing was decided. */
export type GateDecision = {
  readonly gate: string;
  readonly tS: number;
  readonly decided: 'go' | 'hold' | 'unjudged';
  /** Show time of the decision. */
  readonly atShowS: number;
  /** A hold begins at this show time at the latest, so that the fleet stands at the gate. */
  readonly holdFromS: number;
  readonly verdict: GateVerdict | undefined;
  readonly reasons: readonly string[];
};

/** What an operator says to a show that is held at a gate. */
export type GateAnswer = { readonly what: 'go_on' | 'land'; readonly by: string; readonly atUtcMs: number };

/** Of one run; a new run begins with `noGatesPassed`. */
export type GatesState = {
  readonly decisions: readonly GateDecision[];
  /** The gate that it is held at, and nobody has answered for. */
  readonly asking: string | undefined;
  readonly answers: readonly (GateAnswer & { readonly gate: string; readonly reasons: readonly string[] })[];
};

export const noGatesPassed: GatesState = { decisions: [], asking: undefined, answers: [] };

export type GatesLook = {
  readonly state: GatesState;
  /** Made now, in the order of the show. */
  readonly decisions: readonly GateDecision[];
  /** How it looks now at the gate that it is held at; going on is the operator's word, even when this is open. */
  readonly asking: { readonly gate: string; readonly now: GateVerdict } | undefined;
};

/** Looked at so late after its moment it is judged all the same, and held: s. */
const lateS = 5;

/** For one more try to tell a drone that did not hear the first, s. */
const spareS = 1;

/** How long before a gate it is decided, s: the hold reaches the slowest drone, and the fleet slows down to a stand. */
export function gateLeadS({
  rampS,
  slowestLatencyMs,
}: {
  readonly rampS: number;
  readonly slowestLatencyMs: number;
}): number {
  return reachMs([slowestLatencyMs]) / 1000 + spareS + brakingS(rampS);
}

/** Call it several times a second while the show is on, also while it is held. `leadS`: see `gateLeadS`. */
export function lookAtGates(
  settings: GateSettings,
  before: GatesState,
  at: GateView & { readonly showS: number; readonly leadS: number; readonly rampS: number },
): GatesLook {
  // A gate that is in the rules no more asks nobody any more.
  let asking = settings.gates.find(({ name }) => name === before.asking)?.name;
  const decisions: GateDecision[] = [];
  for (const gate of settings.gates) {
    // Whoever is held comes to no other gate.
    if (asking !== undefined) break;
    const isDecided = before.decisions.some((decision) => decision.gate === gate.name);
    if (isDecided || at.showS < gate.tS - at.leadS) continue;
    const decision = decide(gate, settings, at);
    decisions.push(decision);
    if (decision.decided === 'hold') asking = gate.name;
  }
  const held = settings.gates.find(({ name }) => name === asking);
  return {
    state: { ...before, decisions: [...before.decisions, ...decisions], asking },
    decisions,
    asking: held && { gate: held.name, now: judgeGate(held, settings, at) },
  };
}

/** The operator's word. `reasons`: how it looked then, for the record. @throws RefusedError when nothing is asked. */
export function answerGate(state: GatesState, answer: GateAnswer, reasons: readonly string[]): GatesState {
  const { asking } = state;
  if (asking === undefined)
    throw new RefusedError('nothing_asked', 'no gate holds the show: there is nothing to answer');
  return { ...state, asking: undefined, answers: [...state.answers, { ...answer, gate: asking, reasons }] };
}

function decide(
  gate: Gate,
  settings: GateSettings,
  at: GateView & { readonly showS: number; readonly rampS: number },
): GateDecision {
  const holdFromS = Math.max(at.showS, gate.tS - brakingS(at.rampS));
  const common = { gate: gate.name, tS: gate.tS, atShowS: at.showS, holdFromS };
  const overS = at.showS - gate.tS;
  if (overS > lateS) {
    const reasons = [
      `gate ${gate.name} was passed ${overS.toFixed(1)} s before anybody looked: nothing was decided`,
    ];
    return { ...common, decided: 'unjudged', verdict: undefined, reasons };
  }
  const verdict = judgeGate(gate, settings, at);
  const late = overS > 0 ? [`it was looked at ${overS.toFixed(1)} s late`] : [];
  return {
    ...common,
    decided: verdict.isOpen ? 'go' : 'hold',
    verdict,
    reasons: [...verdict.reasons, ...late],
  };
}

/** A show that slows down evenly over a ramp goes on by half of it. */
function brakingS(rampS: number): number {
  return rampS / 2;
}
