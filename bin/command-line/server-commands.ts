/** The server, and what commands it: its options, who has access, calls of a running one. */
import { type Command, Option } from 'commander';
import { ctlArguments } from '../../lib/operations/ctl-arguments.js';
import { eventNames } from '../../lib/protocols/tpp/control-protocol.js';
import { ctlActions } from '../../lib/protocols/tpp/ctl-call.js';
import { roles } from '../../lib/security/access/role.js';
import { days, hostPort, port } from './option-values.js';
import { setExitCode, stateOption, subcommand } from './subcommand.js';

export function addServer(program: Command): void {
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
    .action(async (options) => setExitCode(await (await import('../commands/server.js')).runServer(options)));
}

export function addTakeover(program: Command): void {
  subcommand(program, 'takeover', "take the fleet over from another server that has the same fleet's secret")
    .option('--state <dir>', 'state folder of the server that takes over (default ~/.local/state/starling)')
    .action(async (options) =>
      setExitCode(await (await import('../commands/takeover.js')).runTakeover(options)),
    );
}

export function addAccess(program: Command): void {
  const access = program
    .command('access')
    .description('who may command the server: names with a role, a token, a password')
    .exitOverride();
  subcommand(access, 'add', 'give a name a role; prints its token, once')
    .argument('<name>', 'small letters, digits, dashes')
    .addOption(new Option('--role <role>', 'what it may do').choices([...roles]).makeOptionMandatory())
    .option('-o, --output <file>', 'file for the token, mode 600 (default: printed)')
    .option(
      '--bcrypt-hash <hash>',
      "takes an older server's token over, by its hash ($2b$...), in single quotes",
    )
    .option('--expires <days>', 'days after which it may do nothing any more', days)
    .option(...stateOption)
    .action(async (name, options) =>
      setExitCode(await (await import('../commands/access.js')).runAccessAdd(name, options)),
    );
  subcommand(access, 'password', 'give a name a password beside its token')
    .argument('<name>', 'name that was added')
    .option('--password-stdin', 'read it from stdin, the first line')
    .option(...stateOption)
    .action(async (name, options) =>
      setExitCode(await (await import('../commands/access.js')).runAccessPassword(name, options)),
    );
  subcommand(access, 'revoke', 'take away its token and password; a running server knows it at once')
    .argument('<name>', 'name that was added')
    .option(...stateOption)
    .action(async (name, options) =>
      setExitCode(await (await import('../commands/access.js')).runAccessRevoke(name, options)),
    );
  subcommand(access, 'list', 'who has access')
    .option('--json', 'print the list as JSON')
    .option(...stateOption)
    .action(async (options) =>
      setExitCode(await (await import('../commands/access.js')).runAccessList(options)),
    );
}

export function addCtl(program: Command): void {
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
        await (await import('../commands/ctl.js')).runCtlCommand(action, words, {
          ...{ all, json, watch, tokenFile, user, passwordStdin, host, port: at, events, tls, ca, options },
        }),
      );
    },
  );
}

export function addDoctor(program: Command): void {
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
      setExitCode(await (await import('../commands/doctor.js')).runDoctor(side, options)),
    );
}
