/** The client of a drone, how a Pi becomes one, and the parameters of its autopilot. */
import type { Command } from 'commander';
import { count, droneId, hostPort } from './option-values.js';
import { faultsHelp, setExitCode, stateOption, subcommand } from './subcommand.js';

export function addDrone(program: Command): void {
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
    .action(async (options) => setExitCode(await (await import('../commands/drone.js')).runDrone(options)));
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
    .option(...stateOption)
    .option('--jobs <n>', 'how many at the same time', count, 4)
    .option('--force', 'install the package even if that version is there')
    .option('--json <file>', 'write what came of it there, as one JSON object')
    .action(async (address, options) =>
      setExitCode(await (await import('../commands/drone-install.js')).runDroneInstall(address, options)),
    );
}

export function addParams(program: Command): void {
  subcommand(program, 'params', "read and change an autopilot's parameters, over its own link")
    .argument('<action>', 'get NAME, set NAME VALUE, list, load FILE, save FILE or diff FILE')
    .argument('[args...]')
    .option('--vehicle <url>', 'autopilot, as for "starling drone"', 'udpin:127.0.0.1:14540')
    .option('--json', 'print the answer as JSON')
    .action(async (action, args, options) =>
      setExitCode(await (await import('../commands/params.js')).runParams({ action, args, ...options })),
    );
}
