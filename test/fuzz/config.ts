/** Configuration files and parameter files of strangers. Knows no disk. */
import { Buffer } from 'node:buffer';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { loadConfig } from '../../lib/config/config.js';
import type { WireValue } from '../../lib/config/wire-value.js';
import { ConfigError } from '../../lib/errors.js';
import { parseJson } from '../../lib/messaging/json.js';
import { parseParameterFile } from '../../lib/parameters/parameter-file.js';
import { attempt, bytesOf, expectSame, expectThat, type FuzzTarget, randomOf } from './target.js';

const ini = `# mine
config_version = 1.0

[SERVER]
host = 192.168.1.10 # the laptop
port = 25000
[FLIGHT]
takeoff_height = 1.5
frame_id = map
[PRIVATE]
id = "/hostname"
offset = 1.0, 2.0, -3
[[INNER]]
x = 'a, "b"'
`;

export const iniFiles: FuzzTarget = {
  name: 'ini',
  share: 60,
  corpus: [bytesOf(ini), bytesOf(ini.replaceAll('\n', '\r\n'))],
  words: [
    '[',
    ']',
    '[[',
    ']]',
    '=',
    '"""',
    "'''",
    '#',
    ' , ',
    'host',
    'port = 0',
    '[SERVER]',
    '\u2028',
    '\u0085',
  ],
  run: (bytes) => {
    const text = Buffer.from(bytes).toString('utf8');
    const read = attempt(() => loadConfig(text, 'a.ini', droneConfigSpec), ConfigError);
    if (!read.value) return 'refused';
    const config = read.value;
    expectSame(config.toIni(), text, 'another text than was read');
    if (randomOf(bytes).next() < 0.8) return 'accepted';
    expectSame(
      loadConfig(config.toIni(), 'a.ini', droneConfigSpec).toWire(),
      config.toWire(),
      'another configuration',
    );
    return 'accepted';
  },
};

/** What a server sends as a drone's configuration: it changes what it may, and the file stays one that can be read. */
export const wireConfig: FuzzTarget = {
  name: 'wire-config',
  share: 60,
  corpus: [
    '{"SERVER":{"port":{"__value__":25001,"comments":["# new"]},"host":"10.0.0.1"},"final_comment":["# end"]}',
    '{"PRIVATE":{"id":"a","offset":[1,2,3]},"OTHER":{"INNER":{"x":["a","b"]}},"initial_comment":["# first"]}',
  ].map(bytesOf),
  words: [
    '"__value__":',
    '"comments":["',
    '\\n[SERVER]\\nport = 1',
    '\\r',
    '"SERVER":{',
    '\\"',
    "'",
    '\\u2028',
    '"":1',
  ],
  run: (bytes) => {
    const parsed = attempt(() => ({ wire: parseJson(Buffer.from(bytes).toString('utf8')) }), SyntaxError);
    if (!parsed.value) return 'refused';
    const wire = parsed.value.wire as WireValue;
    let verdict: 'accepted' | 'refused' = 'refused';
    for (const mode of ['modify', 'rewrite'] as const) {
      const config = loadConfig(ini, 'a.ini', droneConfigSpec);
      const changed = attempt(() => config.applyWire(wire, mode), ConfigError);
      if (changed.error) expectSame(config.toIni(), ini, 'half of a refused change was made');
      else verdict = 'accepted';
      const again = loadConfig(config.toIni(), 'a.ini', droneConfigSpec);
      expectSame(
        again.toWire().config,
        config.toWire().config,
        'the file says something else than what was set',
      );
    }
    return verdict;
  },
};

export const parameterFiles: FuzzTarget = {
  name: 'parameters',
  share: 500,
  corpus: [
    '# Onboard parameters\n1\t1\tMPC_XY_VEL_MAX\t3.5\t9\n1\t1\tCOM_OBL_RC_ACT\t-1\t6\n',
    'FENCE_ENABLE,1\nRTL_ALT 1500 # cm\nWPNAV_SPEED\t500.5\n',
  ].map(bytesOf),
  words: ['\t9', '\t6', 'NAN', '1e400', '@', ',', '\u00a0'],
  run: (bytes) => {
    const { lines, problems } = parseParameterFile(Buffer.from(bytes).toString('utf8'), 'a.params');
    for (const { id, value } of lines) {
      expectThat(/^[A-Z0-9_]{1,16}$/.test(id), `the parameter ${id}`);
      expectThat(Number.isFinite(value), `${id} is ${value}`);
    }
    return problems.length === 0 ? 'accepted' : 'refused';
  },
};
