/** Sends configurations to drones, copies one, and saves them. Knows messages and the port to the disk; no options. */
import { Buffer } from 'node:buffer';
import { parseIni, type WireObject, type WireValue } from '../../lib/config/index.js';
import { ConfigError, errorCode, RefusedError } from '../../lib/errors.js';
import type { ConnectionManager, Json } from '../../lib/messaging/index.js';
import type { CommandResult } from '../fleet/drone-record.js';
import { type Outcome, sendCommand } from '../show-control/send-command.js';
import {
  documentToWire,
  expectAllowed,
  isKnownTo,
  isOfItsFile,
  isPrivate,
  merge,
  namesOf,
  type OptionPath,
  pathsOf,
  pick,
  readConfigAnswer,
  wireToIni,
} from './config-parts.js';
import { askEach, type FileContext, refuseAll, type Told } from './file-context.js';
import { saveFor } from './save-for.js';

type Ids = readonly string[];
type Mode = 'modify' | 'rewrite';

const timeoutMs = 15_000;

/** It goes as one message, which whatever is urgent may have to wait for. A whole configuration has some 10 KiB. */
const maxConfigBytes = 48 * 1024;
const maxMessageBytes = 128 * 1024;

export type SendConfigJob = {
  readonly ids: Ids;
  readonly path: string;
  readonly mode: Mode;
  readonly isPrivateToo: boolean;
};

/** Sets the options of a file of this machine on drones, each checked by the drone's own specification if it sends one. */
export async function sendConfig(context: FileContext, job: SendConfigJob): Promise<CommandResult[]> {
  const { ids, path, mode, isPrivateToo } = job;
  const action = 'send_config';
  try {
    const text = new TextDecoder().decode(await context.disk.read(path, maxConfigBytes));
    const given = documentToWire(parseIni(text, path));
    const keep = (option: OptionPath) => !isOfItsFile(option) && (isPrivateToo || !isPrivate(option));
    const said = pick(given, keep);
    const leftOut = pathsOf(given).filter((option) => !keep(option));
    if (pathsOf(said).length === 0) throw new ConfigError(`${path}: there is no option in it to be sent`);
    return await askEach(context, { action, ids }, async (_id, link) => {
      const { config, spec } = await presentOf(link, mode);
      if (spec) expectAllowed(said, path, spec);
      const unknown = spec ? pathsOf(said).filter((option) => !isKnownTo(spec)(option)) : [];
      const own =
        mode === 'rewrite' ? pick(config, (option) => isPrivate(option) || isOfItsFile(option)) : {};
      const outcome = await put(link, merge(own, said), mode);
      return described(outcome, { count: pathsOf(said).length, leftOut, unknown });
    });
  } catch (error) {
    return refuseAll(context, { action, ids }, error);
  }
}

/** Sets one option, `SECTION/name` or a root option's name, given as it would stand in a file. */
export async function setOption(
  context: FileContext,
  ids: Ids,
  { option, value }: { readonly option: string; readonly value: string },
): Promise<CommandResult[]> {
  const action = 'set_option';
  try {
    const path = option.split('/');
    if (isOfItsFile(path)) throw new ConfigError(`${option}: a drone takes that from its own file alone`);
    if (option === 'id') throw new ConfigError('id: a drone is renamed by rename');
    const said = documentToWire(parseIni(iniOf(path, value), option));
    if (JSON.stringify(pathsOf(said)) !== JSON.stringify([path]))
      throw new ConfigError(`${option}: that is not the name and the value of one option`);
    return await askEach(context, { action, ids }, async (_id, link) => {
      const { spec } = await presentOf(link, 'modify');
      if (spec && !isKnownTo(spec)(path))
        throw new RefusedError('bad_config', `it has no option ${option}: get_config saves all that it has`);
      if (spec) expectAllowed(said, option, spec);
      return put(link, said, 'modify');
    });
  } catch (error) {
    return refuseAll(context, { action, ids }, error);
  }
}

