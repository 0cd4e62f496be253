/** What a drone is called. Pure but for its sources, which are given. */
import { ConfigError, RefusedError } from '../../lib/errors.js';

/** Where names come from. */
export type NameSources = {
  readonly hostname: () => string;
  readonly ipAddress: () => string;
  /** A number 0…1. */
  readonly random: () => number;
};

const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * The id that a setting stands for, and the setting to keep: `/hostname` and `/ip` stay, `/default` becomes the random
 * name that it stood for, a plain name is lower-cased.
 * @throws RefusedError for what is not 1–63 letters, digits and dashes, a dash not first.
 */
export function resolveId(setting: string, sources: NameSources): { id: string; setting: string } {
  if (setting === '/hostname') return { id: plain(sources.hostname()), setting };
  if (setting === '/ip') return { id: plain(sources.ipAddress()), setting };
  if (setting === '/default') {
    const id = `copter${String(Math.floor(sources.random() * 10_000)).padStart(4, '0')}`;
    return { id, setting: id };
  }
  const id = setting.toLowerCase();
  if (!idPattern.test(id)) {
    throw new RefusedError(
      'bad_argument',
      `"${setting}" is no id: 1 to 63 letters, digits, dashes, no dash first`,
    );
  }
  return { id, setting: id };
}

/**
 * The same for a drone that may be enrolled: then it is called as its key is, unless somebody has named it otherwise.
 * @throws RefusedError as `resolveId`; ConfigError for a name that its key is not of.
 */
export function resolveEnrolledId(
  setting: string,
  sources: NameSources,
  enrolledId: string | undefined,
): { id: string; setting: string } {
  if (enrolledId !== undefined && setting.startsWith('/')) return { id: enrolledId, setting };
  const named = resolveId(setting, sources);
  if (enrolledId === undefined || named.id === enrolledId) return named;
  throw new ConfigError(
    `this drone holds the key of ${enrolledId} and can not be called ${named.id}: give it the key that "starling fleet enroll ${named.id}" makes`,
  );
}

/** A name of the machine, with what an id can not have replaced by dashes. */
function plain(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63);
  return id === '' ? 'drone' : id;
}
