/**
 * One drone's client alone in its process, as `starling drone` puts it together: only its lights go to /dev/null in place of
 * a bus, and it counts what leaves it.
 */
import { open } from 'node:fs/promises';
import { pino } from 'pino';
import { Ws281xStrip } from '../../../drone-client/led/adapters/ws281x-spi.js';
import type { LedDevice } from '../../../drone-client/led/led.js';
import { LedController } from '../../../drone-client/led/led-controller.js';
import { startDrone } from '../../../drone-client/main.js';
import { createVehicle } from '../../../drone-client/vehicle/adapters/create-vehicle.js';
import { LineOutput } from '../../../lib/output/adapters/line-output.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { answerParent } from '../fleet/child.js';

export type ClientOptions = {
  readonly server: { readonly host: string; readonly port: number };
  readonly autopilotPort: number;
  readonly dataFolder: string;
  /** Of the strip. */
  readonly pixels: number;
};

export type ClientOrders = typeof orders;

/** Since the process began. */
const sent = { setpoints: 0, lights: 0 };

const orders = {
  async start({ server, autopilotPort, dataFolder, pixels }: ClientOptions): Promise<number> {
    const clock = new SystemClock();
    const logger = pino({ base: null }, new LineOutput(2));
    logger.level = 'error';
    const url = { kind: 'udp', host: '127.0.0.1', port: autopilotPort } as const;
    const vehicle = await createVehicle(url, { clock, logger });
    const sendSetpoint = vehicle.sendSetpoint.bind(vehicle);
    vehicle.sendSetpoint = (setpoint) => {
      sent.setpoints += 1;
      sendSetpoint(setpoint);
    };
    const device = counted(new Ws281xStrip(await open('/dev/null', 'w'), pixels, 'grb'));
    const correction = { brightness: 1, gamma: 2.2 };
    const led = new LedController({ clock, device, correction, onError: (text) => logger.error(text) });
    await startDrone({
      ...{ clock, logger, version: 'bench', vehicle, led, dataFolder, server },
      ...{ id: 'drone-1', isOpen: true },
    });
    return process.pid;
  },

  sent: (_: undefined) => ({ ...sent }),
};

function counted(device: Ws281xStrip): LedDevice {
  return {
    pixelCount: device.pixelCount,
    minIntervalMs: device.minIntervalMs,
    refreshMs: device.refreshMs,
    write(pixels) {
      sent.lights += 1;
      return device.write(pixels);
    },
    close: () => device.close(),
  };
}

answerParent(orders);
