/** Reads and saves configurations: files of this machine, and drones' over their connections. Knows no option's meaning. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../lib/config/adapters/atomic-file.js';
import {
  type Config,
  isWireObject,
  loadConfig,
  parseIni,
  type SectionSpec,
  type WireObject,
} from '../../lib/config/index.js';
import { ConfigError, errorCode, errorText, RefusedError } from '../../lib/errors.js';
import type { ConnectionManager, Json } from '../../lib/messaging/index.js';
import type { ConfigDesk, ConfigOf, ConfigToSave, FoundConfig } from '../config-desk.js';
import { sendCommand } from '../show-control/send-command.js';

export type ConfigFilesOptions = {
  /** The server's own, as it holds; and the file that it is kept in, there or not. */
  readonly own: Config;
  readonly ownPath: string;
  /** Specifications by the `config_name` that a file has. */
  readonly specs: ReadonlyMap<string, SectionSpec>;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** By its last word: an old client would take a configuration over in the air. */
  readonly isArmed?: (id: string) => boolean;
  /** Looks at the server's own before it is saved. @throws ConfigError for what no server would start with. */
  readonly checkOwn?: (changed: Config) => void;
  /** The server's own has been changed. */
  readonly onOwnChanged: () => void;
};

const timeoutMs = 15_000;

/** A service may take its time, ms. */
const restartTimeoutMs = 70_000;

/** A token that was stolen opens the house no further, least of all at the next start. */
const whoGetsIn = /^(?:SECURITY|CONTROL)\//;

/** What a file that nothing is known of may be, bytes. */
const maxBytes = 1_000_000;

