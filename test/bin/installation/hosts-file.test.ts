import { describe, expect, it } from 'vitest';
import { hostOf, parseHosts } from '../../../bin/installation/hosts-file.js';

describe('a file of hosts', () => {
  it('has a line for each, whose own words go before those of the command line', () => {
    const text =
      '# the spare ones\npi@clover-7.local drone-7\n\n10.0.0.9 drone-9 port=2222 server=h:1 # new\r\n';
    expect(parseHosts(text, 'hosts.txt', { server: 'all:25000', ssid: 'Show' })).toEqual([
      {
        target: { address: 'pi@clover-7.local' },
        settings: { id: 'drone-7', server: 'all:25000' },
        ssid: 'Show',
      },
      {
        target: { address: '10.0.0.9', port: 2222 },
        settings: { id: 'drone-9', server: 'h:1' },
        ssid: 'Show',
      },
    ]);
  });

  it('is a table when it is called so', () => {
    const text = 'host,id,vehicle,wifi_password_file\npi@a,drone-1,serial:/dev/autopilot,wifi.txt\n';
    expect(parseHosts(text, 'hosts.CSV', { ssid: 'Show', country: 'DE' })).toEqual([
      {
        target: { address: 'pi@a' },
        settings: { id: 'drone-1', vehicle: 'serial:/dev/autopilot' },
        ...{ ssid: 'Show', country: 'DE', wifiPasswordFile: 'wifi.txt' },
      },
    ]);
  });

  it.each([
    ['pi@a', 'line 1: USER@HOST ID is expected'],
    ['pi@a id=drone-1', 'line 1: USER@HOST ID is expected'],
    ['pi@a drone-1 server', 'line 1: "server" is not key=value'],
    ['pi@a drone-1 wifi_password=x', 'line 1, wifi_password: is not known'],
    ['-oProxyCommand=x drone-1', 'line 1, host: "-oProxyCommand=x" is no USER@HOST'],
    ['pi@-l drone-1', 'host: "pi@-l" is no USER@HOST'],
    ['pi@a Drone', 'line 1, id: "Drone" can not be enrolled'],
    ['pi@a drone-1 port=0', 'port: "0" is no port'],
    ['pi@a drone-1\npi@b drone-1', 'line 2: drone-1 is in line 1 already'],
    ['pi@a drone-1\npi@a drone-2', 'line 2: pi@a is in line 1 already'],
    ['pi@a drone-1 wifi_password_file=x', 'line 1: a password of a Wi-Fi network needs its ssid'],
    ['pi@a drone-1 wifi_open=yes', 'line 1: an open Wi-Fi network needs its ssid'],
    [
      'pi@a drone-1 ssid=a wifi_open=yes wifi_password_file=x',
      'line 1: a network that is open has no password',
    ],
    ['# nobody', 'names no host'],
  ])('"%s" is refused, with its place', (text, message) => {
    expect(() => parseHosts(text, 'hosts.txt', {})).toThrow(message);
    expect(() => parseHosts(text, 'hosts.txt', {})).toThrow(/^hosts\.txt/);
  });

  it('takes over from the command line that a network is open for that network alone', () => {
    const wifiOf = (line: string, common: { readonly [key: string]: string }) => {
      const [host] = parseHosts(`pi@a drone-1 ${line}`, 'hosts.txt', common);
      return [host?.ssid, host?.isWifiOpen === true, host?.wifiPasswordFile];
    };
    const open = { ssid: 'Show', wifi_open: 'yes' };
    expect(wifiOf('', open)).toEqual(['Show', true, undefined]);
    expect(wifiOf('ssid=Other', open)).toEqual(['Other', false, undefined]);
    expect(wifiOf('wifi_password_file=x', open)).toEqual(['Show', false, 'x']);
    const closed = { ssid: 'Show', wifi_password_file: 'wifi.txt' };
    expect(wifiOf('ssid=Open wifi_open=yes', closed)).toEqual(['Open', true, undefined]);
    expect(wifiOf('ssid=Other', closed)).toEqual(['Other', false, 'wifi.txt']);
  });

  it('may name one address with two ports', () => {
    expect(parseHosts('a drone-1 port=1\na drone-2 port=2', 'h', {})).toHaveLength(2);
  });

  it('is checked like a single host', () => {
    expect(() => hostOf({ host: 'a', id: 'b', server: ':1' }, 'here')).toThrow('here, server: ":1"');
  });
});
