import { describe, expect, it } from 'vitest';
import { LastResortWatch } from '../../../drone-client/failsafe/last-resort-watch.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

function watched() {
  const clock = new FakeClock();
  const vehicle = new FakeVehicle(clock);
  const read = vehicle.maintenance.readParameter.bind(vehicle.maintenance);
  const delay = { ms: 0 };
  vehicle.maintenance.readParameter = async (id: string) => {
    const parameter = await read(id);
    if (delay.ms > 0) await new Promise<void>((resolve) => clock.after(delay.ms, resolve));
    return parameter;
  };
  const watch = new LastResortWatch({
    ...{ clock, vehicle },
    context: () => ({ frame: 'map', usesMavlinkLed: false }),
    onWarning: () => undefined,
  });
  watch.start();
  return { clock, vehicle, watch, delay };
}

describe('the last-resort parameters', () => {
  it('are read again when they were changed while they were being read', async () => {
    const { clock, vehicle, watch, delay } = watched();
    await clock.advance(1000);
    expect(watch.problems).toEqual([]);
    delay.ms = 300;
    watch.refresh();
    await clock.advance(600);
    vehicle.maintenance.parameters.set('COM_OBL_RC_ACT', { id: 'COM_OBL_RC_ACT', value: 0, type: 'integer' });
    watch.refresh();
    await clock.advance(20_000);
    expect(watch.problems).not.toEqual([]);
  });

  it('of an autopilot that was away are unread until they were read anew', async () => {
    const { clock, vehicle, watch, delay } = watched();
    await clock.advance(1000);
    vehicle.set({ connected: false });
    await clock.advance(1000);
    delay.ms = 2000;
    vehicle.set({ connected: true });
    await clock.advance(1000);
    expect(watch.problems).toBe('unread');
  });
});
