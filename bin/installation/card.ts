/** All files of one card, by name. Pure: keys are given to it, packages are named. */
import { type DroneKey, formatDroneKey } from '../../lib/security/drone-key.js';
import { firstRunText, withFirstRun } from './boot-partition.js';
import { metaData, userData } from './cloud-config.js';
import { cardFiles, firstBootScript } from './first-boot-script.js';
import type { CardPlan } from './fleet-table.js';

/** A text, or a file of this computer that is copied. */
export type CardFile = { readonly text: string } | { readonly copyOf: string };

export type CardParts = {
  readonly plan: CardPlan;
  readonly key: DroneKey;
  /** Files of this computer by their name on the card, those that others need first. */
  readonly packages: ReadonlyMap<string, string>;
  /** cmdline.txt of the card or its image, with its path for messages. */
  readonly cmdline?: { readonly text: string; readonly path: string };
  /** For a card that was started already: a word that no earlier writing of it had. */
  readonly again?: string;
};

/** Nobody has this password: who logs in has a key. Source: shadow(5). */
const noPassword = '*';

/** @throws UsageError for a cmdline.txt that is none. */
export function cardOf({ plan, key, packages, cmdline, again }: CardParts): Map<string, CardFile> {
  const { user, wifi, system } = plan;
  const files = new Map<string, CardFile>();
  const write = (name: string, text: string) => files.set(name, { text });
  for (const [name, copyOf] of packages) files.set(name, { copyOf });
  write(cardFiles.script, firstBootScript(plan, [...packages.keys()]));
  write(cardFiles.key, formatDroneKey(key));
  if (wifi?.password !== undefined) write(cardFiles.wifiPassword, `${wifi.password}\n`);
  if (user) write(cardFiles.ssh, '');
  if (system === 'trixie') {
    write(cardFiles.userData, userData(plan));
    write(cardFiles.metaData, metaData(plan, again));
    return files;
  }
  if (user) write(cardFiles.user, `${user.name}:${user.passwordHash ?? noPassword}\n`);
  // Last: a card that was pulled out half written starts as if nothing had been there.
  if (cmdline) write(cardFiles.cmdline, withFirstRun(cmdline.text, cmdline.path));
  else write(cardFiles.cmdlineAppend, ` ${firstRunText}\n`);
  return files;
}
