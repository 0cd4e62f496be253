/** What a setup has done, or would do, as people and programs are told. Pure; nothing secret comes out of it. */
import { printable } from '../../lib/printable.js';
import type { Change } from './change.js';
import { type Effect, setupPaths } from './facts.js';
import { type FileState, type Snapshot, stateAt, textOf, type WantedState } from './file-state.js';
import { lineDiff } from './line-diff.js';
import { maskPassword } from './wifi-keyfile.js';

export type SetupReport = {
  readonly isDryRun: boolean;
  readonly changes: readonly Change[];
  readonly unchanged: readonly string[];
  readonly notes: readonly string[];
  readonly toDo: readonly string[];
  /** An undo that had to leave files as they are has not done all that was asked for. */
  readonly isOk: boolean;
};

/** One line a change; in a dry run with what would change in it. `snapshot`: as it was before. */
export function reportLines(report: SetupReport, snapshot: Snapshot): string[] {
  const word = report.isDryRun ? 'would change' : 'changed';
  const lines = [
    ...report.changes.flatMap((change) => [
      `${word} ${change.path}: ${change.what.join(', ')}`,
      ...(report.isDryRun ? changeLines(change, stateAt(snapshot, change.path)) : []),
    ]),
    ...report.unchanged.map((path) => `unchanged ${path}`),
    ...report.notes.map((note) => `note: ${note}`),
    ...report.toDo.map((one) => `to do: ${one}`),
  ];
  return lines.map((line) => printable(line.replaceAll('\t', ' ')));
}

export function reportJson(report: SetupReport): string {
  const { isOk, isDryRun, changes, unchanged, notes, toDo } = report;
  const changed = changes.map(({ path, what }) => ({ path, what }));
  return `${JSON.stringify({ ok: isOk, dryRun: isDryRun, changed, unchanged, notes, toDo })}\n`;
}

function changeLines({ path, wanted, isSecret }: Change, before: FileState): string[] {
  if (isSecret || path === setupPaths.key) return ['    (its content is not shown)'];
  if (wanted.kind === 'link') return [`    + -> ${wanted.target}`];
  const after = textIn(wanted);
  return lineDiff(textOf(before) ?? '', after).map(
    (line) => `    ${line.slice(0, 2)}${maskPassword(line.slice(2))}`,
  );
}

function textIn(wanted: WantedState): string {
  return wanted.kind === 'file' ? Buffer.from(wanted.bytes).toString('latin1') : '';
}

/** What only a person can do, or what only happens later. */
export function toDoAfter(effects: readonly Effect[], isLive: boolean): string[] {
  return effects.includes('reboot')
    ? [isLive ? 'restart the Pi: sudo reboot' : 'restart the Pi, if it runs']
    : [];
}
