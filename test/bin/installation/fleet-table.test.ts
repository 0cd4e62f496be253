import { describe, expect, it } from 'vitest';
import { parseFleetTable } from '../../../bin/installation/fleet-table.js';

const hash = '$6$saltsalt$0123456789abcdefghijklmnopqrstuvwxyz';
const read = (...lines: string[]) => parseFleetTable(`${lines.join('\n')}\n`, 'fleet.csv');

describe('the table of cards', () => {
  it('gives each drone what its row says, and the rest as it usually is', () => {
    const [first, second] = read(
      'id,hostname,ssid,wifi_password,country,server,vehicle,user,password_hash,os,arch',
      `drone-1,clover-1,"Show, 5 GHz",it's secret,DE,10.0.0.1:25000,serial:/dev/autopilot,op,${hash},trixie,armhf`,
      '',
      'drone-2,,,,,,,,,,',
    );
    expect(first).toEqual({
      ...{ id: 'drone-1', hostname: 'clover-1', system: 'trixie', architecture: 'armhf' },
      wifi: { ssid: 'Show, 5 GHz', password: "it's secret" },
      country: 'DE',
      ...{ server: '10.0.0.1:25000', vehicle: 'serial:/dev/autopilot' },
      user: { name: 'op', passwordHash: hash },
    });
    expect(second).toEqual({
      ...{ id: 'drone-2', hostname: 'drone-2', system: 'bookworm', architecture: 'arm64' },
    });
  });

  it('takes the user pi where only a key is given, and an open network', () => {
    const key = `ssh-ed25519 ${'A'.repeat(68)} me@laptop`;
    const [plan] = read('id,ssid,wifi_open,country,ssh_key', `a,Open,yes,CH,${key}`);
    expect(plan?.user).toEqual({ name: 'pi', sshKey: key });
    expect(plan?.wifi).toEqual({ ssid: 'Open', isOpen: true });
    expect(plan?.country).toBe('CH');
  });

  it.each([
    ['an id that can not be enrolled', 'id', 'Drone 1', 'line 2, column id: "Drone 1" can not be enrolled'],
    ['an id that is no host name', 'id', 'a-', 'line 2, column hostname: "a-" is no host name'],
    ['no id', 'id,ssid,country', ',Net,DE', 'line 2, column id: is empty'],
    ['a server without a name', 'id,server', 'a,:25000', 'line 2, column server: ":25000" is no server'],
    ['a port beyond all', 'id,server', 'a,h:70000', 'column server: "h:70000" is no server'],
    ['an autopilot of no kind', 'id,vehicle', 'a,/dev/serial0', 'line 2, column vehicle: '],
    ['a word for the shell', 'id,vehicle', 'a,serial:/dev/$x', 'column vehicle: spaces, quotes, $'],
    ['a country in words', 'id,ssid,country', 'a,Net,Germany', 'column country: "Germany" is no country'],
    ['a network without its country', 'id,ssid', 'a,Net', 'column country: is empty: a new Raspberry Pi'],
    [
      'a network without its password',
      'id,ssid,country',
      'a,Net,DE',
      'column wifi_password: is empty: give it',
    ],
    [
      'an open network with a password',
      'id,ssid,wifi_open,wifi_password',
      'a,N,yes,password',
      'wifi_open: is yes',
    ],
    ['an open network without a name', 'id,wifi_open', 'a,yes', 'column ssid: is empty, but wifi_open'],
    [
      'a network that is open perhaps',
      'id,ssid,wifi_open',
      'a,Net,si',
      'wifi_open: "si" is neither yes nor no',
    ],
    ['a password of no network', 'id,wifi_password', 'a,password', 'column ssid: is empty'],
    ['a user that can not log in', 'id,user', 'a,op', 'column user: op could not log in'],
    ['the user root', 'id,user,ssh_key', 'a,root,', 'column user: "root" is no user'],
    ['a private key', 'id,ssh_key', 'a,-----BEGIN', 'column ssh_key: is no public key'],
    ['another system', 'id,os', 'a,buster', 'column os: "buster" is not known: bookworm, trixie'],
    ['a column that nobody knows', 'id,wifi', 'a,b', 'there is no column "wifi"'],
    ['a column twice', 'id,id', 'a,b', 'the column id is there twice'],
    ['no column of ids', 'ssid', 'a', 'the column id is missing'],
    ['more cells than columns', 'id,ssid', 'a,b,c', 'line 2: 3 cells for 2 columns'],
    ['a quote inside a cell', 'id,ssid', 'a,b"c', 'line 2: is no CSV (a quote stands inside a cell'],
    ['letters behind a quote', 'id,ssid', 'a,"b"c', 'line 2: is no CSV (something stands behind'],
    ['a country that is called otherwise', 'id,country', 'a,UK', 'column country: "UK" is no country'],
    ['an autopilot that setup refuses', 'id,vehicle', 'a,serial:/dev/tty#1', 'column vehicle: spaces'],
    ['an autopilot with an accent', 'id,vehicle', 'a,serial:/dev/ttyü', 'column vehicle: spaces'],
    ['a quote that is not closed', 'id,ssid', 'a,"b', 'a quote is not closed'],
  ])('refuses %s, and says where', (_, header, row, message) => {
    expect(() => read(header, row)).toThrow(message);
    expect(() => read(header, row)).toThrow(/^fleet\.csv/);
  });

  it.each([
    ['semicolons', 'ID;SSID;Wifi_Open;Country\r\ndrone-1 ; Bühne, 5 GHz ;yes;DE\r\n;;;\r\n'],
    ['tabs', '\uFEFFid\tssid\twifi_open\tcountry\n\ndrone-1\tBühne, 5 GHz\tyes\tDE\n'],
    ["Excel's own first line", '\uFEFFsep=;\r\nid;ssid;wifi_open;country\r\ndrone-1;Bühne, 5 GHz;yes;DE\r\n'],
  ])('is read with %s too', (_, text) => {
    const [plan, ...more] = parseFleetTable(text, 'fleet.csv');
    expect(plan).toMatchObject({ id: 'drone-1', wifi: { ssid: 'Bühne, 5 GHz' }, country: 'DE' });
    expect(more).toEqual([]);
  });

  it('counts its lines from the first, whatever stands there', () => {
    expect(() => parseFleetTable('sep=;\nid;country\na;Germany\n', 'fleet.csv')).toThrow(
      'line 3, column country',
    );
  });

  it('refuses a table of nothing', () => {
    expect(() => parseFleetTable('', 'fleet.csv')).toThrow('fleet.csv is empty');
    expect(() => read('id')).toThrow('names no drone');
  });

  it('refuses two drones of one name, also on the network', () => {
    expect(() => read('id', 'a', 'b', 'a')).toThrow('line 4, column id: a is in line 2 already');
    expect(() => read('id,hostname', 'a,x', 'b,x')).toThrow(
      'line 3, column hostname: x is in line 2 already',
    );
  });

  it('repeats no secret', () => {
    const cases = [
      ['id,ssid,country,wifi_password', 'a,N,DE,short-1'],
      ['id,password_hash', 'a,hunter2-in-clear'],
      ['id,wifi_password', 'a,"hunter2-in-clear'],
    ] as const;
    for (const [header, row] of cases) {
      const secret = row.split(',').at(-1)?.replace('"', '') ?? '';
      expect(() => read(header, row)).toThrow('fleet.csv');
      expect(() => read(header, row)).not.toThrow(secret);
    }
  });
});
