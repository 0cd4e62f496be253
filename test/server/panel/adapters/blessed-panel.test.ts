/** The real blessed over streams that look like a terminal: bytes in, bytes out, and the terminal given back. */
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { startPanel } from '../../../../server/panel/adapters/blessed-panel.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { drone, FakeFacade, readyDrones, snapshotOf } from '../support/fake-fleet.js';

class FakeKeyboard extends PassThrough {
  isRaw = false;

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
}

class FakeTerminal extends PassThrough {
  columns = 80;
  rows = 24;
  isTTY = true;
  readonly #chunks: Buffer[] = [];

  constructor() {
    super();
    this.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  get written(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const panel of opened.splice(0)) panel.close();
});

async function open(
  env: NodeJS.ProcessEnv = { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  drones = readyDrones(3),
) {
  const facade = new FakeFacade(snapshotOf(drones));
  const [clock, input, output] = [new FakeClock(), new FakeKeyboard(), new FakeTerminal()];
  let quits = 0;
  const panel = startPanel({ facade, clock, input, output, env, onQuit: () => quits++ });
  opened.push(panel);
  const type = async (...chunks: (string | Uint8Array)[]) => {
    for (const chunk of chunks) input.write(chunk);
    await clock.advance(100);
  };
  await clock.advance(1);
  return { facade, clock, input, output, panel, type, quits: () => quits };
}

describe('the panel on a terminal', () => {
  it('takes the terminal over and gives it back as it was', async () => {
    const listeners = process.eventNames().map((name) => process.listenerCount(name));
    const { panel, input, output, clock, facade } = await open();
    expect(input.isRaw).toBe(true);
    expect(output.written).toContain('\u001b[?1049h');
    expect(output.written).toContain('STARLING');
    expect(output.written).toContain(' ^X LAND ALL ');
    panel.close();
    panel.close();
    await clock.advance(1);
    expect(output.written).toContain('\u001b[?1049l');
    expect(output.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      output.written.lastIndexOf('\u001b[?25l'),
    );
    expect([
      input.isRaw,
      input.listenerCount('data'),
      output.listenerCount('resize'),
      clock.pending,
      facade.listenerCount,
    ]).toEqual([false, 0, 0, 0, 0]);
    expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(listeners);
  });

  it('hears Ctrl-X together with Esc, in the middle of a sequence and behind half a letter', async () => {
    for (const bytes of [[0x1b, 0x18], [0x1b, 0x5b, 0x18], [0xd0, 0x18], [0x18]]) {
      const { facade, type } = await open();
      await type('asx', Uint8Array.from(bytes));
      expect(facade.commands.map(({ name }) => name)).toContain('land');
    }
  });

  it('hears Esc alone after 40 ms, and the key behind it at once', async () => {
    const { facade, type, input, output, clock } = await open();
    await type('a', 's');
    const before = output.written.length;
    input.write('\u001b');
    await clock.advance(45);
    expect(output.written.slice(before)).toContain('all 3 selected ready');
    await type('u');
    expect(facade.commands.map(({ name }) => name)).toEqual(['upload']);
    await type('s', '\u001bp');
    expect(facade.commands.map(({ name }) => name)).toEqual(['upload', 'pause']);
  });

  it('sends only what changed', async () => {
    const { output, clock, type } = await open();
    const before = output.written.length;
    await clock.advance(3_000);
    expect(output.written.length).toBe(before);
    await type('\u001b[B');
    expect(output.written.length - before).toBeGreaterThan(0);
    expect(output.written.length - before).toBeLessThan(1_000);
  });

  it('paints anew in the new size', async () => {
    const { output, clock } = await open();
    Object.assign(output, { columns: 200, rows: 60 });
    output.emit('resize');
    await clock.advance(100);
    expect(output.written).toContain('OPEN: drones are not authenticated');
  });

  it('lets no byte of a drone through that is not a letter', async () => {
    const evil = '\u001b]0;pwned\u0007\u001b[5;5H{red-bg}x{/}\u009b2J';
    const { output } = await open({ TERM: 'xterm' }, [
      drone('a', { telemetry: { last_task: evil, mode: evil } }),
    ]);
    expect(output.written).not.toMatch(/pwned|\u009b/);
    expect(output.written).not.toContain('\u001b[5;5H');
    expect(output.written).toContain('{red-bg');
  });

  it.each(['screen-256color', 'tmux-256color', 'xterm', 'linux', 'vt100', 'no-such-terminal', ''])(
    'works with TERM=%s',
    async (TERM) => {
      const { output } = await open({ TERM });
      expect(output.written).toContain('STARLING');
    },
  );

  it('uses no colour with NO_COLOR, and marks Land All all the same', async () => {
    const { output } = await open({ TERM: 'xterm-256color', NO_COLOR: '1' });
    const codes = output.written
      .split('\u001b[')
      .flatMap((part) => /^([\d;]*)m/.exec(part)?.[1]?.split(';') ?? []);
    expect(codes.filter((code) => /^(3[0-8]|4[0-8]|9[0-7]|10[0-7])$/.test(code))).toEqual([]);
    expect(codes).toContain('7');
  });

  it('closes and leaves a line in the log when the terminal is gone', async () => {
    for (const end of ['end', 'error'] as const) {
      const { facade, input, output, clock } = await open();
      if (end === 'end') input.end();
      else output.emit('error', new Error('EIO'));
      await clock.advance(50);
      expect(facade.logged.map(({ text }) => text).join()).toContain('the terminal is gone');
      expect(input.isRaw).toBe(false);
    }
  });

  it('does not pile up pictures for a terminal that does not read, and shows the present when it reads again', async () => {
    const { output, clock, facade } = await open();
    output.pause();
    for (let count = 0; count < 200; count++) {
      const { show } = snapshotOf([]);
      const named = show && { ...show, name: `${count}`, slots: [], durationS: count };
      facade.show(snapshotOf(readyDrones(12), { show: named }));
      facade.log('info', count === 199 ? 'ZZZZZZ' : `${count}`.repeat(20));
      facade.show({ ...facade.current, drones: count % 2 === 0 ? [] : readyDrones(12), log: facade.logged });
      await clock.advance(200);
    }
    expect(output.writableLength + output.readableLength).toBeLessThan(60_000);
    output.resume();
    // At once, not when the clock on the screen goes on.
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(50);
    expect(output.written).toContain('ZZZZZZ');
  });

  it('sends signs as Unicode where the locale says so, otherwise as ASCII, never in another character set', async () => {
    const utf8 = await open({ TERM: 'xterm', LANG: 'en_US.UTF-8' });
    expect(utf8.output.written).toContain('────');
    const plain = await open({ TERM: 'xterm', LANG: 'en_US.UTF-8', LC_ALL: 'C' });
    expect(plain.output.written).toContain('----');
    for (const { output } of [utf8, plain]) expect(output.written).not.toContain('\u001b(0');
    for (const { output } of [utf8, plain]) expect(output.written).not.toContain('\u000e');
  });

  it('has the terminal written to without waiting for it, until it is closed', async () => {
    const calls: boolean[] = [];
    const output = Object.assign(new FakeTerminal(), {
      _handle: { setBlocking: (is: boolean) => calls.push(is) },
    });
    const facade = new FakeFacade(snapshotOf([]));
    const panel = startPanel({
      facade,
      clock: new FakeClock(),
      input: new FakeKeyboard(),
      output,
      env: {},
      onQuit: () => undefined,
    });
    expect(calls).toEqual([false]);
    panel.close();
    expect(calls).toEqual([false, true]);
  });

  it('asks before it quits', async () => {
    const { type, quits } = await open();
    await type('\u0003');
    expect(quits()).toBe(0);
    await type('y');
    expect(quits()).toBe(1);
  });
});
