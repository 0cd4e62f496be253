import { describe, expect, it } from 'vitest';
import { hostOf } from '../../../bin/installation/hosts-file.js';
import { InstallError } from '../../../bin/installation/install-steps.js';
import { choosePackage, packageFile } from '../../../bin/installation/package-name.js';
import {
  type HostProgress,
  jsonSummary,
  progressTable,
  summary,
} from '../../../bin/installation/progress.js';

const installed = {
  version: '1.2.3',
  isNew: true,
  changes: ['a', 'b'],
  toDo: ['restart the Pi: sudo reboot'],
  findings: [],
};
const error = new InstallError({ step: 'copy', text: 'lost\u001b[2J', advice: 'again', said: ['x'] });
const host = (id: string) => hostOf({ host: `pi@${id}.local`, id }, 'test');
const all: HostProgress[] = [
  { host: host('drone-1'), step: 'service', outcome: { installed } },
  { host: host('drone-10'), step: 'copy', detail: '34 %' },
  { host: host('drone-2'), step: 'copy', outcome: { error } },
  { host: host('drone-3') },
];

describe('the table of progress', () => {
  it('has a line each, as wide as the terminal at most', () => {
    expect(progressTable(all, 120)).toEqual([
      'drone-1   pi@drone-1.local   [########]  version 1.2.3 installed, 2 settings changed, restart the Pi: sudo reboot',
      'drone-10  pi@drone-10.local  [##......]  copy the package 34 %',
      'drone-2   pi@drone-2.local   [##......]  FAILED: copy the package: lost?[2J',
      'drone-3   pi@drone-3.local   [........]  waits',
    ]);
    for (const line of progressTable(all, 40)) expect(line.length).toBeLessThan(40);
  });
});

describe('the summary', () => {
  it('says of each what came of it, and of those that failed why and what to do', () => {
    expect(summary(all)).toEqual([
      'drone-1 (pi@drone-1.local): version 1.2.3 installed, 2 settings changed, restart the Pi: sudo reboot',
      'drone-10 (pi@drone-10.local): was not begun',
      'drone-2 (pi@drone-2.local): FAILED: copy the package: lost?[2J',
      '    | x',
      '    do: again',
      'drone-3 (pi@drone-3.local): was not begun',
      '3 of 4 failed; do it again when that is mended: what is done stays done',
    ]);
    expect(summary(all.slice(0, 1)).at(-1)).toBe('done: 1 of 1');
  });

  it('tells programs the same', () => {
    expect(jsonSummary(all.slice(0, 1))).toMatchObject({ ok: true, drones: [{ id: 'drone-1', ok: true }] });
    expect(jsonSummary(all)).toMatchObject({
      ok: false,
      drones: [{}, { ok: false }, { ok: false, step: 'copy', do: 'again', said: ['x'] }, {}],
    });
  });
});

describe('a package', () => {
  const folder = ['a/starling-drone_1_arm64.deb', 'a/starling-server_1_arm64.deb', 'a/x.tar.gz'];

  it('is known by its name', () => {
    expect(packageFile('d/starling-drone_1.2~rc1_arm64.deb')).toEqual({
      ...{ path: 'd/starling-drone_1.2~rc1_arm64.deb', name: 'starling-drone' },
      ...{ version: '1.2~rc1', architecture: 'arm64' },
    });
    expect(packageFile('starling-drone.deb')).toBeUndefined();
  });

  it('is chosen by architecture, and never guessed', () => {
    expect(choosePackage(folder, 'arm64', 'a').path).toBe(folder[0]);
    expect(() => choosePackage(folder, 'armhf', 'a')).toThrow(
      'a has no starling-drone_VERSION_armhf.deb, only for arm64',
    );
    expect(() => choosePackage([...folder, 'a/starling-drone_2_arm64.deb'], 'arm64', 'a')).toThrow(
      'several packages for arm64 (1, 2)',
    );
  });
});
