/** Can a port be had that is wanted, and who has it? Pure: what the system says is an argument. */
import { type Finding, ok, problem } from './finding.js';

/** What the system says when somebody wants to listen there, as its error code; undefined: it can be had. */
export type PortState = {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly refusal: string | undefined;
  readonly refusalText?: string | undefined;
  /** Who has it, as far as this user may see. */
  readonly holder: Holder | undefined;
};

/** A running program. */
export type Holder = { readonly pid: number; readonly command: string };

export type PortUse = {
  readonly check: string;
  /** Where another one is chosen. */
  readonly option: string;
  /** Said when our own running program has it; undefined: it does not run, or has another port. */
  readonly own: string | undefined;
};

/** Who holds a port or a device, for people. */
export function holderText(holder: Holder | undefined): string {
  return holder
    ? `${holder.command.slice(0, 60)} (process ${holder.pid})`
    : 'a program that this user may not see';
}

/** Whether a program is one of ours: `drone`, `server`. */
export function isStarling(holder: Holder | undefined, subcommand: string): boolean {
  return holder !== undefined && new RegExp(`starling(\\.js)? ${subcommand}\\b`).test(holder.command);
}

export function judgePort(state: PortState, { check, option, own }: PortUse): Finding {
  const { port, protocol, refusal, refusalText, holder } = state;
  const name = `${protocol} ${port}`;
  if (refusal === undefined) return ok(check, `${name} is free`);
  if (refusal === 'EADDRINUSE') {
    if (own !== undefined) return ok(check, `${name} is held by ${own}`);
    const see = holder ? 'end it' : `find it with "sudo ss -lnp | grep :${port}" and end it`;
    return problem(
      check,
      `${name} is taken by ${holderText(holder)}`,
      `${see}, or choose another: ${option}`,
    );
  }
  if (refusal === 'EACCES')
    return problem(check, `${name} needs privileges`, `choose one above 1023: ${option}`);
  return problem(check, `${name} can not be opened: ${refusalText ?? refusal}`, `choose another: ${option}`);
}
