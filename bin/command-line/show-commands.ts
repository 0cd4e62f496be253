/** Show files: looked at, checked, converted, played. */
import { type Command, Option } from 'commander';
import { rate } from './option-values.js';
import { setExitCode, subcommand } from './subcommand.js';

export function addShow(program: Command): void {
  const show = program.command('show').description('look at, check and convert show files').exitOverride();
  const limits = [
    '--limits <file>',
    'limits to keep (JSON; default: those of the show, then safe ones)',
  ] as const;
  subcommand(show, 'check', 'check a show against limits; exits with 1 when one is broken')
    .argument('<path>', 'show: a folder or file of any known format')
    .option(...limits)
    .option('--json', 'print the result as one JSON object')
    .action(async (path, options) =>
      setExitCode(await (await import('../commands/show-check.js')).runShowCheck(path, options)),
    );
  subcommand(show, 'info', 'what a show is: stages, extents and speeds of each drone')
    .argument('<path>', 'show')
    .action(async (path) => setExitCode(await (await import('../commands/show-info.js')).runShowInfo(path)));
  subcommand(show, 'report', 'one HTML page on a show before it is flown, to print and to hand over')
    .argument('<path>', 'show')
    .requiredOption('-o, --output <file>', 'page to write; an older one is replaced')
    .option(...limits)
    .action(async (path, options) =>
      setExitCode(await (await import('../commands/show-report.js')).runShowReport(path, options)),
    );
  addShowConvert(show);
  subcommand(show, 'preview', 'play a show in the terminal')
    .argument('<path>', 'show')
    .action(async (path) =>
      setExitCode(await (await import('../commands/show-preview.js')).runShowPreview(path)),
    );
}

function addShowConvert(show: Command): void {
  const targets = ['star', 'clever-show', 'skyc', 'skybrush-csv'];
  subcommand(show, 'convert', 'write a show in another format')
    .argument('<in>', 'show')
    .argument('<out>', 'NAME.star, NAME.skyc, NAME.zip, or a folder for one CSV file a drone')
    .addOption(new Option('--to <format>', "format (default: by OUT's ending)").choices(targets))
    .option('--rate <hz>', 'samples per second of the CSV formats', rate)
    .option('--force', 'replace what is there')
    .action(async (input, output, options) =>
      setExitCode(await (await import('../commands/show-convert.js')).runShowConvert(input, output, options)),
    );
}
