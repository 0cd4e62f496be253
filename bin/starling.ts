#!/usr/bin/env node
/** The `starling` command: its subcommands and exit codes. Each loads what it runs only when it is called. */
import { Command, CommanderError } from 'commander';
import { errorText, StarlingError } from '../lib/errors.js';
import { addDrone, addParams } from './command-line/drone-commands.js';
import { addFleet, addProvision } from './command-line/fleet-commands.js';
import { addReplay, addReport } from './command-line/recording-commands.js';
import { addAccess, addCtl, addDoctor, addServer, addTakeover } from './command-line/server-commands.js';
import { addShow } from './command-line/show-commands.js';
import { addDemo, addRehearse, addSim } from './command-line/simulation-commands.js';
import { subcommand } from './command-line/subcommand.js';
import { version } from './version.js';

/** 0 done, 1 failed, 2 called wrongly (arguments, configuration, files), 3 no server. */
const wrongCall = 2;

/** Codes of errors that mean: the caller must change what was asked for. */
const callerErrorCodes = new Set(['usage', 'bad_config', 'bad_show']);

function buildProgram(): Command {
  const program = new Command('starling');
  program
    .description('Ground control and on-board software for drone light shows')
    .version(version)
    // Options belong to the command that they stand behind: "drone" and "drone install" both have an --id.
    .enablePositionalOptions()
    .showHelpAfterError('(starling --help lists the commands and their options)')
    .exitOverride();
  addServer(program);
  addDrone(program);
  addSim(program);
  addDemo(program);
  addRehearse(program);
  addReplay(program);
  addReport(program);
  addParams(program);
  addShow(program);
  addFleet(program);
  addProvision(program);
  addTakeover(program);
  addAccess(program);
  addCtl(program);
  addDoctor(program);
  addCompletion(program);
  return program;
}

function addCompletion(program: Command): void {
  subcommand(program, 'completion', 'print a script that completes words: source <(starling completion bash)')
    .argument('<shell>', 'bash or zsh')
    .action(async (shell) => {
      const { completionScript } = await import('./commands/completion.js');
      process.stdout.write(completionScript(shell, program));
    });
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : wrongCall;
  } else {
    process.stderr.write(`starling: ${errorText(error)}\n`);
    const isCallers = error instanceof StarlingError && callerErrorCodes.has(error.code);
    process.exitCode = isCallers ? wrongCall : 1;
  }
}
