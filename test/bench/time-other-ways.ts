/** What others make of the same bad links: printed beside the fleet's figures. The truth: all processes share one clock. */
import { createServer, type Server } from 'node:net';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startNtpServer } from '../../lib/time/ntp/adapters/ntp-server.js';
import { Child } from './fleet/child.js';
import type { LinksOrders } from './fleet/links-process.js';
import type { OtherWaysOrders } from './fleet/other-ways-process.js';
import { head, line } from './time-table.js';

const count = 50;
/** A message is sent a little after the connection stands, ms. */
const settleMs = 300;

export async function benchOtherWays(): Promise<void> {
  const clock = new SystemClock();
  const ntp = await startNtpServer({
    ...{ clock, host: '127.0.0.1', port: 0, clientsAt: () => 100 },
    state: () => ({ type: 'alone' }),
    onWarning: (text) => console.log(text),
  });
  const teller = await startTeller(clock);
  const links = new Child<LinksOrders>(new URL('./fleet/links-process.js', import.meta.url));
  const others = new Child<OtherWaysOrders>(new URL('./fleet/other-ways-process.js', import.meta.url));
  try {
    const opened = await links.ask('open', { count, tcpPort: portOf(teller), ntpPort: ntp.port });
    const ways = opened.map((way) => ({ ...way, ntpPort: ntp.port }));
    await report(others, ways);
  } finally {
    await others.end();
    await links.end();
    teller.close();
    await ntp.close();
  }
}

async function report(
  others: Child<OtherWaysOrders>,
  ways: Parameters<OtherWaysOrders['messages']>[0],
): Promise<void> {
  const messages = await others.ask('messages', ways);
  const bare = (await others.ask('bareReadings', ways)).filter((each) => each !== undefined);
  const times = (await others.ask('getTimes', ways)).filter((each) => each !== undefined);
  head(`other ways, real messages over ${count} such links, own clock right already: offset, ms`);
  line("clever-show's: as a message arrives", errors(messages.map(({ arrivedMs }) => arrivedMs)));
  line("clever-show's: read by 0.1 s sleeps", errors(messages.map(({ readMs }) => readMs)));
  line('bare getNetworkTime, one exchange', errors(bare));
  line('ntp-time-sync 0.5.0 getTime, 8', errors(times));
  console.log(
    `${count - bare.length} of ${count} bare readings lost; ${count - times.length} getTime gave nothing in 20 s`,
  );
}

function errors(values: readonly number[]): { readonly errorMs: number }[] {
  return values.map((errorMs) => ({ errorMs }));
}

/** Tells everybody who connects the time, once. */
async function startTeller(clock: SystemClock): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    setTimeout(() => socket.writable && socket.write(`${clock.utcMs()}`), settleMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
