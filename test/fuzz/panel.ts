/** Telemetry of a stranger on the operator's screen and in the list: it fills its places, and no terminal obeys it. */
import { Buffer } from 'node:buffer';
import { parseJson } from '../../lib/messaging/json.js';
import { runChecks } from '../../server/fleet/checks.js';
import { mergeTelemetry } from '../../server/fleet/telemetry.js';
import { listedDrone } from '../../server/gateways/control/control-answers.js';
import { initialState } from '../../server/panel/state.js';
import { lineWidth } from '../../server/panel/styled.js';
import { view } from '../../server/panel/view.js';
import { droneView, FakeFacade } from '../server/gateways/control/support/fake-facade.js';
import { attempt, bytesOf, expectSame, expectThat, type FuzzTarget, randomOf } from './target.js';

const sample = {
  ...{
    git_version: '0.1.0',
    animation_info: ['wave', 'OK'],
    battery: [12.5, 0.75],
    armed: false,
    mode: 'OFFBOARD',
  },
  ...{
    fcu_status: 'STANDBY',
    calibration_status: 'OK',
    selfcheck: ['gps: no fix'],
    time_delta: 1.5,
    led: [1, 2, 3],
  },
  ...{ current_position: [1, 2, 3, 90, 'map'], start_position: [1, 2, 0, 0, 'fly', 0], last_task: 'land' },
  ...{
    warnings: ['low'],
    failsafe: ['no GPS'],
    failsafe_last: ['a', 'land', 'GPS lost'],
    show_clock: [1, 'ntp', 2],
  },
  ...{ show_digest: 'ab'.repeat(32), authorization: ['ab', 'live', 60], start: [1785618245, 'ab'] },
};

const settings = {
  ...{
    isVersionChecked: true,
    isPositionChecked: true,
    batteryMinPercent: 50,
    startDistanceMaxM: 1,
    timeDeltaMaxS: 1,
  },
};

export const panel: FuzzTarget = {
  name: 'panel',
  share: 60,
  corpus: [
    bytesOf(JSON.stringify(sample)),
    bytesOf('{"battery":[NaN,Infinity],"current_position":"NO_POS","mode":null}'),
  ],
  words: [
    ...Object.keys(sample),
    '\\u001b[2J',
    '\\u001b]0;x\\u0007',
    '\u0300',
    '\u{1f600}',
    '\\ud800',
    '│',
    '●',
  ],
  run: (bytes) => {
    const parsed = attempt(() => ({ received: parseJson(Buffer.from(bytes).toString('utf8')) }), SyntaxError);
    const telemetry = parsed.value && mergeTelemetry({}, parsed.value.received);
    if (!telemetry) return 'refused';
    const texts = Object.values(telemetry).flat(2);
    const isBounded = texts.every((text) => typeof text !== 'string' || text.length <= 500);
    expectThat(isBounded && texts.length <= 18 * 50 * 50, 'telemetry without bounds is kept');
    const hostile = Buffer.from(bytes).toString('latin1').slice(0, 60);
    const facade = new FakeFacade('drone-1');
    const checks = runChecks(
      { telemetry, timeDeltaS: 0.1, expectedVersion: '0.1.0', proof: 'match' },
      settings,
    );
    const drone = { ...droneView(hostile, { telemetry, telemetryAtMs: 0, software: hostile }), checks };
    facade.drones = [drone, ...facade.drones];
    const random = randomOf(bytes);
    const size = { columns: 40 + Math.floor(200 * random.next()), rows: 5 + Math.floor(50 * random.next()) };
    const lines = view(initialState, facade.snapshot(), size);
    expectSame(lines.length, size.rows, 'another number of lines than the screen has');
    for (const line of lines) {
      expectSame(lineWidth(line), size.columns, 'a line of another width than the screen');
      const text = line.map((span) => span.text).join('');
      expectThat(!/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text), `the terminal would be told ${JSON.stringify(text)}`);
    }
    expectThat(JSON.stringify(listedDrone(drone)).length < 200_000, 'a drone too large for the list');
    return 'accepted';
  },
};
