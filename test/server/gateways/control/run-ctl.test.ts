import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunCtlOptions, runCtl } from '../../../../lib/protocols/tpp/adapters/run-ctl.js';
import { hashPassword } from '../../../../lib/security/access/password.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import {
  type ControlPort,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { testCertificate } from '../../../support/certificate.js';
import { FakeFacade } from './support/fake-facade.js';
import { entryOf, gatekeeperOf, gatekeeperOver } from './support/gatekeeper-of.js';

const token = 'the-token-of-this-server-and-no-other';
const gatekeeper = gatekeeperOf(token);

let facade: FakeFacade;
let control: ControlPort;

beforeEach(async () => {
  facade = new FakeFacade('drone-1', 'drone-2');
  const clock = new SystemClock();
  control = await startControlPort({
    facade,
    clock,
    host: '127.0.0.1',
    port: 0,
    gatekeeper,
    version: '0.1.0',
  });
});

afterEach(() => control.close());

async function ctl(action: string, options: Partial<RunCtlOptions> = {}) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await runCtl({
    action,
    token,
    host: '127.0.0.1',
    port: control.port,
    write: (line) => lines.push(line),
    writeError: (line) => errors.push(line),
    ...options,
  });
  return { code, lines, errors };
}

describe('starling ctl', () => {
  it('prints a line for each drone and ends with 0 when all did it', async () => {
    expect(await ctl('land')).toEqual({
      code: 0,
      lines: ['drone-1  ok', 'drone-2  ok'],
      errors: [],
    });
  });

  it('takes the names of a whole fleet, one after the other', async () => {
    const words = Array.from({ length: 1000 }, (_, at) => `drone-${at + 1}`);
    const { code, errors } = await ctl('land', { words });
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
  });

  it('ends with 1 when one did not', async () => {
    facade.end = (id) => (id === 'drone-1' ? { id, ok: true } : { id, ok: false, code: 'timeout' });
    expect(await ctl('start', { all: true, options: { delay: '3' } })).toEqual({
      code: 1,
      lines: ['drone-1  ok', 'drone-2  FAILED  timeout'],
      errors: [],
    });
    expect(facade.calls).toEqual([{ action: 'start', ids: ['drone-1', 'drone-2'], options: { delayS: 3 } }]);
  });

  it('ends with 1 when there is no drone', async () => {
    facade.drones = [];
    expect(await ctl('land')).toEqual({ code: 1, lines: ['no drones'], errors: [] });
    expect(await ctl('upload', { all: true, json: true })).toEqual({
      code: 1,
      lines: ['{"results":[]}'],
      errors: [],
    });
    expect((await ctl('list')).code).toBe(0);
  });

  it('ends with 0 and says what was done when it concerns no drone', async () => {
    facade.groups.replace('east', ['drone-1']);
    expect(await ctl('group_remove', { words: ['east'] })).toEqual({
      ...{ code: 0, lines: ['group "east" is forgotten; its drones stay'], errors: [] },
    });
    // A search that is not on is closed already.
    expect(await ctl('visual_land_end', { words: ['close'] })).toEqual({
      ...{ code: 0, lines: ['done: Visual land: end'], errors: [] },
    });
    const asked: unknown[] = [];
    const note = (name: string) => async (value?: unknown) => `${name} ${asked.push([name, value])}`;
    facade.music = {
      ...{ choose: note('choose'), play: note('play') },
      ...{ hold: note('hold'), stop: () => Promise.reject(new Error('no player')) },
    };
    expect(await ctl('music_choose', { words: ['/m/tune.mp3'], json: true })).toEqual({
      ...{ code: 0, lines: ['{"results":[],"text":"choose 1"}'], errors: [] },
    });
    for (const words of [['2.5'], []]) await ctl('music_play', { words });
    expect((await ctl('music_choose')).code).toBe(0);
    expect(await ctl('music_hold')).toEqual({ code: 0, lines: ['hold 5'], errors: [] });
    expect(asked).toEqual([
      ['choose', '/m/tune.mp3'],
      ['play', 2.5],
      ['play', undefined],
      ['choose', undefined],
      ['hold', undefined],
    ]);
    expect((await ctl('music_stop')).code).toBe(1);
    expect((await ctl('music_hold', { words: ['drone-1'] })).code).toBe(2);
  });

  it('lands at once while music hangs', async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    facade.music = {
      ...facade.music,
      play: () => {
        isAsked();
        return new Promise(() => undefined);
      },
    };
    const abort = new AbortController();
    const playing = ctl('music_play', { signal: abort.signal });
    await asked;
    expect((await ctl('land')).code).toBe(0);
    abort.abort();
    expect((await playing).code).toBe(1);
  });

  it('prints the answer as JSON when asked to, and errors beside it', async () => {
    const { code, lines } = await ctl('list', { json: true, words: ['drone-2'] });
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      [expect.objectContaining({ id: 'drone-2', connected: true })],
    ]);
    const refused = await ctl('list', { json: true, words: ['ghost'] });
    expect(refused).toEqual({ code: 1, lines: [], errors: ['no drone is called "ghost"'] });
  });

  it('prints a table of the drones and the lines of the status', async () => {
    expect((await ctl('list')).lines[1]).toMatch(/^drone-1 {2}connected {2}ready/);
    expect((await ctl('status')).lines).toContain('drones     2: 2 connected, 2 ready, 0 armed');
  });

  it('loads a show and says what it is; one that is wrong ends with 1', async () => {
    expect(await ctl('load', { words: ['/night'] })).toEqual({
      code: 0,
      lines: ['show    /night (2 drones, 65 s)', 'digest  ab'],
      errors: [],
    });
    expect(await ctl('load', { words: ['/wrong'] })).toEqual({
      code: 1,
      lines: [],
      errors: ['/wrong: no show'],
    });
  });

  it.each([
    ['explode', {}],
    ['load', {}],
    ['start', {}],
    ['land', { words: ['drone-1'], all: true }],
    ['land', { options: { delay: '3' } }],
    ['land', { events: 'log' }],
    ['stream', {}],
    ['stream', { events: ' , ' }],
    ['stream', { events: 'log', all: true, words: ['drone-1'] }],
    ['stream', { events: 'log', options: { delay: '3' } }],
  ])('ends with 2 when it is called wrongly (%s %j), and asks nobody', async (action, options) => {
    const { code, lines, errors } = await ctl(action, { ...options, port: 1 });
    expect({ code, lines, told: errors.length }).toEqual({ code: 2, lines: [], told: 1 });
    expect(facade.calls).toEqual([]);
  });

  it('ends with 3 when there is no server', async () => {
    const { port } = control;
    await control.close();
    expect(await ctl('land', { port })).toEqual({
      code: 3,
      lines: [],
      errors: [`no server answers at 127.0.0.1:${port}`],
    });
  });

  it('ends with 1 when the token is wrong', async () => {
    expect(await ctl('land', { token: 'x' })).toEqual({ code: 1, lines: [], errors: ['Bad auth token'] });
    expect(facade.calls).toEqual([]);
  });

  it('ends with 1 when what listens there is no server of ours', async () => {
    const stranger = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { code, errors } = await ctl('land', { port });
    stranger.close();
    expect({ code, told: errors.length }).toEqual({ code: 1, told: 1 });
  });

  it('prints telemetry until it is told to stop, and ends with 0', async () => {
    facade.receive('drone-1', { armed: true });
    const abort = new AbortController();
    const lines: string[] = [];
    const code = await runCtl({
      action: 'telemetry',
      words: ['drone-1'],
      token,
      host: '127.0.0.1',
      port: control.port,
      json: true,
      signal: abort.signal,
      write: (line) => {
        lines.push(line);
        if (lines.length === 2) abort.abort();
        else facade.receive('drone-1', { armed: false });
      },
    });
    expect(code).toBe(0);
    expect(lines).toEqual([
      '{"id":"drone-1","telemetry":{"armed":true}}',
      '{"id":"drone-1","telemetry":{"armed":false}}',
    ]);
  });

  it('prints events as JSON, one a line, until it is told to stop', async () => {
    const abort = new AbortController();
    const lines: string[] = [];
    const write = (line: string) => {
      lines.push(line);
      if (lines.length === 2) abort.abort();
      else facade.receive('drone-1', { armed: false });
    };
    const events = { events: ' phase,telemetry,', words: ['drone-1'], signal: abort.signal, write };
    expect((await ctl('stream', events)).code).toBe(0);
    expect(lines).toEqual([
      '{"event_type":"phase","phase":"idle","startAt":null}',
      '{"event_type":"telemetry","id":"drone-1","telemetry":{"armed":false}}',
    ]);
    expect(await ctl('stream', { events: 'steps' })).toEqual({
      ...{ code: 1, lines: [] },
      errors: ['unknown event type "steps"; known are phase, drone, telemetry, result, log'],
    });
  });

  it('goes by the certificate where it is told to, with a name and password alone too', async () => {
    await control.close();
    const tls = await testCertificate();
    const password = await hashPassword('correct horse', new Uint8Array(16), { N: 2 ** 10, r: 8, p: 1 });
    const kept = gatekeeperOver(new Map([['olga', entryOf(token, 'operator', { password })]]));
    const clock = new SystemClock();
    control = await startControlPort({
      ...{ facade, clock, host: '127.0.0.1', port: 0, gatekeeper: kept, version: '0', tls },
    });
    expect((await ctl('land', { tls: { ca: tls.cert } })).code).toBe(0);
    const user = { name: 'olga', password: 'correct horse' };
    expect((await ctl('land', { tls: { ca: tls.cert }, token: undefined, user })).code).toBe(0);
    expect(await ctl('land', { tls: { ca: undefined } })).toEqual({
      ...{ code: 1, lines: [] },
      errors: [expect.stringContaining('nobody that is trusted has signed its certificate')],
    });
  });

  it('asks again and again only until it is told to stop, also when that comes with an answer', async () => {
    const stop = new AbortController();
    const write = (line: string) => void (line.startsWith('ID') && stop.abort());
    const begunMs = performance.now();
    expect((await ctl('list', { watchS: 3600, signal: stop.signal, write })).code).toBe(0);
    expect(performance.now() - begunMs).toBeLessThan(5000);
  });

  it('gives up waiting for an answer when it is told to', async () => {
    const abort = new AbortController();
    facade.end = () => {
      abort.abort();
      return new Promise(() => undefined);
    };
    expect(await ctl('land', { signal: abort.signal })).toEqual({
      code: 1,
      lines: [],
      errors: ['"land" was cancelled'],
    });
  });
});
