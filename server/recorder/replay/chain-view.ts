/** What a recording is worth, in a few words for whoever looks at it. Pure: knows what was found, no file. */
import { type RecordHealth, recordHealth } from '../report/record-health.js';
import type { Recording, SessionVerdict } from './recording.js';
import type { ChainView } from './replay-view.js';

export const checkingChain: ChainView = { state: 'checking', text: 'chain being checked' };

export function healthOf(recording: Recording, verdict: SessionVerdict): RecordHealth {
  const { records, telemetryGaps } = recording;
  return recordHealth({ verdict, records, telemetryGaps });
}

/** Whether every record is as it was written. */
export function chainViewOf({ state, findings, findingCount }: RecordHealth): ChainView {
  if (state === 'whole') return { state: 'intact', text: 'chain intact' };
  if (state === 'open') return { state: 'intact', text: 'chain intact, no end yet' };
  const more = findingCount > 1 ? ` (and ${findingCount - 1} more)` : '';
  return { state: 'broken', text: `TAMPERED at ${findings[0] ?? 'an unknown place'}${more}` };
}