/** The lines of a file that say it. */
function iniOf(path: OptionPath, value: string): string {
  const sections = path
    .slice(0, -1)
    .map((name, depth) => `${'['.repeat(depth + 1)}${name}${']'.repeat(depth + 1)}`);
  return [...sections, `${path.at(-1) ?? ''} = ${value}`, ''].join('\n');
}

/** Sets drones as another one is set; what is a drone's own, or not known to it, stays out. */
export async function copyConfig(context: FileContext, ids: Ids, from: string): Promise<CommandResult[]> {
  const action = 'copy_config';
  try {
    const source = context.connection(from);
    if (!source)
      throw new RefusedError('unreachable', `${from}, which is to be copied from, is not connected`);
    const { config } = await ask(source, false);
    const shared = pick(config, (option) => !isOfItsFile(option) && !isPrivate(option));
    return await askEach(context, { action, ids }, async (id, link): Promise<Told> => {
      if (id === from) return { ok: true, code: 'unchanged', message: 'it is the one that is copied' };
      const { spec } = await presentOf(link, 'modify');
      const said = spec ? pick(shared, isKnownTo(spec)) : shared;
      if (spec) expectAllowed(said, `the configuration of ${from}`, spec);
      const unknown = pathsOf(shared).filter((option) => spec && !isKnownTo(spec)(option));
      const outcome = await put(link, said, 'modify');
      return described(outcome, { count: pathsOf(said).length, leftOut: [], unknown });
    });
  } catch (error) {
    return refuseAll(context, { action, ids }, error);
  }
}

/** Saves each drone's configuration, defaults filled in, as a file of this machine. */
export function saveConfigs(
  context: FileContext,
  ids: Ids,
  into: string | undefined,
): Promise<CommandResult[]> {
  return askEach(context, { action: 'get_config', ids }, async (id, link) => {
    const { config } = await ask(link, false);
    const text = wireToIni(config, `the configuration of ${id}`);
    return saveFor(context, id, { name: 'config.ini', into, content: new TextEncoder().encode(text) });
  });
}

async function ask(link: ConnectionManager, withSpec: boolean) {
  const options = { kwargs: { send_configspec: withSpec }, timeoutMs };
  return readConfigAnswer(await link.getResponse('config', options));
}

/** To change a part of it nothing has to be known of what is there. */
async function presentOf(link: ConnectionManager, mode: Mode) {
  try {
    return await ask(link, true);
  } catch (error) {
    const isSilent = errorCode(error) === 'timeout' || errorCode(error) === 'bad_answer';
    if (mode === 'rewrite' || !isSilent) throw error;
    return { config: {}, spec: undefined };
  }
}

async function put(link: ConnectionManager, config: WireObject, mode: Mode): Promise<Outcome> {
  if (Buffer.byteLength(JSON.stringify(config)) > maxMessageBytes)
    return { ok: false, code: 'bad_config', message: `it is larger than ${maxMessageBytes} bytes: not sent` };
  const kwargs = { config: asJson(config), mode };
  return sendCommand(link, { action: 'config', kwargs, lane: 'bulk', timeoutMs });
}

/** Both are any JSON; one of them may not be written to. */
function asJson(config: WireValue): Json {
  return config as Json;
}

type Said = {
  readonly count: number;
  readonly leftOut: readonly OptionPath[];
  readonly unknown: readonly OptionPath[];
};

function described(outcome: Outcome, { count, leftOut, unknown }: Said): Outcome {
  const parts = [
    outcome.message,
    outcome.ok ? `${count} options sent` : undefined,
    leftOut.length > 0 ? `kept out: ${namesOf(leftOut)}` : undefined,
    unknown.length > 0 ? `not known to it: ${namesOf(unknown)}` : undefined,
  ];
  return { ...outcome, message: parts.filter((part) => part !== undefined).join('; ') };
}
