/** Fleets that are simulated: drones alone, the demo, rehearsals. */
import { type Command, Option } from 'commander';
import { count, hostPort, integer, port, speed } from './option-values.js';
import { autopilotOption, faultsHelp, linkOption, setExitCode, subcommand } from './subcommand.js';

export function addSim(program: Command): void {
  subcommand(program, 'sim', 'run a simulated fleet: N clients with an autopilot each')
    .requiredOption('--drones <n>', 'how many drones', count)
    .option('--server <host:port>', 'server to connect to (default: found by broadcast)', hostPort)
    .option('--seed <n>', 'seed of the simulation: same seed, same behaviour', integer, 1)
    .option('--fleet <dir>', "state folder of the server on this machine: the drones' keys come from there")
    .option('--open', 'no keys: for a server that is open too')
    .addOption(linkOption())
    .addOption(autopilotOption())
    .option('--faults <file>', faultsHelp)
    .action(async (options) => setExitCode(await (await import('../commands/sim.js')).runSim(options)));
}

export function addDemo(program: Command): void {
  subcommand(program, 'demo', 'server and simulated fleet on this machine, with a sample show')
    .option('--drones <n>', 'how many drones (default: 5, with --show all that it has)', count)
    .option('--show <path>', 'show to fly, of any format (default: a sample show)')
    .option('--headless', 'fly the show from upload to landing without a panel, and report')
    .option('--json', 'with --headless: the report as one JSON object on stdout')
    .option('--port <n>', 'TCP port for the drones (default: any free one)', port)
    .option('--config <file>', 'server configuration (INI), for cues and gateways')
    .option('--gateways <list>', 'open gateways, as with starling server')
    .option('--seed <n>', 'seed of the simulation', integer, 1)
    .addOption(linkOption())
    .addOption(autopilotOption())
    .option('--faults <file>', faultsHelp)
    .option(
      '--state <dir>',
      'an empty folder where recordings, logs and all else stay; default: nothing stays',
    )
    .action(async (options) => setExitCode(await (await import('../commands/demo.js')).runDemo(options)));
}

export function addRehearse(program: Command): void {
  subcommand(program, 'rehearse <show>', 'fly a show by simulated drones, faster than real time, with faults')
    .option('--faults <file>', 'what goes wrong and when; random: something else in each run')
    .option('--seed <n>', 'seed of the first run: same seed, same run', integer, 1)
    .option('--runs <n>', 'how many runs, each with the next seed', count, 1)
    .option('--drones <n>', 'how many drones (default: all that the show has)', count)
    .option('--speed <n>', 'times real time, or max: as fast as this machine can', speed, undefined)
    .option('--jobs <n>', 'runs at the same time (default: one a processor)', count)
    .option('--config <file>', 'server configuration (INI): alerts, gates, losses')
    .addOption(
      new Option('--when-held <answer>', 'what the operator says when the server holds the fleet and asks')
        .choices(['land', 'resume', 'none'])
        .default('land'),
    )
    .option('--journals <dir>', 'keep the journal of each run there')
    .option('--record <dir>', 'keep what is recorded there, for "starling replay" and "starling report"')
    .addOption(autopilotOption())
    .action(async (show, options) =>
      setExitCode(await (await import('../commands/rehearse.js')).runRehearse(show, options)),
    );
}
