/** Orders to drones that are armed: what would take the autopilot or the computer away in the air is not sent. */
import { describe, expect, it } from 'vitest';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import { CurrentRun } from '../../../server/show-control/current-run.js';
import { giveOrder, isOrder, orders } from '../../../server/show-control/orders.js';
import { renameDrone } from '../../../server/show-control/rename-drone.js';
import { FakeClock } from '../../support/fake-clock.js';
import { drone } from '../panel/support/fake-fleet.js';

const clock = new FakeClock();
const commands = new CommandRunner({
  ...{ clock, isKnown: () => true, connection: () => undefined },
  ...{ onFleetEvent: () => undefined, log: () => undefined },
});
const views = new Map([
  ['flying', drone('flying', { telemetry: { armed: true }, isAnswering: false })],
  ['standing', drone('standing')],
]);
const parts = {
  ...{ commands, current: new CurrentRun(clock, () => undefined), isReceiving: () => false },
  ...{ view: (id: string) => views.get(id), connection: () => undefined },
  isKnown: (id: string) => views.has(id),
};
const ids = ['flying', 'standing'];
const codes = (results: readonly { readonly code?: string }[]) => results.map(({ code }) => code);

describe('a drone that is armed', () => {
  const forStanding = Object.entries(orders).flatMap(([name, traits]) =>
    'isForStanding' in traits && isOrder(name) ? [name] : [],
  );

  it.each(forStanding)('is not sent %s, even an old one that would obey', async (name) => {
    expect(codes(await giveOrder(name, { ids, kwargs: {} }, parts))).toEqual(['armed', 'unreachable']);
  });

  it('is sent lights', async () => {
    expect(codes(await giveOrder('led_test', { ids, kwargs: {} }, parts))).toEqual([
      'unreachable',
      'unreachable',
    ]);
  });

  it('keeps its name: under another one it would be gone from the table until it comes back', async () => {
    expect(codes(await renameDrone(['flying'], 'other', parts))).toEqual(['armed']);
    expect(codes(await renameDrone(['standing'], 'other', parts))).toEqual(['unreachable']);
  });
});

it('a drone that a file or an update is on its way to keeps its name: it would leave in the middle', async () => {
  const receiving = { ...parts, isReceiving: () => true };
  expect(codes(await renameDrone(['standing'], 'other', receiving))).toEqual(['refused']);
});

it('a drone is not named as another is, in letters of any size: it takes small ones', async () => {
  for (const name of ['flying', 'Flying'])
    expect(await renameDrone(['standing'], name, parts)).toMatchObject([
      { code: 'bad_argument', message: 'another drone is called flying' },
    ]);
  expect(codes(await renameDrone(['standing'], 'Standing', parts))).toEqual(['unreachable']);
});

it('the list of what is for standing drones alone holds all that restarts', () => {
  for (const name of ['reboot_fcu', 'reboot_all', 'service_restart', 'update_repo', 'repair_chrony'] as const)
    expect(orders[name]).toMatchObject({ isForStanding: true });
});
