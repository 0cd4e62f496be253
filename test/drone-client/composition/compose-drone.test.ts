import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../../bin/rehearsal/memory-disk.js';
import type { ServerEpoch } from '../../../drone-client/client/server-epoch.js';
import { composeDrone } from '../../../drone-client/composition/compose-drone.js';
import type { DroneEdges } from '../../../drone-client/composition/drone-edges.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { noHost } from '../../../drone-client/failsafe/host-health.js';
import { Jobs } from '../../../drone-client/jobs/jobs.js';
import { NoLed } from '../../../drone-client/led/no-led.js';
import { loadConfig } from '../../../lib/config/index.js';
import { RefusedError } from '../../../lib/errors.js';
import { ConnectionManager, Endpoint, libraryFeatures } from '../../../lib/messaging/index.js';
import { MemoryNetwork } from '../../../lib/rehearsal/memory-network.js';
import { SeededRandom } from '../../../lib/rehearsal/seeded-random.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeJobFolder } from '../../support/fake-job-folder.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

const never = () => Promise.reject(new RefusedError('refused', 'nobody asks for that here'));

/** A drone and a server on a network in memory; `change` replaces edges. */
async function compose(change: (clock: FakeClock) => Partial<DroneEdges> = () => ({})) {
  const clock = new FakeClock();
  const network = new MemoryNetwork({ clock, random: new SeededRandom(1) });
  const [serverHost, host] = [network.host('10.0.0.1'), network.host('10.1.0.1')];
  const hello = { protocol: 1, role: 'server', id: 'hall', software: 'starling', version: '1' } as const;
  const server = new ConnectionManager({
    ...{ endpoint: new Endpoint(), clock, hello: { ...hello, features: [...libraryFeatures] } },
    resendRequests: false,
  });
  const door = serverHost.listen((stream) => server.connect(stream));
  const vehicle = new FakeVehicle(clock);
  const disk = new MemoryDisk();
  const [log, ends]: [string[], string[]] = [[], []];
  let id = 'drone-1';
  const timersBefore = clock.pending;
  const drone = await composeDrone({
    ...{ clock, vehicle, led: new NoLed(), version: '1', boot: 'bootbootboot' },
    config: loadConfig('', 'drone.ini', droneConfigSpec),
    ...{ isConfigured: false, saveConfig: async () => undefined },
    log: (level, text) => log.push(`${level} ${text}`),
    id: () => id,
    rename: (name) => {
      id = name;
    },
    ...{ files: disk, flightLogs: disk.logs, host: noHost, programs: { run: never } },
    names: { hostname: () => 'pi', ipAddress: () => host.address, random: () => 0 },
    ...{ security: { key: undefined, isOpen: true }, epochs: undefined },
    server: { host: serverHost.address, port: door.port },
    network: {
      async connect(to, signal) {
        return { stream: await host.connect({ ...to, address: to.host }, { timeoutMs: 1000, signal }) };
      },
      ...{ findServer: async () => undefined, listen: never },
    },
    openDatagrams: async ({ onDatagram }) => host.openDatagrams(onDatagram),
    time: {
      ...{ server: () => ({ name: 'hall', exchange: never }), foreignResolutionMs: 0 },
      foreign: () => ({ name: 'far', exchange: never }),
    },
    ...{ random: () => 0, watchLoop: undefined },
    release: async () => void ends.push(drone.isConnected ? 'released while connected' : 'released too late'),
    ...change(clock),
  });
  await clock.advance(500);
  return { clock, server, drone, vehicle, log, ends, timersBefore };
}

describe('a drone over its edges', () => {
  it('is heard by its connection alone, and says so, where no socket for datagrams can be had', async () => {
    const { server, log, drone } = await compose(() => ({
      openDatagrams: () => Promise.reject(new Error('bind EACCES')),
    }));
    expect(drone.isConnected).toBe(true);
    expect(server.peer).toMatchObject({ id: 'drone-1', role: 'drone' });
    expect(server.peer).not.toHaveProperty('udp');
    expect(log).toContain(
      'warn land and stop are heard by the connection alone, not by datagram: bind EACCES',
    );
  });

  it('answers by its old name, and comes back by the new one', async () => {
    const { server, clock, drone } = await compose();
    expect(server.peer).toMatchObject({ id: 'drone-1', boot: 'bootbootboot', udp: expect.any(Number) });
    const answer = server.getResponse('id', { kwargs: { new_id: 'drone-7' } });
    await clock.advance(100);
    expect(await answer).toBe('drone-7');
    expect(server.peer?.id).toBe('drone-1');
    await clock.advance(500);
    expect([server.isConnected, server.peer?.id, drone.id]).toEqual([true, 'drone-7', 'drone-7']);
  });

  it('tells the lateness of its program where it is its own', async () => {
    const { log } = await compose((clock) => ({
      watchLoop: (onLate) => clock.after(100, () => onLate(31.4)),
    }));
    expect(log).toContain('warn this program came 31 ms late: end what else runs on this computer');
  });

  it('says how it is, for those who look after its program', async () => {
    const { clock, drone, server, vehicle } = await compose();
    expect(drone.vitals()).toEqual({
      ...{ server: expect.stringMatching(/^hall/) as string, isVehicleHeard: true, isArmed: false },
      ...{ task: 'No task', setpointAgeMs: undefined },
    });
    const answer = server.getResponse('takeoff', { timeoutMs: 20_000 });
    await clock.advance(6000);
    await answer;
    const { setpointAgeMs, isArmed } = drone.vitals();
    expect([isArmed, setpointAgeMs !== undefined && setpointAgeMs <= 50]).toEqual([true, true]);
    vehicle.set({ armed: false });
    const closed = drone.close();
    await clock.advance(0);
    await closed;
    expect(drone.vitals()).toMatchObject({ server: undefined, setpointAgeMs: undefined });
  });

  it('is served by no server that is not in charge any more', async () => {
    const { drone, clock } = await compose(() => ({
      epochs: { judge: () => 'its epoch is over', highest: undefined } as unknown as ServerEpoch,
    }));
    const seen = new Set<string>();
    for (let i = 0; i < 400; i += 1) {
      await clock.advance(5);
      seen.add(`connected ${drone.isConnected}, served ${drone.vitals().server !== undefined}`);
    }
    expect([...seen].sort()).toEqual(['connected false, served false', 'connected true, served false']);
  });

  it('tells of its software, and holds nothing up when it ends in the middle of a job of root', async () => {
    const folder = new FakeJobFolder();
    const { server, clock, drone, timersBefore } = await compose((own) => ({
      jobs: new Jobs({ clock: own, folder }),
    }));
    const [told, done] = [server.getResponse('software'), server.getResponse('repair_chrony')];
    const failed = expect(done).rejects.toThrow();
    await clock.advance(100);
    expect(await told).toEqual({ version: '1', architecture: 'arm64' });
    expect(folder.asked).toEqual(['repair-time']);
    const closed = drone.close();
    await clock.advance(0);
    await closed;
    server.close('the test ends');
    await failed;
    await clock.advance(3000);
    expect(clock.pending).toBe(timersBefore);
  });

  it('gives back what was opened for it before its last word, and leaves no timer behind', async () => {
    const { clock, server, drone, ends, timersBefore } = await compose();
    const closed = drone.close();
    await clock.advance(0);
    await closed;
    expect(ends).toEqual(['released while connected']);
    expect(drone.isConnected).toBe(false);
    server.close('the test ends');
    await clock.advance(3000);
    expect(clock.pending).toBe(timersBefore);
  });
});
