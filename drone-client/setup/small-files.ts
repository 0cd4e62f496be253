/** Small files of the system that the setup edits: names of the host, the radio's switch, chrony's part. Pure. */
import type { TextEdit } from './boot-config.js';

/** Debian's own address of the machine itself, in /etc/hosts. */
const ownAddress = '127.0.1.1';

export function planHosts(
  text: string,
  { from, to }: { readonly from: string; readonly to: string },
): TextEdit {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => line.split(/\s+/)[0] === ownAddress);
  const what = [`${ownAddress} ${to}`];
  if (index < 0) {
    const lead = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return { text: `${lead}${ownAddress}\t${to}\n`, what };
  }
  const [, names = '', comment = ''] = /^\S+([^#]*)(#.*)?$/.exec(lines[index] ?? '') ?? [];
  const present = names
    .trim()
    .split(/\s+/)
    .filter((name) => name !== '');
  if (present.includes(to)) return { text, what: [] };
  const renamed = present.map((name) => (name === from ? to : name));
  const all = renamed.includes(to) ? renamed : [to, ...renamed];
  const line = `${ownAddress}\t${all.join(' ')}${comment === '' ? '' : ` ${comment}`}`;
  return { text: lines.with(index, line).join('\n'), what };
}

/** NetworkManager's memory of its switch: stock images have the radio off until a country is known. */
export function planNetworkState(text: string): TextEdit {
  const edited = text.replace(/^(WirelessEnabled=)false[ \t]*$/m, '$1true');
  return { text: edited, what: edited === text ? [] : ['WirelessEnabled=true'] };
}

/**
 * chrony takes one source of an address, so one port has to do: the one that needs no privilege, and that a server has
 * beside a chrony of its own machine. Source: tried, chrony 4.3 ("Could not add source").
 */
const timePort = 12_300;

export function chronyPart(host: string): string {
  return [
    '# Written by starling-drone-setup: the time of the ground server. --time own takes this file away.',
    `server ${host} port ${timePort} iburst minpoll 0 maxpoll 4`,
    '# set the clock soon after boot, and never in flight; later turn it gently',
    'makestep 0.1 3',
    'maxslewrate 100',
    '',
  ].join('\n');
}

const setAside = '#starling-drone-setup: ';

/** Debian's file reads our part first and then says its own `makestep`, the last of which counts: it is set aside. */
export function planChronyMain(text: string, isOurs: boolean): TextEdit {
  const edited = isOurs
    ? text.replace(/^[ \t]*(?:makestep|maxslewrate)[ \t].*$/gm, `${setAside}$&`)
    : text.replaceAll(setAside, '');
  if (edited === text) return { text, what: [] };
  return { text: edited, what: [isOurs ? 'its own makestep is set aside' : 'its own makestep counts again'] };
}
