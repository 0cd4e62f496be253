/** Names of parts that can be names of files on every system. Knows names alone. */
import type { Show } from '../show.js';

export type RenamedShow = { readonly show: Show; readonly notes: readonly string[] };

/** Long enough for any name that people give, short enough for every disk with what is added to it, characters. */
const maxLength = 100;

/** Names that Windows keeps for devices, whatever follows the first dot. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The show with slots renamed where their name can not be a file's, or differs from another's in case alone. */
export function withSafeSlots(show: Show): RenamedShow {
  const taken = new Set<string>();
  const notes: string[] = [];
  const slots = [...show.slots].map(([slot, part]) => {
    const name = freeName(safeName(slot), taken);
    taken.add(name.toLowerCase());
    if (name !== slot)
      notes.push(`"${slot}" can not be the name of a file everywhere: it is called "${name}"`);
    return [name, part] as const;
  });
  return { show: { ...show, slots: new Map(slots) }, notes };
}

/** The name with `_` for every character that some system does not take. */
export function safeName(name: string): string {
  const safe = name
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu, '_')
    .replace(/^[\s.]+/, '_')
    .replace(/[\s.]+$/, '');
  const short = [...safe].slice(0, maxLength).join('');
  if (short === '') return '_';
  return deviceName.test(short) ? `_${short}` : short;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${name}-${i}`;
  return free;
}
