import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  type Network,
  type OpenStream,
  type ServerAddress,
  ServerSession,
} from '../../../drone-client/client/server-session.js';
import { ConnectionManager, Endpoint } from '../../../lib/messaging/index.js';
import { FakeClock } from '../../support/fake-clock.js';

/** A stream that takes everything and says nothing. */
function silentStream(): Duplex {
  return new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(),
  });
}

/** Servers that are there or not, and announcements that come or not; every knock is noted with its time. */
class FakeNetwork implements Network {
  readonly knocks: string[] = [];
  readonly reachable = new Set<string>();
  announced: ServerAddress | undefined;
  streams: Duplex[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async connect({ host }: ServerAddress): Promise<OpenStream> {
    this.knocks.push(`${this.#clock.monotonicMs()} ${host}`);
    if (!this.reachable.has(host)) throw new Error('refused');
    const stream = silentStream();
    this.streams.push(stream);
    return { stream, remoteAddress: host, remotePort: 1 };
  }

  async findServer(timeoutMs: number): Promise<ServerAddress | undefined> {
    this.knocks.push(`${this.#clock.monotonicMs()} listen`);
    if (!this.announced) await new Promise<void>((resolve) => this.#clock.after(timeoutMs, resolve));
    return this.announced;
  }
}

function makeSession(change: { fixedServer?: ServerAddress; isDiscovering?: boolean } = {}) {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const remembered: ServerAddress[] = [];
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock });
  const session = new ServerSession({
    clock,
    network,
    connection,
    fixedServer: change.fixedServer,
    configuredServer: () => ({ host: 'configured', port: 1 }),
    isDiscovering: () => change.isDiscovering ?? true,
    remember: async (address) => void remembered.push(address),
    random: () => 0.5,
    onConnecting: () => undefined,
    log: () => undefined,
  });
  return { clock, network, connection, session, remembered };
}

describe('the search for the server', () => {
  it('tries the configured one three times, 2 s apart, listens four times 4 s, and begins anew', async () => {
    const { clock, network, session } = makeSession();
    const ended = session.run();
    await clock.advance(20_500);
    expect(network.knocks).toEqual([
      '0 configured',
      '2000 configured',
      '4000 configured',
      '4000 listen',
      '8000 listen',
      '12000 listen',
      '16000 listen',
      '20000 configured',
    ]);
    session.close();
    await clock.advance(4_000);
    await ended;
  });

  it('takes a server that announces itself, and remembers it', async () => {
    const { clock, network, session, connection, remembered } = makeSession();
    network.reachable.add('found');
    network.announced = { host: 'found', port: 7 };
    const ended = session.run();
    await clock.advance(4_100);
    expect(connection.isConnected).toBe(true);
    expect(remembered).toEqual([{ host: 'found', port: 7 }]);
    session.close();
    await ended;
  });

  it('does not remember a server that announces itself and does not let it in', async () => {
    const { clock, network, session, remembered } = makeSession();
    network.announced = { host: 'trap', port: 7 };
    const ended = session.run();
    await clock.advance(4_100);
    expect(network.knocks).toContain('4000 trap');
    expect(remembered).toEqual([]);
    session.close();
    await ended;
  });

  it('does not listen where that is switched off', async () => {
    const { clock, network, session } = makeSession({ isDiscovering: false });
    const ended = session.run();
    await clock.advance(30_000);
    expect(network.knocks).not.toContain('listen');
    session.close();
    await ended;
  });

  it('knocks at a given server alone, with growing pauses up to 0.7 s', async () => {
    const { clock, network, session } = makeSession({ fixedServer: { host: 'given', port: 1 } });
    const ended = session.run();
    await clock.advance(3_500);
    expect(network.knocks).toEqual([0, 200, 600, 1300, 2000, 2700, 3400].map((ms) => `${ms} given`));
    session.close();
    await ended;
  });
});

describe('a lost connection', () => {
  it('is renewed at once', async () => {
    const { clock, network, session, connection } = makeSession({ fixedServer: { host: 'given', port: 1 } });
    network.reachable.add('given');
    const ended = session.run();
    await clock.advance(3_000);
    network.streams[0]?.destroy();
    await clock.advance(0);
    expect(network.knocks).toEqual(['0 given', '3000 given']);
    expect(connection.isConnected).toBe(true);
    session.close();
    await ended;
  });

  it('that is closed again and again as soon as it opens is not renewed in a hot loop', async () => {
    const { clock, network, session } = makeSession({ fixedServer: { host: 'given', port: 1 } });
    network.reachable.add('given');
    const ended = session.run();
    for (let i = 0; i < 200; i += 1) {
      await clock.advance(100);
      for (const stream of network.streams) stream.destroy();
    }
    expect(network.knocks.length).toBeLessThan(12);
    session.close();
    await ended;
  });

  it('is not renewed after close', async () => {
    const { clock, network, session } = makeSession({ fixedServer: { host: 'given', port: 1 } });
    const ended = session.run();
    await clock.advance(100);
    session.close();
    await ended;
    await clock.advance(60_000);
    expect(network.knocks.length).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

describe('a session that leaves its server', () => {
  const other = { host: 'other', port: 7 };

  it('for another has reached that one first, says farewell, and remembers where it went', async () => {
    const { clock, network, session, connection, remembered } = makeSession();
    network.reachable.add('configured').add('other');
    const ended = session.run();
    await clock.advance(3_000);
    let farewells = 0;
    const moved = session.move(other, () => {
      farewells += 1;
      expect(network.knocks).toEqual(['0 configured', '3000 other']);
      expect(network.streams.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    });
    await clock.advance(60);
    await moved;
    expect([farewells, network.knocks.length]).toEqual([1, 2]);
    expect(network.streams.map(({ destroyed }) => destroyed)).toEqual([true, false]);
    expect([connection.isConnected, connection.remoteAddress, remembered]).toEqual([true, 'other', [other]]);
    session.close();
    await ended;
  });

  it('stays where the other one can not be reached, or only one server is to be served', async () => {
    for (const change of [{}, { fixedServer: { host: 'configured', port: 1 } }, { isDiscovering: false }]) {
      const { clock, network, session } = makeSession(change);
      network.reachable.add('configured');
      if ('fixedServer' in change) network.reachable.add('other');
      const ended = session.run();
      await clock.advance(3_000);
      const moved = session.move(other, () => expect.unreachable());
      await clock.advance(60);
      await moved;
      expect(network.streams.map(({ destroyed }) => destroyed)).toEqual([false]);
      session.close();
      await ended;
    }
  });

  it('because that one is not in charge does not call it again while another is looked for', async () => {
    const { clock, network, session } = makeSession();
    network.reachable.add('configured');
    const ended = session.run();
    await clock.advance(100);
    const refused = session.refuse(() => undefined);
    await clock.advance(15_000);
    await refused;
    expect(network.knocks.filter((knock) => knock.includes('configured'))).toEqual(['0 configured']);
    network.reachable.add('found');
    network.announced = { host: 'found', port: 9 };
    await clock.advance(4_000);
    expect(network.knocks.at(-1)).toContain('found');
    session.close();
    await ended;
  });
});
