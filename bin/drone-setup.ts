#!/usr/bin/env node
/** The `starling-drone-setup` command: configures a Raspberry Pi for the drone's client, and takes it back. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { readInput } from '../drone-client/setup/adapters/read-input.js';
import { runSetup, runUndo } from '../drone-client/setup/adapters/run-setup.js';
import { reportJson, reportLines } from '../drone-client/setup/report.js';
import { type RawWishes, readWishes, type Wishes } from '../drone-client/setup/wishes.js';
import { ConfigError, errorCode, errorText, UsageError } from '../lib/errors.js';
import { printable } from '../lib/printable.js';
import { version } from './version.js';

/** 0 done, 1 failed, 2 called wrongly. */
const failed = 1;
const wrongCall = 2;

type Options = Omit<RawWishes, 'key' | 'password'> & {
  readonly enroll?: string;
  readonly wifiPasswordFile?: string;
  readonly wifiOpen?: true;
  readonly dryRun?: true;
  readonly undo?: true;
  readonly force?: true;
  readonly root: string;
  readonly json?: true;
};

const program = new Command('starling-drone-setup')
  .description(
    'Configures this Raspberry Pi for the client of a drone; run it again at any time, or --undo it',
  )
  .version(version)
  .option('--id <id>', 'name of the drone (default: that of the key)')
  .option('--enroll <file>', 'the key that "starling fleet enroll" made; - is stdin')
  .option('--server <host[:port]>', 'the ground server, asked when none is heard')
  .option('--ssid <ssid>', 'Wi-Fi network to join')
  .option('--wifi-password-file <file>', 'its password; - is stdin')
  .option('--wifi-open', 'it has no password')
  .option('--country <cc>', 'country of the radio, as DE or US: without one the radio stays off')
  .option('--hostname <name>', 'name of this computer')
  .option('--vehicle <url>', 'the autopilot, as serial:/dev/serial0:921600 or serial:/dev/autopilot')
  .option('--no-uart', 'leave the serial line on the pins, and its console, as they are')
  .option('--no-spi', 'leave the SPI bus as it is')
  .addOption(
    new Option('--time <whose>', "chrony's clock: the server's, or as it was").choices(['server', 'own']),
  )
  .option('--open', 'a fleet without keys: whoever is on the network may command this drone')
  .option('--dry-run', 'say what would change, and change nothing')
  .option('--undo', 'put everything back as it was before the first setup')
  .option(
    '--force',
    'with --undo: files too that somebody else has changed since; also on a disk that keeps nothing',
  )
  .option('--root <dir>', 'set up the system in this folder, not the running one', '/')
  .option('--json', 'print the result as one JSON object')
  .allowExcessArguments(false)
  .showHelpAfterError('(starling-drone-setup --help lists the options)')
  .exitOverride();

async function main(options: Options): Promise<void> {
  const settings = {
    root: existsSync(options.root) ? realpathSync(options.root) : resolve(options.root),
    isDryRun: options.dryRun === true,
    isForced: options.force === true,
  };
  const { report: done, snapshot } = options.undo
    ? await runUndo(settings)
    : await runSetup(wishesOf(options), settings);
  const report = { ...done, notes: [...done.notes, ...copyNotes(options)] };
  process.stdout.write(
    options.json
      ? reportJson(report)
      : reportLines(report, snapshot)
          .map((line) => `${line}\n`)
          .join(''),
  );
  if (!report.isOk) process.exitCode = failed;
}

/** What is in /run is gone with the power, and whoever put it there sees to it. */
function copyNotes({ enroll = '-', dryRun, undo }: Options): string[] {
  const isKept = enroll !== '-' && !resolve(enroll).startsWith('/run/') && !dryRun && !undo;
  return isKept ? [`${enroll} is a copy of the key: whoever has it can pass for this drone; delete it`] : [];
}

/** A key that is none was the wrong one to give. */
function wishesOf(options: Options): Wishes {
  try {
    return readWishes(rawWishes(options));
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(errorText(error)) : error;
  }
}

function rawWishes({ enroll, wifiPasswordFile, ...rest }: Options): RawWishes {
  if (enroll === '-' && wifiPasswordFile === '-')
    throw new UsageError('--enroll - and --wifi-password-file -: only one of them can be stdin');
  return {
    ...rest,
    ...(enroll !== undefined && { key: { text: readInput(enroll, '--enroll'), path: enroll } }),
    ...(wifiPasswordFile !== undefined && { password: readInput(wifiPasswordFile, '--wifi-password-file') }),
  };
}

/** What goes with --undo: nothing is set at the same time. */
function refuseMixed(options: Options): void {
  const { id, enroll, server, country, hostname, vehicle, time, open } = options;
  const { ssid, wifiPasswordFile, wifiOpen } = options;
  const wifi = ssid ?? wifiPasswordFile ?? wifiOpen;
  const given = { id, enroll, server, wifi, country, hostname, vehicle, time, open };
  if (options.undo && Object.values(given).some((value) => value !== undefined))
    throw new UsageError('--undo stands alone, with --dry-run, --force, --root or --json');
}

function wordsOf(error: unknown): string {
  return errorText(error).split('\n').map(printable).join('\n');
}

try {
  program.parse();
  refuseMixed(program.opts<Options>());
  await main(program.opts<Options>());
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : wrongCall;
  else {
    const code = errorCode(error);
    if (program.opts<Options>().json)
      process.stdout.write(`${JSON.stringify({ ok: false, error: { code, text: wordsOf(error) } })}\n`);
    else process.stderr.write(`starling-drone-setup: ${wordsOf(error)}\n`);
    process.exitCode = code === 'usage' ? wrongCall : failed;
  }
}
