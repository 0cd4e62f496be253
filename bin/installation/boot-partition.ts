/** Whether a mounted boot partition may get a drone's files, and what becomes of its cmdline.txt. Pure: is told what is there. */
import { UsageError } from '../../lib/errors.js';
import { bootFolder, cardFiles } from './first-boot-script.js';
import type { CardPlan } from './fleet-table.js';

export type BootPartition = {
  /** Where it is mounted, for messages. */
  readonly path: string;
  readonly names: readonly string[];
  /** Text of cmdline.txt; undefined where there is none. */
  readonly cmdline: string | undefined;
};

/**
 * Has systemd run the script in place of a normal start, and restart. A script that fails would turn the Pi off for want
 * of the third. Source: systemd-run-generator(8); Raspberry Pi Imager writes the same.
 */
const firstRunWords = [
  `systemd.run=${bootFolder}/${cardFiles.script}`,
  'systemd.run_success_action=reboot',
  'systemd.run_failure_action=reboot',
  'systemd.unit=kernel-command-line.target',
];

export const firstRunText = firstRunWords.join(' ');

/** The kernel's line with what runs the script, once, whatever of it was there. Its own words stay as they are. @throws UsageError */
export function withFirstRun(cmdline: string, path: string): string {
  const [line = '', ...more] = cmdline.split(/\r?\n/).filter((each) => each.trim() !== '');
  const words = line.split(/\s+/).filter((word) => word !== '' && !firstRunWords.includes(word));
  if (more.length > 0 || !words.some((word) => word.startsWith('root=')))
    throw new UsageError(`${path} is not the one line of a Raspberry Pi (console=… root=PARTUUID=…)`);
  const foreign = words.find((word) => word.startsWith('systemd.run'));
  if (foreign !== undefined)
    throw new UsageError(
      `${path} runs a first-boot script of somebody else (${foreign}): flash the card without customisation`,
    );
  return `${[...words, ...firstRunWords].join(' ')}\n`;
}

/** Words that a fresh image's cmdline.txt has, and that its own first boot takes away. Source: raspberrypi-sys-mods. */
const isFreshWord = (word: string) =>
  word === 'resize' || word === 'init=/usr/lib/raspberrypi-sys-mods/firstboot';

/** A Pi has started from it. */
export function isUsedCard({ names, cmdline }: Omit<BootPartition, 'path'>): boolean {
  return names.includes(cardFiles.log) || !cmdline?.split(/\s+/).some(isFreshWord);
}

/** What may be wrong with the card though its files can be written. @throws UsageError when they can not, or must not. */
export function judgePartition(
  { path, names, cmdline }: BootPartition,
  { system, architecture, id }: CardPlan,
  { isForced }: { readonly isForced: boolean },
): string[] {
  if (cmdline === undefined || !names.includes('config.txt'))
    throw new UsageError(
      `${path} is no boot partition of Raspberry Pi OS: there is no cmdline.txt and config.txt; give the folder where the card's first partition (bootfs) is mounted`,
    );
  const hasCloudInit = names.includes(cardFiles.metaData) || names.includes(cardFiles.userData);
  if (hasCloudInit !== (system === 'trixie')) throw wrongSystem(path, id, hasCloudInit);
  const foreign = ['firstrun.sh', 'custom.toml'].find((name) => names.includes(name));
  if (foreign !== undefined)
    throw new UsageError(`${path} has a ${foreign} of its own: flash the card without customisation`);
  // Raspberry Pi Imager's own; what stands there counts more than our meta-data. Source: cloud-init, data source NoCloud.
  const seed = cmdline.split(/\s+/).find((word) => /^ds=nocloud\b/.test(word));
  if (seed !== undefined)
    throw new UsageError(
      `${path} was customised by Raspberry Pi Imager (${seed} in cmdline.txt): flash the card without customisation`,
    );
  if (isUsedCard({ names, cmdline }) && !isForced)
    throw new UsageError(
      `${path} is of a card that was started already, and its first boot is over: flash it, or use "starling drone install"; --force writes nevertheless`,
    );
  // 64-bit images have no kernel for 32 bits.
  const is32Bit = names.includes('kernel7.img');
  return architecture !== 'armhf' && is32Bit
    ? [
        `${path} seems to be a 32-bit Raspberry Pi OS, and the package is for ${architecture}: dpkg will refuse it`,
      ]
    : [];
}

function wrongSystem(path: string, id: string, hasCloudInit: boolean): UsageError {
  return hasCloudInit
    ? new UsageError(
        `${path} is of an image with cloud-init (Raspberry Pi OS 13): set the os of ${id} to trixie`,
      )
    : new UsageError(
        `${path} is of an image without cloud-init: set the os of ${id} to bookworm, or flash an image of October 2025 or later`,
      );
}
