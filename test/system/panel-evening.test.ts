import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PanelRig, sampleShow } from '../support/panel-rig.js';
import { requireTmux } from '../support/tmux.js';
import { until } from '../support/until.js';

/** The one that misbehaves. */
const wanted = 'drone-8';
const count = 12;

/** What the lights of a drone show. */
function colorOf(led: readonly number[] = []): string {
  const [red = 0, green = 0, blue = 0] = led;
  if (red === 0 && green === 0 && blue === 0) return 'dark';
  return green > red ? 'green' : 'red';
}

describe('an evening at the panel, with twelve drones and the keyboard alone', () => {
  let rig: PanelRig;

  beforeAll(async () => {
    requireTmux();
    rig = await PanelRig.start({ drones: count });
    cpSync(sampleShow('wave'), join(rig.folder, 'evening', 'wave'), { recursive: true });
  });
  afterAll(() => rig?.close());

  /** What that drone shows by its telemetry, once the lights of all are what the question says. */
  async function lightOf(id: string, question: string): Promise<string> {
    const asked = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(question)?.[1] ?? 0);
    let light = '';
    const isAsAsked = async () => {
      const drones = await rig.drones();
      const lights = drones.map(({ telemetry }) => colorOf(telemetry.led));
      const shown = (color: string) => lights.filter((each) => each === color).length;
      light = lights[drones.findIndex((drone) => drone.id === id)] ?? '';
      return shown('green') === asked('GREEN') && shown('red') === asked('RED');
    };
    await until(isAsAsked, 20_000, () => `the lights of:\n${question}`);
    return light;
  }

  it('loads a show through the browser of files, and makes the drones ready', async () => {
    const { terminal } = rig;
    terminal.keys('o');
    await terminal.until(/Load a show/);
    terminal.keys('Tab');
    await terminal.until(/Choose: .*starling-panel-.*> evening\//s);
    terminal.type('eve');
    terminal.keys('Enter');
    await terminal.until(/Choose: .*\/evening .*> wave\//s);
    terminal.keys('Tab');
    await terminal.until(/path: +\S*\/evening\/wave_/);
    terminal.keys('Enter');
    await terminal.until(/load: wave is loaded/);
    await rig.makeReady(count);
    expect(terminal.screen()).toMatch(/✓load ✓upload ✓place ✓check ✓authorize/);
    expect(rig.log()).toContain(`upload: ${count} of ${count} ok`);
  });

  it('starts it, holds it and goes on', async () => {
    const { terminal } = rig;
    await rig.startShow(5);
    await terminal.until(new RegExp(`\\b${count} armed`), 30_000);
    await terminal.until(/SHOW 0:0\d/, 30_000);
    terminal.keys('p');
    await terminal.until(/PAUSED at/);
    await rig.allDrones(({ telemetry }) => telemetry.last_task === 'paused', 'paused');
    terminal.keys('r');
    await terminal.until(/SHOW 0:/);
    await rig.allDrones(({ telemetry }) => telemetry.last_task !== 'paused', 'flying on');
    // A question about the end names who flies.
    terminal.keys('q');
    await terminal.until(/drone-1[\s\S]*Press y for yes/);
    terminal.keys('Escape');
  });

  it('finds the misbehaving one by its lights in the air, and lands that one alone', async () => {
    const { terminal } = rig;
    // A show would go on telling the lights what to show.
    terminal.keys('x');
    await terminal.until(/stop: 12 ok/);
    terminal.keys('w');
    for (let step = 1; ; step += 1) {
      const question = await terminal.until(new RegExp(`Visual land: step ${step},[\\s\\S]*(GREEN|RED) \\d`));
      const light = await lightOf(wanted, question);
      // Who looks at drones takes his time; a key that comes sooner is one that is held.
      await new Promise((resolve) => setTimeout(resolve, 800));
      terminal.keys(light === 'green' ? 'g' : 'r');
      const next = await terminal.until(new RegExp(`: step ${step + 1},|the search is over`));
      if (next.includes('the search is over')) break;
      // ⌈log2 12⌉, and one more that lands the last.
      expect(step).toBeLessThan(5);
    }
    expect(terminal.screen()).toMatch(/the search is over/);
    await rig.allDrones(
      ({ id, telemetry }) => (telemetry.armed === true) === (id !== wanted),
      `only ${wanted} has landed`,
    );
    terminal.keys('Escape');
  });

  it('lands the selected ones, until nothing is armed', async () => {
    const { terminal } = rig;
    await terminal.until(/11 armed[\s\S]*12 selected/);
    terminal.keys('l');
    await terminal.until(/land: 12 ok/);
    await terminal.until(/ 0 armed/, 40_000);
    await rig.allDrones(({ telemetry }) => telemetry.armed === false, 'landed');
  });

  it("changes an option of a drone's configuration, and reads it back from the drone", async () => {
    const { terminal } = rig;
    const find = async () => {
      terminal.keys('Home', 'C');
      await terminal.until(/Config drone-1 /);
      terminal.keys('/');
      terminal.type('takeoff_height');
      terminal.keys('Enter');
    };
    await find();
    await terminal.until(/takeoff_height += 1\.0/);
    terminal.keys('Enter');
    await terminal.until(/takeoff_height: +1\.0/);
    terminal.keys('C-u');
    terminal.type('1.5');
    terminal.keys('Enter', 's');
    await terminal.until(/takeoff_height: 1\.0 > 1\.5/);
    terminal.keys('Enter');
    await terminal.until(/drone-1 has taken it over/);
    terminal.keys('Escape');
    await terminal.until(/NEXT/);
    await find();
    await terminal.until(/takeoff_height += 1\.5/);
    terminal.keys('Escape');
    await terminal.until(/NEXT/);
  });

  it('fetches the flight logs, as soon as the drones have ended them', async () => {
    const { terminal } = rig;
    const fetchLogs = async () => {
      terminal.keys('m');
      await terminal.until(/type to search/);
      terminal.type('flight logs');
      await terminal.until(/> .*Fetch the flight logs/);
      terminal.keys('Enter');
      await terminal.until(/get_logs: 12 ok/, 60_000);
      return Array.from({ length: count }, (_, index) =>
        join(rig.state, 'flight-logs', `drone-${index + 1}`),
      );
    };
    const isThere = (folder: string) =>
      existsSync(folder) && readdirSync(folder).some((name) => /\.mcap$/.test(name));
    await until(
      async () => (await fetchLogs()).every(isThere),
      60_000,
      () => terminal.screen(),
    );
  });

  it('and ends the server, which gives the terminal back', async () => {
    await rig.quit();
    expect(rig.terminal.ending()).toEqual({ status: 0, isCooked: true });
  });
});
