import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVariable, setVariable } from '../../../drone-client/setup/environment-file.js';
import { lineDiff } from '../../../drone-client/setup/line-diff.js';
import { writeObstacle } from '../../../drone-client/setup/mounts.js';
import { planChronyMain, planHosts, planNetworkState } from '../../../drone-client/setup/small-files.js';
import { maskPassword, readWifiKeyfile, wifiKeyfile } from '../../../drone-client/setup/wifi-keyfile.js';
import { stockChrony, stockService } from './made-up-pi.js';

/** As GLib reads a text of a key file. */
function glibText(raw: string): string {
  return raw
    .replace(/^[ \t]+/, '')
    .replace(/\\(.)/g, (_, c: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' })[c] ?? '?');
}

const lineOf = (text: string, name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';

describe('the Wi-Fi profile', () => {
  it('is one that joins for ever, never sleeps, and says nothing of a password where there is none', () => {
    const text = wifiKeyfile({ ssid: 'Show Field' });
    expect(text).toContain('ssid=Show Field\n');
    expect(text).toMatch(/autoconnect-retries=0[\s\S]*powersave=2/);
    expect(text).not.toContain('wifi-security');
  });

  it('says any password so that it is read as it was given', () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
      minLength: 8,
      maxLength: 63,
    });
    fc.assert(
      fc.property(ascii, (password) => {
        const text = wifiKeyfile({ ssid: 'a', password });
        expect(glibText(lineOf(text, 'psk'))).toBe(password);
        expect(lineOf(text, 'psk')).toBe(lineOf(text, 'psk').trim());
        expect(readWifiKeyfile(text)).toEqual({ ssid: 'a', password });
        expect(maskPassword(`psk=${password}`)).toBe('psk=(not shown)');
      }),
    );
  });

  it('says names that a reader might take for something else byte by byte', () => {
    expect(lineOf(wifiKeyfile({ ssid: 'a;b' }), 'ssid')).toBe('97;59;98;');
    expect(lineOf(wifiKeyfile({ ssid: '12' }), 'ssid')).toBe('49;50;');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), (ssid) => {
        expect(readWifiKeyfile(wifiKeyfile({ ssid }))?.ssid).toBe(ssid);
      }),
    );
  });
});

describe("a service's variables", () => {
  it('are set in their place, quoted where they must be, and the rest stays', () => {
    const text = setVariable(stockService, 'STARLING_ARGUMENTS', '--open --bind "x"');
    expect(text).toBe(stockService.replace('"--key /etc/starling/key"', '"--open --bind \\"x\\""'));
    expect(readVariable(text, 'STARLING_ARGUMENTS', 'f')).toBe('--open --bind "x"');
    expect(setVariable('A=1', 'B', '2')).toBe('A=1\nB=2\n');
  });

  it('are not guessed where they are written over several lines', () => {
    expect(() => readVariable('A="one\\\n two"\n', 'A', '/etc/x')).toThrow('/etc/x: A is written in a way');
  });
});

describe('small files', () => {
  it('name the host once, in the place of the old name', () => {
    const hosts = '127.0.0.1\tlocalhost\n127.0.1.1\traspberrypi pi # own\n';
    const { text } = planHosts(hosts, { from: 'raspberrypi', to: 'clover-7' });
    expect(text).toBe('127.0.0.1\tlocalhost\n127.0.1.1\tclover-7 pi # own\n');
    expect(planHosts(text, { from: 'clover-7', to: 'clover-7' })).toEqual({ text, what: [] });
    expect(planHosts('', { from: 'a', to: 'b' }).text).toBe('127.0.1.1\tb\n');
  });

  it('switch the radio on only where it is off', () => {
    expect(planNetworkState('[main]\nWirelessEnabled=false\n').text).toBe('[main]\nWirelessEnabled=true\n');
    expect(planNetworkState('[main]\nWirelessEnabled=true\n').what).toEqual([]);
  });

  it("set chrony's own makestep aside and bring it back", () => {
    const { text, what } = planChronyMain(stockChrony, true);
    expect(text).toContain('\n#starling-drone-setup: makestep 1 3\n');
    expect(what).toHaveLength(1);
    expect(planChronyMain(text, true).what).toEqual([]);
    expect(planChronyMain(text, false).text).toBe(stockChrony);
  });
});

describe('what is mounted', () => {
  const lasting =
    '/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n/dev/mmcblk0p1 /boot/firmware vfat rw,relatime 0 0\n';

  it('is fine on a usual system and in a container', () => {
    expect(writeObstacle(lasting, 'quiet')).toBeUndefined();
    expect(writeObstacle('overlay / overlay rw,lowerdir=/var/lib/docker 0 0\n', 'quiet')).toBeUndefined();
    expect(writeObstacle(lasting, 'boot=overlay')).toBeUndefined();
  });

  it.each(['boot=overlay quiet', 'quiet overlayroot=tmpfs:recurse=0'])('loses changes with %s', (cmdline) => {
    expect(writeObstacle('overlay / overlay rw,lowerdir=/lower 0 0\n', cmdline)).toMatchObject({
      canBeForced: true,
    });
  });

  it('takes no changes where it is read-only', () => {
    const obstacle = writeObstacle(lasting.replace('vfat rw', 'vfat ro'), 'quiet');
    expect(obstacle?.text).toContain('mount -o remount,rw /boot/firmware');
    expect(obstacle?.canBeForced).toBe(false);
  });
});

describe('the lines that differ', () => {
  it('are shown with what goes before what comes', () => {
    expect(lineDiff('a\nb\nc\n', 'a\nx\nc\n')).toEqual(['- b', '+ x']);
    expect(lineDiff('', 'a\n')).toEqual(['+ a']);
  });

  it('make the one text of the other', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const diff = lineDiff(before.join('\n'), after.join('\n'));
        const gone = diff.filter((line) => line.startsWith('-')).length;
        const come = diff.filter((line) => line.startsWith('+')).length;
        expect(before.length - gone + come).toBe(after.length);
        if (before.join('\n') === after.join('\n')) expect(diff).toEqual([]);
      }),
    );
  });
});
