/** A server that takes over in mid-show: what flies does not notice. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRivals } from '../support/rival-servers.js';
import { until } from '../support/until.js';

const both = ['one', 'two'];

describe('a server that takes over', () => {
  it('in mid-show lets the show go on: one start, and every drone lands', async ({ onTestFinished }) => {
    const rig = await makeRivals(onTestFinished);
    const show = join(rig.folder, 'show');
    mkdirSync(show);
    for (const [index, id] of both.entries()) writeFileSync(join(show, `${id}.csv`), upAndDown(index * 3));
    const first = await rig.server('first', { showPath: show });
    const drones = [await rig.drone('one', 'first'), await rig.drone('two', 'first')];
    await until(() => first.has(...both));
    await first.operations.upload(both);
    await until(() => both.every((id) => first.view(id)?.isReady));
    await first.operations.authorize(both, { scope: 'live', validS: 600 });
    expect(await first.operations.start(both, { delayS: 4 })).toEqual([
      { id: 'one', ok: true },
      { id: 'two', ok: true },
    ]);
    await until(() => drones.every(({ vehicle }) => vehicle.state.armed));
    const second = await rig.server('second', { copyOf: 'first' });
    await second.takeOver();
    await until(() => second.has(...both));
    expect(drones.every(({ vehicle }) => vehicle.state.armed)).toBe(true);
    await until(() => drones.every(({ vehicle }) => !vehicle.state.armed), 60_000);
    for (const { vehicle } of drones)
      expect(vehicle.commands.filter((each) => each === 'arm')).toHaveLength(1);
    for (const id of both) {
      const report = await second.server.facade.ask(id, 'flight_report');
      expect(report).toMatchObject({ result: 'landed', samples: expect.any(Number) });
    }
  });
});

/** Stands 0.5 s, rises to 2 m in 2 s, hovers 10 s and comes down again, smoothly. Frames of 0.1 s. */
function upAndDown(x: number): string {
  const rise = Array.from({ length: 21 }, (_, i) => 1 - Math.cos((Math.PI * i) / 20));
  const hover = Array.from({ length: 100 }, () => 2);
  const rows = [0, 0, 0, 0, 0, ...rise, ...hover, ...rise.toReversed()].map(
    (z, i) => `${i},${x},0,${z.toFixed(4)},0,0,255,0`,
  );
  return `up\n${rows.join('\n')}\n`;
}
