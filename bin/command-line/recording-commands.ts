/** What was recorded: played again, and reported. */
import type { Command } from 'commander';
import { count, replaySpeed, timeInto } from './option-values.js';
import { setExitCode, subcommand } from './subcommand.js';

export function addReplay(program: Command): void {
  subcommand(program, 'replay', 'play a recorded session in the panel, or print what happened')
    .argument(
      '[file]',
      "recording (its folder), or a server's state folder: the newest in it (default: of this machine)",
    )
    .option('--speed <x>', 'seconds of the recording in a second, 0.25 to 32', replaySpeed)
    .option('--at <time>', 'begin there: MM:SS or H:MM:SS since the recording began', timeInto)
    .option('--text', 'print it line by line, without a panel; exits with 3 when it was tampered with')
    .option('--json', 'the same, a JSON object a line')
    .action(async (file, options) =>
      setExitCode(await (await import('../commands/replay.js')).runReplay(file, options)),
    );
}

export function addReport(program: Command): void {
  subcommand(program, 'report', 'what became of a flight: one HTML page (on a show: "starling show report")')
    .argument('<session>', "recording (its folder), or a server's state folder: the newest flight in it")
    .option('-o, --output <file>', 'page to write; an older one is replaced')
    .option('--flight <n>', 'which flight of the recording, from 1 (default: the last)', count)
    .option(
      '--logs <dir>',
      "folder of the drones' own flight logs (default: flight-logs, beside the recordings)",
    )
    .option('--json', "print the report's data as one JSON object")
    .option('--mcap <file>', "write the recording's telemetry as MCAP, for Foxglove or PlotJuggler")
    .action(async (session, options) =>
      setExitCode(await (await import('../commands/report.js')).runReport(session, options)),
    );
}
