/** A Wi-Fi network as NetworkManager's keyfile has it. Knows no disk. Source: nm-settings-keyfile(5), GLib's key file format. */

export type WifiNetwork = {
  readonly ssid: string;
  /** 8 to 63 characters, or the 64 hexadecimal digits of the key itself; undefined: an open network. */
  readonly password?: string | undefined;
};

/** Without a password it keeps the one it has, unless it is said that the network is an open one. */
export type WifiWish = WifiNetwork & { readonly isOpen?: boolean };

/** The same on every drone: it names the profile, not the machine. */
const profileUuid = '5f1d6a1e-8c7b-4b52-9d0e-57a21146a001';

/** Tried for ever (the default gives up after four times), and never asleep: a sleeping radio answers late. */
export function wifiKeyfile({ ssid, password }: WifiNetwork): string {
  const lines = [
    '# Written by starling-drone-setup',
    '[connection]',
    'id=starling',
    `uuid=${profileUuid}`,
    'type=wifi',
    'autoconnect=true',
    'autoconnect-priority=10',
    'autoconnect-retries=0',
    '',
    '[wifi]',
    'mode=infrastructure',
    `ssid=${ssidValue(ssid)}`,
    '# never asleep',
    'powersave=2',
    ...(password === undefined
      ? []
      : ['', '[wifi-security]', 'key-mgmt=wpa-psk', `psk=${escaped(password)}`]),
    '',
    '[ipv4]',
    'method=auto',
    '',
    '[ipv6]',
    'method=auto',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * What such a file says, as far as it can be kept; undefined for a network whose way in is another than a password that
 * stands there (it is kept elsewhere, or there are certificates).
 */
export function readWifiKeyfile(text: string): WifiNetwork | undefined {
  const value = (name: string) => new RegExp(`^\\s*${name}\\s*=[ \\t]*(.*)$`, 'm').exec(text)?.[1];
  const ssid = value('ssid');
  if (ssid === undefined) return undefined;
  if (!/^\s*\[(?:wifi|802-11-wireless)-security\]/m.test(text)) return { ssid: readSsid(ssid) };
  const psk = value('psk');
  const isByPassword = psk !== undefined && psk !== '' && value('key-mgmt') === 'wpa-psk';
  return isByPassword ? { ssid: readSsid(ssid), password: unescaped(psk) } : undefined;
}

/** The file without its password, to be shown. */
export function maskPassword(line: string): string {
  return line.replace(/^(\s*psk\s*=).*$/, '$1(not shown)');
}

/** Plain names as they are; all others byte by byte, which no version takes for something else. */
function ssidValue(ssid: string): string {
  if (/^[A-Za-z](?:[A-Za-z0-9 _.-]*[A-Za-z0-9_.-])?$/.test(ssid)) return ssid;
  return [...Buffer.from(ssid, 'utf8')].map((byte) => `${byte};`).join('');
}

function readSsid(value: string): string {
  if (!/^(?:\d{1,3};)+$/.test(value)) return value;
  return Buffer.from(value.split(';').slice(0, -1).map(Number)).toString('utf8');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(/^ +| +$/g, (blanks) => '\\s'.repeat(blanks.length));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 's' ? ' ' : letter));
}
