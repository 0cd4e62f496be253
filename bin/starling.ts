#!/usr/bin/env node
/** The `starling` command: subcommands and exit codes. Composes the two sides, and imports only the one it needs. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { errorText, StarlingError } from '../lib/errors.js';
import { ctlArguments } from '../lib/operations/ctl-arguments.js';
import { eventNames } from '../lib/protocols/tpp/control-protocol.js';
import { ctlActions } from '../lib/protocols/tpp/ctl-call.js';
import { roles } from '../lib/security/access/role.js';
import { enrolledIdPattern } from '../lib/security/keys.js';
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

function addServer(program: Command): void {
  subcommand(program, 'server', 'run the ground server, with its control panel')
    .option('--config <file>', 'server configuration (INI)')
    .option('--port <n>', 'TCP port for drones (default: [SERVER] port, 25000)', port)
    .option(
      '--bind <address>',
      'address to listen on; a loopback address also keeps discovery on this machine',
    )
    .option('--control-port <n>', 'TCP port of the control port (default 9876)', port)
    .option(
      '--control-bind <address>',
      'address of the control port (default: [CONTROL] bind, 127.0.0.1); all but loopback takes TLS only',
    )
    .option(
      '--gateways <list>',
      'open gateways: all, or cloudlink:3000,wevis:12121,lacewing:6121,native:25100 (default: [GATEWAYS] listen)',
    )
    .option('--headless', 'no panel: log lines on stdout, control by "starling ctl"')
    .option('--open', 'let in drones without a key too, which prove nothing (for old fleets)')
    .option('--show <path>', 'show to load: a folder of CSV files, .star, .skyc, .zip or .vviz')
    .option('--state <dir>', 'folder of token, keys and log (default ~/.local/state/starling)')
    .action(async (options) => setExitCode(await (await import('./commands/server.js')).runServer(options)));
}

function addDrone(program: Command): void {
  const drone = subcommand(program, 'drone', 'run the client of one drone (on its Raspberry Pi)')
    .option('--config <file>', 'drone configuration (INI)')
    .option(
      '--server <host:port>',
      'server to connect to (default: configured, then found by broadcast)',
      hostPort,
    )
    .option('--id <id>', 'name of this drone (default: configured, the host name)')
    .option(
      '--vehicle <url>',
      'autopilot: serial:DEVICE[:RATE], udp:HOST:PORT, udpin:[HOST:]PORT, tcp:HOST:PORT or sim:',
      'udpin:127.0.0.1:14540',
    )
    .option('--faults <file>', `with sim: ${faultsHelp}`)
    .option('--signing-key <file>', 'key that signs MAVLink: 64 hexadecimal digits or a passphrase')
    .option(
      '--key <file>',
      'key that "starling fleet enroll" made (default: drone.key.json in the data folder)',
    )
    .option('--open', 'obey servers that prove nothing (old fleets); needed where there is no key')
    .option('--data <dir>', 'folder of the animation and other received files')
    .action(async (options) => setExitCode(await (await import('./commands/drone.js')).runDrone(options)));
  addDroneInstall(drone);
}

function addDroneInstall(drone: Command): void {
  subcommand(drone, 'install', 'bring a Pi in over SSH: package, key and configuration; or many of them')
    .argument('[user@host]', 'the Pi, as ssh takes it')
    .option('--id <id>', 'name of the drone', droneId)
    .option('--fleet <file>', 'many: a line each, USER@HOST ID key=value..., or a table (.csv)')
    .option('--package <path>', "the drone's package, or the folder of several (default dist-packages)")
    .option('--server <host:port>', 'the server that it asks')
    .option('--vehicle <url>', 'its autopilot, as for "starling drone"')
    .option('--ssid <name>', 'a Wi-Fi network that it joins')
    .option('--wifi-password-file <file>', 'with --ssid: the first line is its password')
    .option('--wifi-open', 'with --ssid: it has no password')
    .option('--country <code>', 'where its radio is: two capital letters')
    .option('--hostname <name>', 'name of the Pi on the network')
    .option('--port <n>', 'port of its SSH')
    .option('--identity <file>', 'private key for SSH (default: those that ssh finds)')
    .option('--accept-new-host-keys', 'trust computers that ssh has never seen; changed keys are refused')
    .option('--sudo-password-stdin', 'take the password for sudo there from stdin, the first line')
    .option('--state <dir>', "the server's state folder (default ~/.local/state/starling)")
    .option('--jobs <n>', 'how many at the same time', count, 4)
    .option('--force', 'install the package even if that version is there')
    .option('--json <file>', 'write what came of it there, as one JSON object')
    .action(async (address, options) =>
      setExitCode(await (await import('./commands/drone-install.js')).runDroneInstall(address, options)),
    );
}

function addSim(program: Command): void {
  subcommand(program, 'sim', 'run a simulated fleet: N clients with an autopilot each')
    .requiredOption('--drones <n>', 'how many drones', count)
    .option('--server <host:port>', 'server to connect to (default: found by broadcast)', hostPort)
    .option('--seed <n>', 'seed of the simulation: same seed, same behaviour', integer, 1)
    .option('--fleet <dir>', "state folder of the server on this machine: the drones' keys come from there")
    .option('--open', 'no keys: for a server that is open too')
    .addOption(linkOption())
    .addOption(autopilotOption())
    .option('--faults <file>', faultsHelp)
    .action(async (options) => setExitCode(await (await import('./commands/sim.js')).runSim(options)));
}

function addDemo(program: Command): void {
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
    .action(async (options) => setExitCode(await (await import('./commands/demo.js')).runDemo(options)));
}

function addRehearse(program: Command): void {
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
      setExitCode(await (await import('./commands/rehearse.js')).runRehearse(show, options)),
    );
}

function addReplay(program: Command): void {
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
      setExitCode(await (await import('./commands/replay.js')).runReplay(file, options)),
    );
}

function addReport(program: Command): void {
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
      setExitCode(await (await import('./commands/report.js')).runReport(session, options)),
    );
}

const faultsHelp =
  'what goes wrong, a line each: SECONDS-AFTER-ARMING DRONE FAULT (e.g. 12 drone-3 motor-loss)';

function linkOption(): Option {
  return new Option('--link <kind>', 'how each client reaches its autopilot; pty needs socat')
    .choices(['udp', 'tcp', 'pty'])
    .default('udp');
}

function autopilotOption(): Option {
  return new Option('--autopilot <kind>', 'which autopilot is simulated')
    .choices(['px4', 'ardupilot'])
    .default('px4');
}

function addParams(program: Command): void {
  subcommand(program, 'params', "read and change an autopilot's parameters, over its own link")
    .argument('<action>', 'get NAME, set NAME VALUE, list, load FILE, save FILE or diff FILE')
    .argument('[args...]')
    .option('--vehicle <url>', 'autopilot, as for "starling drone"', 'udpin:127.0.0.1:14540')
    .option('--json', 'print the answer as JSON')
    .action(async (action, args, options) =>
      setExitCode(await (await import('./commands/params.js')).runParams({ action, args, ...options })),
    );
}

function addShow(program: Command): void {
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
      setExitCode(await (await import('./commands/show-check.js')).runShowCheck(path, options)),
    );
  subcommand(show, 'info', 'what a show is: stages, extents and speeds of each drone')
    .argument('<path>', 'show')
    .action(async (path) => setExitCode(await (await import('./commands/show-info.js')).runShowInfo(path)));
  subcommand(show, 'report', 'one HTML page on a show before it is flown, to print and to hand over')
    .argument('<path>', 'show')
    .requiredOption('-o, --output <file>', 'page to write; an older one is replaced')
    .option(...limits)
    .action(async (path, options) =>
      setExitCode(await (await import('./commands/show-report.js')).runShowReport(path, options)),
    );
  addShowConvert(show);
  subcommand(show, 'preview', 'play a show in the terminal')
    .argument('<path>', 'show')
    .action(async (path) =>
      setExitCode(await (await import('./commands/show-preview.js')).runShowPreview(path)),
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
      setExitCode(await (await import('./commands/show-convert.js')).runShowConvert(input, output, options)),
    );
}

function addFleet(program: Command): void {
  const fleet = program
    .command('fleet')
    .description('who may join the server, and what they may install: the keys of drones')
    .exitOverride();
  const state = ['--state <dir>', "the server's state folder (default ~/.local/state/starling)"] as const;
  subcommand(fleet, 'enroll', 'give a drone a key of its own; a running server knows it at once')
    .argument('<drone_id>', 'name of the drone', droneId)
    .option('-o, --output <file>', 'file for the key (default: printed)')
    .option('--force', 'a new key for a drone that has one, in place of the old key and file')
    .option(...state)
    .action(async (id, options) =>
      setExitCode(await (await import('./commands/fleet.js')).runFleetEnroll(id, options)),
    );
  subcommand(fleet, 'revoke', 'make the key of a drone worthless (lost, stolen); the others keep theirs')
    .argument('<drone_id>', 'name of the drone', droneId)
    .option(...state)
    .action(async (id, options) =>
      setExitCode(await (await import('./commands/fleet.js')).runFleetRevoke(id, options)),
    );
  subcommand(fleet, 'list', 'who is enrolled, and whose key is revoked')
    .option('--json', 'print the list as one JSON object')
    .option(...state)
    .action(async (options) =>
      setExitCode(await (await import('./commands/fleet.js')).runFleetList(options)),
    );
  subcommand(fleet, 'sign', 'allow drones to install a package: writes PACKAGE.deb.sig beside it')
    .argument('<package...>', 'packages starling-drone_VERSION_ARCHITECTURE.deb')
    .option('--older', 'also in place of a newer version')
    .option(...state)
    .action(async (packages, options) =>
      setExitCode(await (await import('./commands/fleet-sign.js')).runFleetSign(packages, options)),
    );
}

function addProvision(program: Command): void {
  subcommand(program, 'provision', 'from a table of drones, the files for freshly flashed cards of their Pis')
    .argument('<fleet.csv>', 'a row a drone: id, hostname, ssid, wifi_password, country, server, vehicle, …')
    .option('--out <dir>', 'a folder a drone is made there', 'cards')
    .option('--package <path>', "the drone's package, or the folder of several (default dist-packages)")
    .option('--with <files...>', 'packages that it needs and a fresh card does not have')
    .option('--cmdline <file>', "the image's own cmdline.txt, to have it finished in each folder")
    .option('--boot <dir>', 'write to this mounted boot partition, in place of folders')
    .option('--only <id>', 'this drone alone', droneId)
    .option('--force', 'with --boot: even if the card was started already')
    .option('--state <dir>', "the server's state folder (default ~/.local/state/starling)")
    .option('--json', 'print the list of cards as one JSON object')
    .action(async (file, options) =>
      setExitCode(await (await import('./commands/provision.js')).runProvision(file, options)),
    );
}

function addAccess(program: Command): void {
  const access = program
    .command('access')
    .description('who may command the server: names with a role, a token, a password')
    .exitOverride();
  const state = ['--state <dir>', "the server's state folder (default ~/.local/state/starling)"] as const;
  subcommand(access, 'add', 'give a name a role; prints its token, once')
    .argument('<name>', 'small letters, digits, dashes')
    .addOption(new Option('--role <role>', 'what it may do').choices([...roles]).makeOptionMandatory())
    .option('-o, --output <file>', 'file for the token, mode 600 (default: printed)')
    .option(
      '--bcrypt-hash <hash>',
      "takes an older server's token over, by its hash ($2b$...), in single quotes",
    )
    .option('--expires <days>', 'days after which it may do nothing any more', days)
    .option(...state)
    .action(async (name, options) =>
      setExitCode(await (await import('./commands/access.js')).runAccessAdd(name, options)),
    );
  subcommand(access, 'password', 'give a name a password beside its token')
    .argument('<name>', 'name that was added')
    .option('--password-stdin', 'read it from stdin, the first line')
    .option(...state)
    .action(async (name, options) =>
      setExitCode(await (await import('./commands/access.js')).runAccessPassword(name, options)),
    );
  subcommand(access, 'revoke', 'take away its token and password; a running server knows it at once')
    .argument('<name>', 'name that was added')
    .option(...state)
    .action(async (name, options) =>
      setExitCode(await (await import('./commands/access.js')).runAccessRevoke(name, options)),
    );
  subcommand(access, 'list', 'who has access')
    .option('--json', 'print the list as JSON')
    .option(...state)
    .action(async (options) =>
      setExitCode(await (await import('./commands/access.js')).runAccessList(options)),
    );
}

function addTakeover(program: Command): void {
  subcommand(program, 'takeover', "take the fleet over from another server that has the same fleet's secret")
    .option('--state <dir>', 'state folder of the server that takes over (default ~/.local/state/starling)')
    .action(async (options) =>
      setExitCode(await (await import('./commands/takeover.js')).runTakeover(options)),
    );
}

function addCtl(program: Command): void {
  const ctl = subcommand(program, 'ctl', 'command a running server')
    .argument('<action>', ctlActions.join(', '))
    .argument('[words...]', 'the action\'s own arguments, then drones: ids, 1-20, "not ready", @group')
    .option('--all', 'every drone')
    .option('--json', 'print the answer as JSON')
    .option('--watch [s]', 'ask list or status again every so many seconds (default 1), until Ctrl-C')
    .option('--token-file <file>', 'file of the control token (default: the one that the server made)')
    .option('--user <name>', "who asks, with a password in the token's place (asked for)")
    .option('--password-stdin', 'with --user: read the password from stdin, the first line')
    .option('--events <types>', `with stream: ${eventNames.join(', ')}; commas between; printed as JSON`)
    .option('--host <host>', 'host of the control port; any but this machine in TLS', '127.0.0.1')
    .option('--tls', "TLS with the server's certificate in place of the token's key")
    .option('--ca <file>', 'with --tls: who is trusted to have signed that certificate (PEM)')
    .option('--port <n>', 'port of the control port', port, 9876);
  for (const { flags, about } of ctlArguments()) ctl.option(flags, about);
  ctl.action(
    async (action, words, { all, json, watch, tokenFile, user, passwordStdin, host, port: at, ...more }) => {
      const { events, tls, ca, ...options } = more;
      setExitCode(
        await (await import('./commands/ctl.js')).runCtlCommand(action, words, {
          ...{ all, json, watch, tokenFile, user, passwordStdin, host, port: at, events, tls, ca, options },
        }),
      );
    },
  );
}

function addDoctor(program: Command): void {
  subcommand(program, 'doctor', 'check what a drone or a server needs here, and say what to do; 1: problems')
    .argument('[side]', 'drone or server (default: by the options, else by what is installed here)')
    .option('--config <file>', 'its configuration (INI)')
    .option('--open', 'it is started with --open: no keys')
    .option('--state <dir>', 'server: its state folder (default ~/.local/state/starling)')
    .option('--control-port <n>', 'server: TCP port of the control port (default 9876)', port)
    .option('--data <dir>', 'drone: folder of the animation and other received files')
    .option('--key <file>', 'drone: its key (default: drone.key.json in the data folder)')
    .option(
      '--server <host:port>',
      'drone: the server (default: configured, or found by broadcast)',
      hostPort,
    )
    .option('--vehicle <url>', 'drone: its autopilot, as for "starling drone"')
    .option('--json', 'print the findings as one JSON object')
    .action(async (side, options) =>
      setExitCode(await (await import('./commands/doctor.js')).runDoctor(side, options)),
    );
}

function addCompletion(program: Command): void {
  subcommand(program, 'completion', 'print a script that completes words: source <(starling completion bash)')
    .argument('<shell>', 'bash or zsh')
    .action(async (shell) => {
      const { completionScript } = await import('./commands/completion.js');
      process.stdout.write(completionScript(shell, program));
    });
}

function subcommand(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).allowExcessArguments(false).exitOverride();
}

function setExitCode(code: number): void {
  process.exitCode = code;
}

function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(text);
}

/** Undefined: as fast as can be. */
function speed(text: string): number | undefined {
  if (text === 'max') return undefined;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(value >= 0.01 && value <= 1000))
    throw new InvalidArgumentError('max, or a number from 0.01 to 1000 is expected.');
  return value;
}

