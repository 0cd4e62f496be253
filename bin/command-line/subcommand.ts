/** What subcommands have in common: how they are made, how they end, and options that several of them have. */
import { type Command, Option } from 'commander';

export function subcommand(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).allowExcessArguments(false).exitOverride();
}

export function setExitCode(code: number): void {
  process.exitCode = code;
}

export const stateOption = [
  '--state <dir>',
  "the server's state folder (default ~/.local/state/starling)",
] as const;

export const faultsHelp =
  'what goes wrong, a line each: SECONDS-AFTER-ARMING DRONE FAULT (e.g. 12 drone-3 motor-loss)';

export function linkOption(): Option {
  return new Option('--link <kind>', 'how each client reaches its autopilot; pty needs socat')
    .choices(['udp', 'tcp', 'pty'])
    .default('udp');
}

export function autopilotOption(): Option {
  return new Option('--autopilot <kind>', 'which autopilot is simulated')
    .choices(['px4', 'ardupilot'])
    .default('px4');
}
