/** Bodies of records as a report takes them: a file may hold anything. Pure. */
import type { LogLine } from '../../snapshot.js';
import type { JournalRecord, StateBody } from '../record.js';

/** Undefined for a record of another kind. */
export function readState({ kind, body }: JournalRecord): StateBody | undefined {
  if (kind !== 'state') return undefined;
  return {
    what: textOf(body.what),
    value: body.value,
    text: optionalText(body.text),
    id: optionalText(body.id),
  };
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function levelOf(value: unknown): LogLine['level'] {
  return value === 'warning' || value === 'error' ? value : 'info';
}

export function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}

export function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: unknown })
    : {};
}
