/** How far the evening is, by table: from nothing to the last landing. */
import { describe, expect, it } from 'vitest';
import { stagesOf } from '../../../server/panel/stages.js';
import { initialState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { viewStages } from '../../../server/panel/view-stages.js';
import type { DroneView, ServerSnapshot } from '../../../server/snapshot.js';
import { drone, readyDrones, showNightUtcMs, snapshotOf } from './support/fake-fleet.js';

const unloaded = drone('b', { telemetry: { animation_info: ['', 'No animation'] } });
const displaced = drone('b', { telemetry: { current_position: [9, 9, 0, 0, 'map'] } });
const weak = drone('b', { telemetry: { battery: [14, 0.2] } });
const flying = drone('b', { telemetry: { armed: true, fcu_status: 'ACTIVE' } });
const spare: DroneView = { ...unloaded, slot: undefined };

const countdown = {
  phase: 'countdown',
  scope: 'live',
  startUtcMs: showNightUtcMs + 9_000,
  holding: 2,
  of: 2,
} as const;
const running = { phase: 'running', scope: 'live', startUtcMs: showNightUtcMs - 9_000 } as const;
const paused = { phase: 'paused', startUtcMs: 0, pausedUtcMs: 9_000 } as const;
const lights: Partial<ServerSnapshot> = {
  authorization: {
    ...{ digest: '1a', scope: 'lights', leftS: 500, override: undefined, ids: ['a', 'b'] },
  },
};

const signs = { done: '+', next: '>', now: '*', open: '.' } as const;

/** `+load >upload 1/2 .place ...` */
function told(
  drones: readonly DroneView[],
  more: Partial<ServerSnapshot> = {},
  selected: string[] = [],
): string {
  return stagesOf(snapshotOf(drones, more), new Set(selected))
    .map(({ name, state, count }) => {
      const isCounted = count && state !== 'open';
      return `${signs[state]}${name}${isCounted ? ` ${count.done}/${count.of}` : ''}`;
    })
    .join(' ');
}

const rest = '.countdown .flying .landed';

describe('the stages', () => {
  it.each<[string, DroneView[], Partial<ServerSnapshot>, string]>([
    ['nothing is loaded', [], { show: undefined }, `>load .upload .place .check .authorize ${rest}`],
    ['nobody is here', [], {}, `+load >upload 0/0 .place .check .authorize ${rest}`],
    ['one lacks the show', [drone('a'), unloaded], {}, `+load >upload 1/2 +place .check +authorize ${rest}`],
    [
      'a spare lacks it',
      [drone('a'), spare],
      {},
      '+load +upload +place +check +authorize >countdown .flying .landed',
    ],
    [
      'one stands elsewhere',
      [drone('a'), displaced],
      {},
      `+load +upload >place 1/2 .check +authorize ${rest}`,
    ],
    ['one is not ready', [drone('a'), weak], {}, `+load +upload +place >check 1/2 +authorize ${rest}`],
    [
      'nothing is authorized',
      readyDrones(2),
      { authorization: undefined },
      `+load +upload +place +check >authorize 0/2 ${rest}`,
    ],
    ['all is ready', readyDrones(2), {}, '+load +upload +place +check +authorize >countdown .flying .landed'],
    [
      'lights alone are authorized',
      [drone('a'), displaced],
      lights,
      '+load +upload +place +check +authorize >countdown .flying .landed',
    ],
    [
      'it counts down',
      readyDrones(2),
      { phase: countdown },
      '+load +upload +place +check +authorize *countdown .flying .landed',
    ],
    [
      'it flies',
      [drone('a'), flying],
      { phase: running },
      '+load +upload +place +check +authorize +countdown *flying 1/2 .landed',
    ],
    [
      'it is paused',
      [flying],
      { phase: paused },
      '+load +upload +place +check +authorize +countdown *flying 1/1 .landed',
    ],
    [
      'one is still in the air after it',
      [drone('a'), flying],
      {},
      '+load +upload +place +check +authorize +countdown +flying *landed 1/2',
    ],
  ])('are right when %s', (_, drones, more, expected) => {
    expect(told(drones, more)).toBe(expected);
  });

  it('are those of the selected drones where some are selected', () => {
    expect(told([drone('a'), unloaded], {}, ['a'])).toContain('>countdown');
    expect(told([drone('a'), unloaded], {}, ['b'])).toContain('>upload 0/1');
  });

  it('are all done when a show has ended and nobody is armed', () => {
    const stages = stagesOf(snapshotOf(readyDrones(2)), new Set(), true);
    expect(stages.every(({ state }) => state === 'done')).toBe(true);
  });

  it('fit into 80 columns with 2,000 drones, and the next one is told by a mark besides its colour', () => {
    const snapshot = snapshotOf(readyDrones(2000), { authorization: undefined });
    const line = viewStages(initialState, { snapshot, size: { columns: 80, rows: 24 } });
    expect(plainText(line)).toBe(
      ' ✓load ✓upload ✓place ✓check  >authorize 0/2000  ·countdown ·flying ·landed',
    );
    expect(line.filter(({ isInverse }) => isInverse)).toHaveLength(1);
  });
});
