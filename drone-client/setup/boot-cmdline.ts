/** What `cmdline.txt` of a Raspberry Pi has to say: no console on the autopilot's line, the country of the radio. Pure. */
import type { TextEdit } from './boot-config.js';

/** A console there would talk to the autopilot. `ttyAMA10` is the debug connector of a Pi 5, which is nobody else's. */
const serialConsole = /(^|\s+)console=(?:serial0|ttyAMA0|ttyS0)(?:,\S*)?(?=\s|$)/g;

const regulatory = /(^|\s+)cfg80211\.ieee80211_regdom=\S*(?=\s|$)/g;

/** The words that have a script run at the first boot, which takes them away itself: nothing to come back to. */
export function withoutFirstRun(text: string): string {
  return text.replace(/[ \t]+systemd\.(?:run\S*|unit=kernel-command-line\.target)(?=\s|$)/g, '');
}

/** Only the first line is the kernel's. `country`: two capital letters. */
export function planCmdline(
  text: string,
  { uart, country }: { readonly uart: boolean; readonly country?: string | undefined },
): TextEdit {
  const [, line = '', rest = ''] = /^([^\r\n]*)([\s\S]*)$/.exec(text) ?? [];
  const noConsole = uart ? withoutConsole(line) : { text: line, what: [] };
  const said = country === undefined ? noConsole : withCountry(noConsole.text, country);
  const what = [...noConsole.what, ...(country === undefined ? [] : said.what)];
  return { text: said.text + rest, what };
}

function withoutConsole(line: string): TextEdit {
  const found = (line.match(serialConsole) ?? []).map((item) => item.trim());
  if (found.length === 0) return { text: line, what: [] };
  const left = line.replace(serialConsole, '').trimStart();
  // Without any, the kernel would take the one that the board's description names, which is the serial one.
  const isLeft = /(?:^|\s)console=/.test(left);
  return {
    text: isLeft ? left : `console=tty1 ${left}`.trimEnd(),
    what: [...found.map((item) => `without ${item}`), ...(isLeft ? [] : ['console=tty1'])],
  };
}

function withCountry(line: string, country: string): TextEdit {
  const wanted = `cfg80211.ieee80211_regdom=${country}`;
  const said = (line.match(regulatory) ?? []).map((item) => item.trim());
  if (said.length === 1 && said[0] === wanted) return { text: line, what: [] };
  const left = line.replace(regulatory, '').trim();
  // Before what has the first boot run, for there are tools that take that away with all behind it.
  const at = left.search(/[ \t]systemd\.run/);
  const [before, after] = at < 0 ? [left, ''] : [left.slice(0, at), left.slice(at)];
  return { text: before === '' ? wanted + after : `${before} ${wanted}${after}`, what: [wanted] };
}
