import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import {
  parseBridges,
  parseDisabled,
  parseGateways,
  readCues,
  readHubConfig,
} from '../../../server/gateways/settings.js';
import { Policies } from '../../../server/hub/policies.js';

const configOf = (text: string) => loadConfig(text, 'server.ini', serverConfigSpec);

describe('the gateways of the configuration', () => {
  it('are named with their ports, or take the usual ones', () => {
    expect(parseGateways('cloudlink:3001, wevis,lacewing:0')).toEqual([
      { name: 'cloudlink', port: 3001 },
      { name: 'wevis', port: 12121 },
      { name: 'lacewing', port: 0 },
    ]);
    expect(parseGateways('all').map(({ name }) => name)).toEqual([
      'cloudlink',
      'wevis',
      'lacewing',
      'native',
    ]);
    expect(parseGateways('')).toEqual([]);
  });

  it.each([
    ['telnet:23', /"telnet:23" is no gateway: write all, or cloudlink:3000/],
    ['wevis:70000', /"70000" is no port/],
    ['wevis:12:1', /is no gateway/],
    ['wevis:', /"" is no port/],
    ['wevis:-1', /"-1" is no port/],
    ['wevis,all', /wevis is named twice/],
  ])('are refused by what is wrong with them: %s', (text, expected) => {
    expect(() => parseGateways(text)).toThrow(expected);
  });

  it('share the rooms that are bridged', () => {
    expect(parseBridges('lobby, stage:cloudlink+wevis')).toEqual([
      { room: 'lobby', gateways: 'all' },
      { room: 'stage', gateways: ['cloudlink', 'wevis'] },
    ]);
    expect(() => parseBridges('stage:telnet')).toThrow(/no gateway "telnet"/);
    expect(() => parseBridges('lobby, show')).toThrow(/"show" is the fleet's/);
  });

  it('have commands that are off', () => {
    expect(parseDisabled('stop, cloudlink:gmsg')).toEqual([
      { command: 'stop', gateway: undefined },
      { command: 'gmsg', gateway: 'cloudlink' },
    ]);
  });

  it.each([
    ['cloudlnik:gmsg', /GATEWAYS\/disabled: there is no gateway "cloudlnik"; there are cloudlink, .*scratch/],
    ['cloudlink:', /"cloudlink:" is no command/],
    ['cue stop', /"cue stop" is no command: write gmsg/],
  ])('refuse what would switch nothing off: %s', (text, expected) => {
    expect(() => parseDisabled(text)).toThrow(expected);
  });

  it('keeps what Scratch clients left behind as the rules have it that they are served by', () => {
    const kept = ['strict', 'cloudlink'].map((rules) => {
      const config = configOf(`[GATEWAYS]\nscratch = ${rules}\n`);
      return new Policies(readHubConfig(config)).of('scratch').limits.keepEmptyMs;
    });
    expect(kept).toEqual([3_600_000, 0]);
  });

  it('let nobody act who comes by a protocol without a secret', () => {
    const policies = new Policies(readHubConfig(configOf('[GATEWAYS]\nmotd = hello\nmessages = 7\n')));
    const roles = ['cloudlink', 'scratch', 'lacewing', 'wevis', 'native', 'a-plugin'].map(
      (name) => policies.of(name).highestRole,
    );
    expect(roles).toEqual(['guest', 'guest', 'guest', 'operator', 'operator', 'guest']);
    expect([policies.of('wevis').needsLogin, policies.of('native').needsLogin]).toEqual([true, true]);
    expect([policies.of('cloudlink').motd, policies.limits.messages.perS]).toEqual(['hello', 7]);
  });

  it('have cues, one on a line, whatever commas are in it', () => {
    const cues = readCues(configOf('[CUES]\nleft red = led_fill red=255 on 1,3 and not 7\nfreeze = stop\n'));
    expect(cues).toEqual([
      {
        name: 'left red',
        operation: 'led_fill',
        select: '1, 3 and not 7',
        given: { red: 255, green: 0, blue: 0 },
      },
      { name: 'freeze', operation: 'stop', select: undefined, given: {} },
    ]);
  });

  it.each([
    ['go = start delay=5', /"start" can not be fired by visitors/],
    ['go = takeoff', /can not be fired/],
    ['go = resume', /can not be fired/],
    ['go = kill', /can not be fired/],
    ['go = execute command=ls', /can not be fired/],
    ['go = status', /can not be fired/],
    ['go =', /"" can not be fired/],
    ['go = led_fill red=300', /red: .*0 to 255/],
    ['go = led_fill pink=1', /"pink=1": led_fill takes red=… green=… blue=…/],
    ['go = music_stop on 1', /music_stop concerns no drones/],
    ['go = stop on 1 on 2', /cue "go": the choice of drones "1 on 2"/],
  ])(
    'refuse a cue that could start, arm or move anything, and one that can not be read: %s',
    (line, expected) => {
      expect(() => readCues(configOf(`[CUES]\n${line}\n`))).toThrow(expected);
    },
  );
});
