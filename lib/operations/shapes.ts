/** What many operations have in common. Data only. */
import type { OperationGroup, OperationSpec } from './operation.js';

/** Of whatever waits for files or for a show to be read, ms. */
export const uploading = 1_800_000;

type Shape<Kind extends OperationSpec['kind']> = Omit<OperationSpec, 'help' | 'kind'> & {
  readonly kind: Kind;
};

/** A command to drones that are named; an operator's. */
export function command(group: OperationGroup, title: string): Shape<'command'> {
  return {
    ...{ title, group, kind: 'command', target: 'named', role: 'operator', arguments: [] },
    answerTimeoutMs: 120_000,
  };
}

/** A command that reaches everybody when nobody is named. */
export function onAll(group: OperationGroup, title: string): Shape<'command'> {
  return { ...command(group, title), target: 'everyone' };
}

/** A question; anybody's. */
export function query(group: OperationGroup, title: string): Shape<'query'> {
  return {
    ...{ title, group, kind: 'query', target: 'everyone', role: 'viewer', arguments: [] },
    answerTimeoutMs: 10_000,
  };
}