export class ConfigFiles implements ConfigDesk {
  readonly #options: ConfigFilesOptions;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigFilesOptions) {
    this.#options = options;
  }

  async read(of: ConfigOf): Promise<FoundConfig> {
    const { own, ownPath } = this.#options;
    if (of.what === 'drone') return this.#ask(of.id);
    if (of.what === 'server')
      return { origin: 'file', text: await this.#ownText(), path: ownPath, spec: own.spec };
    const path = resolve(of.path);
    const text = await readText(path);
    return { origin: 'file', text, path, spec: this.#specOf(text, path) };
  }

  async save(what: ConfigToSave): Promise<string> {
    if (what.how === 'send') return this.#send(what);
    const { own, ownPath, onOwnChanged, checkOwn } = this.#options;
    const path = 'path' in what ? resolve(what.path) : this.#pathOf(what.of);
    const isOwn = path === resolve(ownPath);
    // What could not be read at the next start is not saved.
    if (isOwn) {
      const changed = loadConfig(what.text, path, own.spec);
      checkOwn?.(changed);
    }
    if ('of' in what && what.opened !== undefined) await expectUnchanged(path, what.opened);
    await writeFileAtomic(path, what.text).catch((error: unknown) => {
      throw new ConfigError(`${path}: can not be written: ${errorText(error)}`, { cause: error });
    });
    if (!isOwn) return `saved to ${path}`;
    own.replaceText(what.text);
    onOwnChanged();
    return `saved to ${path}; checks, table and the next show go by it now, all else at the next start`;
  }

  /** One after the other: each begins with what the one before has saved. */
  setOwn(option: string, value: string): Promise<string> {
    const saved = this.#saving.then(() => this.#setOwn(option, value));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #setOwn(option: string, value: string): Promise<string> {
    const { own, ownPath } = this.#options;
    if (whoGetsIn.test(option))
      throw new RefusedError(
        'refused',
        `${option} says who gets in: change it in ${ownPath}, or in the panel`,
      );
    const [entry] = parseIni(`value = ${value}`, option).entries();
    if (!entry || /[\r\n]/.test(value)) throw new ConfigError(`${option}: its value must be one line`);
    const changed = loadConfig(await this.#ownText(), ownPath, own.spec);
    changed.set(option, entry.value);
    return this.save({ how: 'file', path: ownPath, text: changed.toIni() });
  }

  /** As it lies in its file, where others may have saved to it meanwhile; as it holds, where there is none. */
  async #ownText(): Promise<string> {
    const { own, ownPath } = this.#options;
    try {
      return await readText(ownPath);
    } catch (error) {
      if (errorCode(errorOf(error)) === 'ENOENT') return own.toIni();
      throw error;
    }
  }

  #pathOf(of: ConfigOf): string {
    if (of.what === 'drone') throw new ConfigError(`${of.id}: give a path to save it to`);
    return resolve(of.what === 'file' ? of.path : this.#options.ownPath);
  }

  /** Of a file that names a configuration that is known; the server's file is known by its place too. */
  #specOf(text: string, path: string): SectionSpec | undefined {
    const { own, ownPath, specs } = this.#options;
    if (path === resolve(ownPath)) return own.spec;
    const name = parseIni(text, path)
      .entries()
      .find((entry) => entry.path.length === 1 && entry.path[0] === 'config_name')?.value;
    return typeof name === 'string' ? specs.get(name) : undefined;
  }

  async #ask(id: string): Promise<FoundConfig> {
    const answer = await this.#connected(id).getResponse('config', {
      kwargs: { send_configspec: true },
      timeoutMs,
    });
    const wire: unknown = answer;
    if (!isWire(wire)) throw new RefusedError('bad_answer', `${id}: its answer is no configuration`);
    return { origin: 'peer', answer: wire, name: id };
  }

  async #send({ id, config, mode, restart = false }: ConfigToSave & { how: 'send' }): Promise<string> {
    if (this.#options.isArmed?.(id)) throw new RefusedError('armed', `${id} is armed: land and disarm first`);
    const kwargs = { config: config as Json, mode };
    const { ok, code, message } = await sendCommand(this.#connected(id), {
      ...{ action: 'config', kwargs, timeoutMs },
    });
    if (!ok) throw new RefusedError(code ?? 'refused', `${id}: ${message ?? code ?? 'refused'}`);
    const saved =
      code === 'unconfirmed' ? `sent to ${id}; an old client does not answer` : `${id} has taken it over`;
    return restart ? `${saved}; ${await this.#restart(id)}` : saved;
  }

  /** What is saved is saved, whatever becomes of it. */
  async #restart(id: string): Promise<string> {
    const name = this.#options.own.getString('FILES/client_service');
    if (name === '') return 'not restarted: [FILES] client_service names no service';
    const order = { action: 'service_restart', kwargs: { name }, timeoutMs: restartTimeoutMs };
    const { ok, code, message } = await sendCommand(this.#connected(id), order);
    // A client that restarts itself has no time to answer.
    if (ok || code === 'unreachable') return `${name} restarts`;
    return `not restarted: ${message ?? code ?? 'refused'}`;
  }

  #connected(id: string): ConnectionManager {
    const link = this.#options.connection(id);
    if (!link?.isConnected) throw new RefusedError('unreachable', `${id} is not connected`);
    return link;
  }
}

function isWire(answer: unknown): answer is WireObject {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'config' in answer &&
    isWireObject(answer.config as never)
  );
}

async function readText(path: string): Promise<string> {
  try {
    // A device or a pipe would be read for ever.
    const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) throw new ConfigError(`${path}: is no file`);
    if (size > maxBytes) throw new ConfigError(`${path}: larger than any configuration`);
    const bytes = await readFile(path);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const why =
      errorCode(error) === 'ENOENT' ? 'there is no such file' : `can not be read: ${errorText(error)}`;
    throw new ConfigError(`${path}: ${why}`, { cause: error });
  }
}

/** What a ConfigError was made of. */
function errorOf(error: unknown): unknown {
  return error instanceof ConfigError ? error.cause : error;
}

/** @throws ConfigError when somebody else has written to the file since it was opened. One that is gone is written anew. */
async function expectUnchanged(path: string, opened: string): Promise<void> {
  const present = await readText(path).catch((error: unknown) => {
    if (errorCode(errorOf(error)) === 'ENOENT') return opened;
    throw error;
  });
  if (present === opened) return;
  const what = 'somebody else has changed it since it was opened';
  throw new ConfigError(`${path}: ${what}: save it as another file, or open it anew`);
}