function port(text: string): number {
  const value = integer(text);
  if (value < 0 || value > 65_535)
    throw new InvalidArgumentError('a port from 0 (any free one) to 65535 is expected.');
  return value;
}

function droneId(text: string): string {
  if (!enrolledIdPattern.test(text))
    throw new InvalidArgumentError('1 to 63 small letters, digits and dashes are expected, no dash first.');
  return text;
}

function count(text: string): number {
  const value = integer(text);
  if (value < 1 || value > 1000) throw new InvalidArgumentError('a number from 1 to 1000 is expected.');
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 3650))
    throw new InvalidArgumentError('days above 0, at most 3650, are expected.');
  return value;
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 1 && value <= 100))
    throw new InvalidArgumentError('samples per second from 1 to 100 are expected.');
  return value;
}

function replaySpeed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0.25 && value <= 32))
    throw new InvalidArgumentError('a number from 0.25 to 32 is expected.');
  return value;
}

/** Ms of `90`, `1:30` or `1:02:30`. */
function timeInto(text: string): number {
  if (!/^\d{1,6}(:[0-5]\d){0,2}(\.\d+)?$/.test(text))
    throw new InvalidArgumentError('MM:SS or H:MM:SS is expected.');
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}

function hostPort(text: string): { host: string; port: number } {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const value = Number(match?.[2]);
  if (!match?.[1] || value < 1 || value > 65_535) throw new InvalidArgumentError('HOST:PORT is expected.');
  return { host: match[1].replace(/^\[|\]$/g, ''), port: value };
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
