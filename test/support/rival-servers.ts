/** Servers that hold one fleet's secret, and drones that hear them, on a discovery port of their own; for tests alone. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type StartDroneOptions, startDrone } from '../../drone-client/main.js';
import { fleetPath, updateFleet } from '../../lib/security/adapters/fleet-file.js';
import { takeOver } from '../../lib/security/fleet-secret.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { freeUdpPort } from '../lib/discovery/adapters/ports.js';
import { enrolledKey } from './enrolled.js';
import { FakeVehicle } from './fake-vehicle.js';
import { until } from './until.js';

const clock = new SystemClock();
export type OnTestFinished = (end: () => Promise<void> | void) => void;

/** Servers and drones that hear each other on a port of their own; everything ends with the test. */
export async function makeRivals(onTestFinished: OnTestFinished) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const udpPort = await freeUdpPort();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const state = (name: string) => join(folder, name);
  const ports = new Map<string, number>();
  return {
    ...{ folder, udpPort, state },
    /** Its fleet's file is a copy of `copyOf`'s; `more` stands in its configuration too. */
    async server(
      name: string,
      { copyOf = '', isListening = false, isNewer = false, showPath = '', more = '' } = {},
    ) {
      const lines: string[] = [];
      const configPath = join(folder, `${name}.ini`);
      writeFileSync(
        configPath,
        `[BROADCAST]\nlisten = ${isListening}\nport = ${udpPort}\ndelay = 0.1\n${more}`,
      );
      mkdirSync(state(name), { mode: 0o700 });
      if (copyOf) copyFileSync(fleetPath(state(copyOf)), fleetPath(state(name)));
      if (isNewer) await updateFleet(state(name), (fleet) => takeOver(fleet, Date.now()));
      const server = await startServer({
        ...{
          clock,
          version: '1.0.0',
          stateFolder: state(name),
          isHeadless: true,
          port: 0,
          bind: '127.0.0.1',
        },
        ...{ controlPort: 0, configPath, say: (line) => lines.push(line), ...(showPath && { showPath }) },
      });
      onTestFinished(() => server.close());
      ports.set(name, server.dronePort);
      const { facade } = server;
      const endings: string[] = [];
      void server.ended.then((reason) => endings.push(reason));
      const view = (id: string) => facade.snapshot().drones.find(({ record }) => record.id === id);
      return {
        ...{ server, facade, view, endings, operations: facade.operations },
        has: (...ids: string[]) => ids.every((id) => view(id)?.record.isConnected === true),
        takeOver: () => updateFleet(state(name), (fleet) => takeOver(fleet, Date.now())),
        says: (text: string) =>
          until(
            () => lines.some((line) => line.includes(text)),
            4000,
            () => lines.join('\n'),
          ),
      };
    },
    async drone(id: string, keyOf: string, options: Partial<StartDroneOptions> = {}) {
      const vehicle = new FakeVehicle(clock, { x: id === 'one' ? 0 : 3, y: 0, z: 0 });
      const log: string[] = [];
      vehicle.landingMs = 200;
      const configPath = join(folder, `${id}.ini`);
      const known = `[SERVER]\nhost = 127.0.0.1\nport = ${ports.get(keyOf)}\n`;
      if (!existsSync(configPath)) writeFileSync(configPath, `[TELEMETRY]\nfrequency = 10\n${known}`);
      const drone = await startDrone({
        ...{ clock, vehicle, id, version: '1.0.0', led: new PreviewLed(clock), configPath },
        logger: pino({ base: null }, { write: (line: string) => void log.push(line) }),
        ...{ dataFolder: join(folder, `disk-${id}`), discoveryPort: udpPort, mdnsInterfaces: [] },
        key: await enrolledKey(state(keyOf), id),
        ...options,
      });
      const close = async () => {
        await drone.close();
        await vehicle.close();
      };
      onTestFinished(close);
      const says = (text: string) =>
        until(
          () => log.join('').includes(text),
          4000,
          () => log.join(''),
        );
      return { vehicle, log, says, close };
    },
    /** The first datagram that is announced from now on. */
    async record(): Promise<Uint8Array> {
      const socket = createSocket({ type: 'udp4', reuseAddr: true });
      socket.bind(udpPort, '0.0.0.0');
      const [datagram] = (await once(socket, 'message')) as [Uint8Array];
      socket.close();
      return datagram;
    },
    async replay(datagram: Uint8Array): Promise<void> {
      const socket = createSocket('udp4');
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.setBroadcast(true);
      await new Promise<void>((resolve) =>
        socket.send(datagram, udpPort, '127.255.255.255', () => resolve()),
      );
      socket.close();
    },
  };
}
