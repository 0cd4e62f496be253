/** How others learn a server's time, over the same bad links and with real messages: clever-show's way, and ntp-time-sync. */
import { connect } from 'node:net';
import { NtpTimeSync } from 'ntp-time-sync';
import { Random } from '../../../drone-client/simulator/random.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { answerParent } from './child.js';

export type Way = { readonly host: string; readonly port: number; readonly ntpPort: number };

export type OtherWaysOrders = typeof orders;

/** How often a loop of sleeps looks, ms. */
const sleepMs = 100;

/** `getTime` asks again and again; longer than this counts as never, ms. */
const getTimeMs = 20_000;

const clock = new SystemClock();

const orders = {
  /** A message brings the server's time: how wrong that is when it arrives, and when a loop of sleeps reads it, ms. */
  messages(ways: readonly Way[]): Promise<{ readonly arrivedMs: number; readonly readMs: number }[]> {
    return Promise.all(ways.map((way, index) => message(way, index + 1)));
  },

  /** Its one exchange, ms; undefined where it was lost. */
  bareReadings(ways: readonly Way[]): Promise<(number | undefined)[]> {
    return Promise.all(ways.map(bareReading));
  },

  /** Its `getTime` with its defaults, ms; undefined where it gave nothing. */
  getTimes(ways: readonly Way[]): Promise<(number | undefined)[]> {
    return Promise.all(ways.map(getTime));
  },
};

/** Clocks of this process and the server's are the machine's: what is found instead of 0 is the error. */
function message({ host, port }: Way, seed: number): Promise<{ arrivedMs: number; readMs: number }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let told: { readonly serverUtcMs: number; readonly arrivedMs: number } | undefined;
    const look = () => {
      if (!told) return void setTimeout(look, sleepMs);
      socket.destroy();
      resolve({ arrivedMs: told.arrivedMs, readMs: told.serverUtcMs - clock.utcMs() });
    };
    setTimeout(look, new Random(seed).between(0, sleepMs));
    socket.on('error', reject);
    socket.once('data', (bytes) => {
      const serverUtcMs = Number(bytes.toString());
      told = { serverUtcMs, arrivedMs: serverUtcMs - clock.utcMs() };
    });
  });
}

async function bareReading({ host, ntpPort }: Way): Promise<number | undefined> {
  const answer = await new NtpTimeSync({ replyTimeout: 1000 })
    .getNetworkTime(host, ntpPort)
    .catch(() => undefined);
  if (!answer) return undefined;
  const { originTimestamp, receiveTimestamp, transmitTimestamp, destinationTimestamp } = answer;
  if (!originTimestamp || !receiveTimestamp || !transmitTimestamp) return undefined;
  const thereMs = receiveTimestamp.getTime() - originTimestamp.getTime();
  return (thereMs + transmitTimestamp.getTime() - destinationTimestamp.getTime()) / 2;
}

function getTime({ host, ntpPort }: Way): Promise<number | undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), getTimeMs);
    new NtpTimeSync({ servers: [`${host}:${ntpPort}`] }).getTime(true).then(
      ({ offset }) => resolve(offset),
      () => resolve(undefined),
    );
  });
}

answerParent(orders);
