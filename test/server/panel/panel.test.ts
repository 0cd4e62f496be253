/** The panel at work on a clock that stands still: when it paints, what it commands, what it survives. */
import { describe, expect, it } from 'vitest';
import { Panel } from '../../../server/panel/panel.js';
import { plainText, type StyledLine } from '../../../server/panel/styled.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeFacade, readyDrones, snapshotOf } from './support/fake-fleet.js';

class FakeScreen {
  paints = 0;
  forgotten = 0;
  lines: readonly string[] = [];

  size() {
    return { columns: 80, rows: 24 };
  }

  paint(lines: readonly StyledLine[]): void {
    this.paints++;
    this.lines = lines.map(plainText);
  }

  forget(): void {
    this.forgotten++;
  }
}

function open(facade = new FakeFacade(snapshotOf(readyDrones(3)))) {
  const clock = new FakeClock();
  const screen = new FakeScreen();
  let quits = 0;
  const panel = new Panel({ facade, clock, screen, onQuit: () => quits++ });
  const press = (...keys: string[]) => {
    for (const key of keys) panel.key(key);
  };
  return { clock, screen, facade, panel, press, quits: () => quits };
}

describe('the panel', () => {
  it('paints at once, and then at most five times a second however much changes', async () => {
    const { clock, screen, facade } = open();
    expect(screen.paints).toBe(1);
    for (let ms = 0; ms < 2_000; ms += 2) {
      facade.show(snapshotOf(readyDrones(3)));
      await clock.advance(2);
    }
    expect(screen.paints).toBeGreaterThanOrEqual(9);
    expect(screen.paints).toBeLessThanOrEqual(11);
  });

  it('paints once a second when nothing changes, and five times while a show is on', async () => {
    const idle = open();
    await idle.clock.advance(5_000);
    expect(idle.screen.paints).toBeLessThanOrEqual(7);
    const show = open(
      new FakeFacade(
        snapshotOf(readyDrones(1), { phase: { phase: 'running', scope: 'live', startUtcMs: 0 } }),
      ),
    );
    await show.clock.advance(5_000);
    expect(show.screen.paints).toBeGreaterThanOrEqual(20);
    expect(show.screen.paints).toBeLessThanOrEqual(32);
  });

  it('answers a key within 50 ms, also right after a paint, and a held key not more often than every 40 ms', async () => {
    const { clock, screen, press } = open();
    press('?');
    await clock.advance(49);
    expect(screen.lines.join('\n')).toContain('Keys');
    const before = screen.paints;
    for (let ms = 0; ms < 400; ms += 5) {
      press('down');
      await clock.advance(5);
    }
    expect(screen.paints - before).toBeLessThanOrEqual(11);
  });

  it('answers a key in time although the fleet asks for paints in between', async () => {
    const { clock, screen, facade, press } = open();
    await clock.advance(10);
    press('?');
    facade.show(snapshotOf(readyDrones(3)));
    await clock.advance(35);
    expect(screen.lines.join('\n')).toContain('Keys');
  });

  it('lands all drones before it paints, lost ones included, and says what became of it', async () => {
    const { clock, screen, facade, press } = open();
    press('s', 'q', 'ctrl-x');
    expect(facade.commands).toEqual([{ name: 'land', ids: ['drone-1', 'drone-2', 'drone-3'] }]);
    await clock.advance(100);
    expect(screen.lines.at(-3)).toContain('LAND ALL: 3 ok');
  });

  it('starts through the facade with the delay in seconds', async () => {
    const { facade, press } = open();
    press('a', 's', '5', 'enter', 'y');
    expect(facade.commands).toEqual([{ name: 'start', ids: ['drone-1', 'drone-2', 'drone-3'], delayS: 5 }]);
  });

  it('says and logs that a command failed as a whole', async () => {
    const facade = new FakeFacade(snapshotOf(readyDrones(3)));
    const { clock, screen, press } = open(facade);
    facade.operations.upload = () => Promise.reject(new Error('disk is gone'));
    press('a', 'u');
    await clock.advance(100);
    expect(screen.lines.at(-3)).toContain('upload FAILED: disk is gone');
    expect(facade.logged).toEqual([
      expect.objectContaining({ level: 'error', text: 'upload: disk is gone' }),
    ]);
  });

  it('still lands all, and says what is wrong, when its own reckoning fails', async () => {
    const facade = new FakeFacade(snapshotOf(readyDrones(3)));
    const { clock, screen, press } = open(facade);
    const good = facade.current;
    const bad = {
      ...good,
      drones: good.drones.map((view) => ({ ...view })),
      log: undefined as never,
      phase: undefined as never,
    };
    facade.show(bad);
    press('down', 'ctrl-x');
    expect(facade.commands).toEqual([{ name: 'land', ids: ['drone-1', 'drone-2', 'drone-3'] }]);
    await clock.advance(200);
    expect(screen.lines[0]).toContain('^X still lands all drones');
    facade.show(good);
    await clock.advance(200);
    expect(screen.lines[0]).toContain('STARLING');
  });

  it('lands all even when one drone can not be looked at', () => {
    const facade = new FakeFacade(snapshotOf(readyDrones(3)));
    const { press } = open(facade);
    facade.snapshot = () => {
      throw new Error('what it sends is unheard of');
    };
    press('ctrl-x');
    expect(facade.commands).toEqual([{ name: 'land', ids: ['drone-1', 'drone-2', 'drone-3'] }]);
  });

  it('survives a screen that fails, tells it once, and paints when it is well again', async () => {
    const { clock, screen, facade, press } = open();
    const paint = screen.paint.bind(screen);
    screen.paint = () => {
      throw new Error('no such colour');
    };
    press('down');
    await clock.advance(3_000);
    press('ctrl-x');
    expect(facade.commands).toHaveLength(1);
    await clock.advance(3_000);
    expect(facade.logged.map(({ text }) => text)).toEqual(['panel: no such colour']);
    const before = screen.paints;
    screen.paint = paint;
    await clock.advance(2_000);
    expect(screen.paints).toBeGreaterThan(before);
  });

  it('begins with the columns that were saved, has them saved, and says where or why not', async () => {
    const facade = new FakeFacade(snapshotOf(readyDrones(1)));
    const [clock, screen] = [new FakeClock(), new FakeScreen()];
    const columns = [{ key: 'last_task', isShown: true, width: 30 }];
    const saved: unknown[] = [];
    const presets = {
      initial: { current: 'night', presets: [{ name: 'night', columns }] },
      save: (next: unknown) =>
        saved.push(next) === 1
          ? Promise.resolve('saved in /x/server.ini')
          : Promise.reject(new Error('disk is full')),
    };
    const panel = new Panel({ facade, clock, screen, presets, onQuit: () => undefined });
    expect(screen.lines[4]?.trimEnd()).toMatch(/^ {3}id▲ +ready +task$/);
    for (const key of ['c', 'r', 'enter']) panel.key(key);
    await clock.advance(100);
    expect(saved).toHaveLength(1);
    expect(screen.lines.at(-3)).toContain('columns: saved in /x/server.ini');
    for (const key of ['c', 'p', 'enter']) panel.key(key);
    await clock.advance(100);
    expect(screen.lines.at(-3)).toContain('columns FAILED: disk is full');
    expect(facade.logged.at(-1)).toMatchObject({ level: 'error', text: 'columns: disk is full' });
    panel.close();
  });

  it('quits when asked and confirmed, and is quiet after close', async () => {
    const { clock, screen, facade, panel, press, quits } = open();
    press('q', 'y');
    expect(quits()).toBe(1);
    panel.close();
    const paints = screen.paints;
    press('ctrl-x');
    facade.show(snapshotOf([]));
    await clock.advance(5_000);
    expect([screen.paints, facade.commands, facade.listenerCount, clock.pending]).toEqual([paints, [], 0, 0]);
  });

  it('forgets what the screen shows on ^L', () => {
    const { screen, press } = open();
    press('ctrl-l');
    expect(screen.forgotten).toBe(1);
  });
});
