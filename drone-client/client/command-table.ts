/** Every request and action of a drone in one place, put on an endpoint. Knows messages; does nothing itself. */
import {
  type EmergencyAction,
  emergencyActions,
  parseCommandId,
} from '../../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../../lib/emergency/obeyed-once.js';
import { errorText, NotSupportedError, RefusedError } from '../../lib/errors.js';
import type { Endpoint, Kwargs } from '../../lib/messaging/index.js';
import { softwareRequest, updateCommand } from '../../lib/update/drone-software.js';
import { kwargsOf } from './arguments.js';
import { authorizationCommands } from './authorization-commands.js';
import type { Command } from './command.js';
import { computerCommands } from './computer-commands.js';
import { applyConfig, offsetCommands, rename } from './config-commands.js';
import type { Drone } from './drone.js';
import { Execute } from './execute.js';
import { FileService } from './file-service.js';
import { flightCommands } from './flight-commands.js';
import { infoRequests } from './info-requests.js';
import { ledCommands } from './led-commands.js';
import { maintenanceCommands, maintenanceRequests, type Work } from './maintenance-commands.js';
import { ParameterLoading } from './parameter-loading.js';
import { SoftwareUpdate } from './software-update.js';
import { StandingWork } from './standing-work.js';

/** Said before a landing that a datagram has brought, and heard after it, these would undo it. */
const moving = ['start', 'resume', 'takeoff', 'takeoff_z', 'flip'] as const;

/**
 * Registers everything. A command is a request for a server of ours (`{ok: true}`, or an error with a code) and a
 * plain action for an old one (a refusal is a line in the log). Gives the way to obey a command that came otherwise:
 * `once` knows of both.
 */
export function registerCommands(
  endpoint: Endpoint,
  drone: Drone,
  once = new ObeyedOnce(() => drone.clock.monotonicMs()),
): { obey(what: EmergencyAction): Promise<void> } {
  const files = new FileService(drone);
  const work = new StandingWork();
  const execute = new Execute(drone, work);
  const parameters = new ParameterLoading(drone, files);
  const commands: { [name: string]: Command } = {
    ...flightCommands(drone, files, work),
    ...authorizationCommands(drone, files),
    ...ledCommands(drone),
    ...offsetCommands(drone),
    ...maintenanceCommands(drone, work),
    ...computerCommands({ drone, execute, standing: work }),
    update_animation: () => drone.shows.refresh(),
    test: () => drone.log('info', 'test'),
  };
  const urgent = new Map(emergencyActions.map((what) => [what, commandOf(commands, what)]));
  for (const [what, command] of urgent) commands[what] = onlyOnce(what, command, once);
  for (const name of moving) commands[name] = notOvertaken(name, commandOf(commands, name), once);
  for (const [name, command] of Object.entries(commands)) registerCommand(endpoint, drone, { name, command });
  for (const named of maintenanceRequests(drone, parameters, work)) registerWork(endpoint, drone, named);
  endpoint.requestCallback('load_report', () => parameters.report);
  registerExecute(endpoint, execute);
  registerSoftware(endpoint, new SoftwareUpdate(drone, work));
  registerAction(endpoint, drone, {
    name: 'id',
    command: async (kwargs) => void (await rename(drone, kwargs)),
  });
  registerAction(endpoint, drone, { name: 'config', command: (kwargs) => applyConfig(drone, kwargs) });
  for (const [name, answer] of Object.entries(infoRequests(drone, files))) {
    endpoint.requestCallback(name, (_connection, ...rest) => answer(kwargsOf(rest)));
  }
  endpoint.fileStore(files);
  endpoint.fileCallback((_connection, filepath, content) =>
    files.store(filepath, content).catch((error: unknown) => {
      drone.log('warn', `file "${filepath}" refused: ${errorText(error)}`);
    }),
  );
  return {
    async obey(what) {
      drone.log('info', `${what}: told by datagram`);
      await urgent.get(what)?.({});
      drone.log('info', `${what}: done, told by datagram`);
    },
  };
}

function commandOf(commands: { readonly [name: string]: Command }, name: string): Command {
  return commands[name] ?? notSupported(name);
}

/** A command with an id may have come by datagram already. */
function onlyOnce(what: EmergencyAction, command: Command, once: ObeyedOnce): Command {
  return (kwargs) => {
    const id = kwargs.command;
    if (typeof id !== 'string' || !parseCommandId(id)) return command(kwargs);
    return once.obey({ command: id, what }, 'link', () => command(kwargs));
  };
}

function notOvertaken(name: string, command: Command, once: ObeyedOnce): Command {
  return (kwargs) => {
    if (once.isAheadOfLink)
      throw new RefusedError('overtaken', `${name}: a later command came first by datagram, and counts`);
    return command(kwargs);
  };
}

type Named = { readonly name: string; readonly command: Command };

function registerCommand(endpoint: Endpoint, drone: Drone, named: Named): void {
  registerAction(endpoint, drone, named);
  endpoint.requestCallback(named.name, async (_connection, ...rest) => {
    await perform(drone, named, kwargsOf(rest));
    return { ok: true };
  });
}

function registerAction(endpoint: Endpoint, drone: Drone, named: Named): void {
  endpoint.messageCallback(named.name, (_connection, ...rest) => perform(drone, named, kwargsOf(rest)));
}

/** Does it; the connection itself reports what fails. */
async function perform(drone: Drone, { name, command }: Named, kwargs: Kwargs): Promise<void> {
  const { log, isServerRefused } = drone;
  if (isServerRefused?.())
    throw new RefusedError('superseded', `${name}: this server is no longer in charge of the fleet`);
  await command(kwargs);
  log('info', `${name}: done`);
}

/** An old server is told nothing of it: what the program said is in the log. */
function registerExecute(endpoint: Endpoint, execute: Execute): void {
  endpoint.messageCallback(
    'execute',
    async (_connection, ...rest) => void (await execute.run(kwargsOf(rest))),
  );
  endpoint.requestCallback('execute', (_connection, ...rest) => execute.run(kwargsOf(rest)));
}

/** No old server asks for it: there is no plain action of that name. */
function registerSoftware(endpoint: Endpoint, software: SoftwareUpdate): void {
  endpoint.requestCallback(softwareRequest, () => software.describe());
  endpoint.requestCallback(updateCommand, (_connection, ...rest) => software.update(kwargsOf(rest)));
  void software.resume();
}

/** An old server wants the state afterwards and can not be told an error: a failure is a line in the log. */
function registerWork(endpoint: Endpoint, drone: Drone, { name, work, answer }: Work): void {
  registerAction(endpoint, drone, { name, command: work });
  endpoint.requestCallback(name, async (connection, ...rest) => {
    const done = perform(drone, { name, command: work }, kwargsOf(rest));
    if (connection.hasFeature('errors')) return { ok: true, answer: answer(await succeeded(done)) };
    return answer(
      await done.then(
        () => true,
        (error: unknown) => {
          drone.log('warn', `${name}: ${errorText(error)}`);
          return false;
        },
      ),
    );
  });
}

async function succeeded(done: Promise<void>): Promise<true> {
  await done;
  return true;
}

function notSupported(name: string): Command {
  return () => {
    throw new NotSupportedError(name, 'this drone can not do it yet');
  };
}
