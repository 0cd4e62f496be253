/** A drone with all that it has on board tells the wind that it flies in, and how warm its battery grows. */
import { describe, expect, it } from 'vitest';
import { type Flavour, flown } from '../../end-to-end/on-board-rig.js';

const fromNorth = { meanMPerS: 6, fromRad: Math.PI / 2, gustMPerS: 0.5 };
/** Its x axis points north, its y axis west. */
const turnedFloor = '[FLIGHT]\nframe_id = floor\n[FLOOR FRAME]\nrotation = 0, 0, 90\n';

describe.each([
  ['PX4', 'px4', '', 0],
  ['ArduPilot in a floor frame that is turned', 'ardupilot', turnedFloor, 90],
] satisfies [string, Flavour, string, number][])('a drone with %s', (_, flavour, ini, deg) => {
  it('tells the wind in the frame of its show while it flies, and the temperature of its battery', async () => {
    const { clock, drone, until, truth, close } = await flown(flavour, { ini, wind: fromNorth });
    const told = () => drone.telemetry();
    expect(told()).toMatchObject({ wind: [], temperature: [Number.NaN, expect.closeTo(20, 0)] });
    expect(told()).not.toHaveProperty('link_quality');
    await until(40, () => truth().positionM.z > 1.5);
    const stopping = drone.player.stop('hover');
    await clock.advance(9000);
    await stopping;
    const [meanMPerS = 0, gustMPerS = 0, fromDeg = 0] = numbersOf(told().wind);
    expect(Math.abs(meanMPerS - 6)).toBeLessThan(1.5);
    expect(gustMPerS).toBeGreaterThan(meanMPerS);
    expect(Math.cos(((fromDeg - deg) / 180) * Math.PI)).toBeGreaterThan(0.95);
    expect(numbersOf(told().temperature)[1]).toBeGreaterThan(20.1);
    await close();
  });
});

function numbersOf(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
