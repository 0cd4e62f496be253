/** The arguments of all operations as options of one command line. Pure; knows no command-line library. */
import { operationNames, operations } from './catalogue.js';
import type { ArgumentSpec } from './operation.js';

export type CtlArgument = { readonly flags: string; readonly about: string };

/** One option for each name, whichever operations take it: `--delay <value>`, "with start: seconds ...". */
export function ctlArguments(): CtlArgument[] {
  const byName = new Map<string, { spec: ArgumentSpec; actionsByAbout: Map<string, string[]> }>();
  for (const name of operationNames) {
    for (const spec of operations[name].arguments) {
      const known = byName.get(spec.name) ?? { spec, actionsByAbout: new Map<string, string[]>() };
      byName.set(spec.name, known);
      const about = aboutOf(spec);
      known.actionsByAbout.set(about, [...(known.actionsByAbout.get(about) ?? []), name]);
    }
  }
  return [...byName].map(([name, { spec, actionsByAbout }]) => ({
    flags: spec.kind === 'flag' ? `--${name}` : `--${name} <value>`,
    about: [...actionsByAbout].map(([about, actions]) => `with ${actions.join(', ')}: ${about}`).join('; '),
  }));
}

function aboutOf(spec: ArgumentSpec): string {
  const choices = spec.kind === 'choice' ? ` (${spec.choices.join(', ')})` : '';
  return `${spec.about}${choices}${spec.default === undefined ? '' : `; default ${spec.default}`}`;
}
