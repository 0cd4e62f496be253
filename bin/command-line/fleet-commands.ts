/** Who belongs to the fleet: keys, signed packages, cards of new drones. */
import type { Command } from 'commander';
import { droneId } from './option-values.js';
import { setExitCode, stateOption, subcommand } from './subcommand.js';

export function addFleet(program: Command): void {
  const fleet = program
    .command('fleet')
    .description('who may join the server, and what they may install: the keys of drones')
    .exitOverride();
  subcommand(fleet, 'enroll', 'give a drone a key of its own; a running server knows it at once')
    .argument('<drone_id>', 'name of the drone', droneId)
    .option('-o, --output <file>', 'file for the key (default: printed)')
    .option('--force', 'a new key for a drone that has one, in place of the old key and file')
    .option(...stateOption)
    .action(async (id, options) =>
      setExitCode(await (await import('../commands/fleet.js')).runFleetEnroll(id, options)),
    );
  subcommand(fleet, 'revoke', 'make the key of a drone worthless (lost, stolen); the others keep theirs')
    .argument('<drone_id>', 'name of the drone', droneId)
    .option(...stateOption)
    .action(async (id, options) =>
      setExitCode(await (await import('../commands/fleet.js')).runFleetRevoke(id, options)),
    );
  subcommand(fleet, 'list', 'who is enrolled, and whose key is revoked')
    .option('--json', 'print the list as one JSON object')
    .option(...stateOption)
    .action(async (options) =>
      setExitCode(await (await import('../commands/fleet.js')).runFleetList(options)),
    );
  subcommand(fleet, 'sign', 'allow drones to install a package: writes PACKAGE.deb.sig beside it')
    .argument('<package...>', 'packages starling-drone_VERSION_ARCHITECTURE.deb')
    .option('--older', 'also in place of a newer version')
    .option(...stateOption)
    .action(async (packages, options) =>
      setExitCode(await (await import('../commands/fleet-sign.js')).runFleetSign(packages, options)),
    );
}

export function addProvision(program: Command): void {
  subcommand(program, 'provision', 'from a table of drones, the files for freshly flashed cards of their Pis')
    .argument('<fleet.csv>', 'a row a drone: id, hostname, ssid, wifi_password, country, server, vehicle, …')
    .option('--out <dir>', 'a folder a drone is made there', 'cards')
    .option('--package <path>', "the drone's package, or the folder of several (default dist-packages)")
    .option('--with <files...>', 'packages that it needs and a fresh card does not have')
    .option('--cmdline <file>', "the image's own cmdline.txt, to have it finished in each folder")
    .option('--boot <dir>', 'write to this mounted boot partition, in place of folders')
    .option('--only <id>', 'this drone alone', droneId)
    .option('--force', 'with --boot: even if the card was started already')
    .option(...stateOption)
    .option('--json', 'print the list of cards as one JSON object')
    .action(async (file, options) =>
      setExitCode(await (await import('../commands/provision.js')).runProvision(file, options)),
    );
}
