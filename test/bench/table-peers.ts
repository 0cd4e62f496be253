/** Hundreds of drones that only talk, in a process of their own: each says hello and sends telemetry twice a second. */
import { ConnectionManager, connectTcp, Endpoint, libraryFeatures } from '../../lib/messaging/index.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { every } from '../../lib/time/clock.js';
import { answerParent } from './fleet/child.js';

export type TablePeersOrders = typeof orders;

type ListOrder = { readonly times: number; readonly port: number; readonly token: string };

const intervalMs = 500;
const clock = new SystemClock();

const orders = {
  async join({ count, port }: { readonly count: number; readonly port: number }): Promise<void> {
    for (let number = 1; number <= count; number += 1) await joinOne(`drone-${number}`, port);
  },
  /** `starling ctl list --json`, several times; gives how many letters the last answer has. */
  async list({ times, port, token }: ListOrder): Promise<number> {
    let letters = 0;
    const write = (line: string) => {
      letters = line.length;
    };
    for (let i = 0; i < times; i += 1)
      await runCtl({ action: 'list', json: true, host: '127.0.0.1', port, token, write });
    return letters;
  },
};

async function joinOne(id: string, port: number): Promise<void> {
  const endpoint = new Endpoint();
  endpoint.requestCallback('id', () => id);
  const features = [...libraryFeatures, 'authorization'];
  const connection = new ConnectionManager({
    endpoint,
    clock,
    hello: { protocol: 1, role: 'drone', id, software: 'starling', version: 'bench', features },
  });
  connection.connect(await connectTcp({ host: '127.0.0.1', port, timeoutMs: 5000 }));
  // A server turns away strangers that come all at once.
  await connection.helloSettled();
  let count = 0;
  every(clock, intervalMs, () => {
    if (!connection.isConnected) return;
    connection.sendMessage('telemetry', { kwargs: { value: telemetry(++count) }, lane: 'telemetry' });
  });
}

/** As a drone sends it; what the table shows of it is another with each `count`. */
function telemetry(count: number) {
  return {
    git_version: 'bench',
    config_version: 'client V1.0',
    animation_info: ['wave', 'OK'],
    battery: [16.1 - (count % 40) / 40, 0.87 - (count % 40) / 100],
    armed: false,
    fcu_status: 'STANDBY',
    calibration_status: 'OK',
    mode: 'STABILIZED',
    selfcheck: 'OK',
    current_position: [1.2 + Math.cos(count), -3 + Math.sin(count), 0.05, 90, 'map'],
    start_position: [1.25, -3, 0.05, 0, 'takeoff', 1.5],
    last_task: 'No task',
    time_delta: clock.utcMs() / 1000,
    led: [0, 0, 0],
    warnings: ['the GPS sees 9 satellites: wait'],
    clock: [0.1, 0.4],
  };
}

answerParent(orders);
