/** Makes the ways to end a flight, and says which gives way to which. Knows the vehicle's port; no show. */
import type { EmergencyThrustSettings } from '../failsafe/emergency-thrust.js';
import { EmergencyLanding } from './emergency-landing.js';
import type { Ending, EndingKind } from './ending.js';
import { Landing, type LandingOptions } from './landing.js';

export type EndingSettings = {
  readonly landTimeoutS: number;
  readonly emergency: EmergencyThrustSettings & { readonly disarmTimeoutS: number };
};

/** Weakest first: what is under way gives way to a stronger one alone. */
const strengths: readonly EndingKind[] = ['return', 'land', 'emergency land'];

/** Is `kind` a stronger measure than what is under way? Anything is stronger than nothing. */
export function supersedes(kind: EndingKind, present: Ending | undefined): boolean {
  return !present || strengths.indexOf(kind) > strengths.indexOf(present.kind);
}

export function makeEnding(
  kind: EndingKind,
  { landTimeoutS, emergency }: EndingSettings,
  parts: Omit<LandingOptions, 'kind' | 'timeoutMs'>,
): Ending {
  const told = { ...parts, onWarning: onceEach(parts.onWarning) };
  return kind === 'emergency land'
    ? new EmergencyLanding({ ...told, settings: emergency })
    : new Landing({ ...told, kind, timeoutMs: landTimeoutS * 1000 });
}

/** What is tried every second fails every second for the same reason: it is told once. */
function onceEach(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}
