/** How far each Pi is, as lines of a table, and what came of all of them. Pure: texts only. */
import { printable } from '../../lib/printable.js';
import type { Host } from './hosts-file.js';
import { type InstallError, type Installed, type InstallStep, installSteps } from './install-steps.js';

type Outcome = { readonly installed: Installed } | { readonly error: InstallError };

export type HostProgress = {
  readonly host: Host;
  /** Undefined: not begun. */
  readonly step?: InstallStep;
  readonly detail?: string;
  readonly outcome?: Outcome;
};

const stepNames = Object.keys(installSteps);

/** One line each, none longer than the terminal. */
export function progressTable(all: readonly HostProgress[], columns: number): string[] {
  const width = (of: (one: HostProgress) => string) => Math.max(0, ...all.map((one) => of(one).length));
  const idWidth = width(({ host }) => host.settings.id);
  const addressWidth = width(({ host }) => host.target.address);
  return all.map((one) => {
    const { settings, target } = one.host;
    const start = `${settings.id.padEnd(idWidth)}  ${target.address.padEnd(addressWidth)}`;
    return `${start}  ${bar(one)}  ${stateText(one)}`.slice(0, Math.max(1, columns - 1));
  });
}

function bar({ step, outcome }: HostProgress): string {
  const done = outcome && 'installed' in outcome ? stepNames.length : step ? stepNames.indexOf(step) : 0;
  return `[${'#'.repeat(done)}${'.'.repeat(stepNames.length - done)}]`;
}

/** What a line without a table says. */
export function stateText({ step, detail, outcome }: HostProgress): string {
  if (outcome && 'error' in outcome) return `FAILED: ${printable(outcome.error.message)}`;
  if (outcome) return doneText(outcome.installed);
  if (step === undefined) return 'waits';
  return `${installSteps[step]}${detail === undefined ? '' : ` ${detail}`}`;
}

function doneText({ version, isNew, changes, toDo, findings }: Installed): string {
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  return [
    `version ${version} ${isNew ? 'installed' : 'was there'}`,
    changes.length === 0 ? 'nothing to set up' : `${changes.length} settings changed`,
    ...toDo,
    ...(problems > 0 ? [`its doctor finds ${problems} problem${problems === 1 ? '' : 's'}`] : []),
  ].join(', ');
}

/** For people, after the last step of all. */
export function summary(all: readonly HostProgress[]): string[] {
  const failed = all.filter(({ outcome }) => !outcome || 'error' in outcome).length;
  const lines = all.flatMap(({ host, outcome }) => {
    const name = `${host.settings.id} (${host.target.address})`;
    if (!outcome) return [`${name}: was not begun`];
    return 'error' in outcome
      ? failureLines(name, outcome.error)
      : [`${name}: ${doneText(outcome.installed)}`, ...todo(outcome.installed)];
  });
  return [
    ...lines,
    failed === 0
      ? `done: ${all.length} of ${all.length}`
      : `${failed} of ${all.length} failed; do it again when that is mended: what is done stays done`,
  ];
}

function failureLines(name: string, { failure, message }: InstallError): string[] {
  return [
    `${name}: FAILED: ${printable(message)}`,
    ...(failure.said ?? []).map((line) => `    | ${printable(line)}`),
    `    do: ${printable(failure.advice)}`,
  ];
}

function todo({ findings }: Installed): string[] {
  return findings
    .filter(({ verdict }) => verdict === 'problem')
    .map(({ check, text, do: advice }) =>
      printable(`    ${check}: ${text}${advice === undefined ? '' : `; do: ${advice}`}`),
    );
}

/** For programs: one object. */
export function jsonSummary(all: readonly HostProgress[]): object {
  return {
    ok: all.every(({ outcome }) => outcome && 'installed' in outcome),
    drones: all.map(({ host, outcome }) => {
      const who = { id: host.settings.id, host: host.target.address };
      if (!outcome) return { ...who, ok: false };
      if ('installed' in outcome) return { ...who, ok: true, ...outcome.installed };
      const { step, text, advice, said = [] } = outcome.error.failure;
      return { ...who, ok: false, step, error: text, do: advice, said };
    }),
  };
}
