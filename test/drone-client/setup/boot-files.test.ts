import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCmdline } from '../../../drone-client/setup/boot-cmdline.js';
import { bootConfigNotes, planBootConfig } from '../../../drone-client/setup/boot-config.js';
import { bookwormCmdline, stockConfig, trixieCmdline } from './made-up-pi.js';

const both = { uart: true, spi: true };

const block = `# starling-drone-setup begins (starling-drone-setup --undo takes it away)
[all]
enable_uart=1
dtparam=spi=on
dtoverlay=disable-bt
[pi5]
dtparam=uart0=on
[all]
# starling-drone-setup ends
`;

/** What a board's firmware makes of a file, in the plainest way: the last word on each, and every overlay. */
function asBooted(text: string, board: string) {
  const booted = { uart: false, spi: false, uart0: false, overlays: new Set<string>() };
  let isMine = true;
  for (const line of text.split(/\r?\n/)) {
    const filter = /^\[(.*)\]$/.exec(line)?.[1];
    if (filter !== undefined) isMine = filter === 'all' || filter === board;
    if (!isMine) continue;
    const [name = '', ...rest] = line.split('=');
    const value = rest.join('=');
    if (name === 'enable_uart') booted.uart = value === '1';
    if (name === 'dtoverlay') booted.overlays.add(value);
    if (name === 'dtparam')
      for (const item of value.split(',')) {
        if (item.startsWith('spi')) booted.spi = item === 'spi' || item === 'spi=on';
        if (item.startsWith('uart0')) booted.uart0 = item === 'uart0' || item === 'uart0=on';
      }
  }
  return booted;
}

const configLines = fc.array(
  fc.constantFrom(
    ...[
      '[all]',
      '[pi4]',
      '[pi5]',
      '[cm4]',
      '[none]',
      '# dtparam=spi=on',
      '',
      'enable_uart=1',
      'enable_uart=0',
    ],
    ...[
      'dtparam=spi=on',
      'dtparam=spi=off',
      'dtparam=i2c_arm=on,spi=on',
      'dtparam=spi',
      'dtoverlay=disable-bt',
    ],
    ...['dtoverlay=vc4-kms-v3d', 'dtparam=uart0=on', 'dtparam=uart0=off', 'arm_boost=1'],
  ),
  { maxLength: 12 },
);

describe('config.txt', () => {
  it('of a stock image gets one block at its end', () => {
    const { text, what } = planBootConfig(stockConfig, both);
    expect(text).toBe(stockConfig + block);
    expect(what).toEqual(['enable_uart=1', 'dtparam=spi=on', 'dtoverlay=disable-bt', 'dtparam=uart0=on']);
  });

  it('is as it was when it is looked at again', () => {
    expect(planBootConfig(stockConfig + block, both)).toEqual({ text: stockConfig + block, what: [] });
  });

  it('gets no line that it has where it holds, in any of its spellings', () => {
    const own = 'enable_uart=1\ndtoverlay=pi3-disable-bt\ndtparam=i2c_arm=on,spi=on\n[pi5]\ndtparam=uart0\n';
    expect(planBootConfig(own, both)).toEqual({ text: own, what: [] });
  });

  it('gets no line that it has behind a section for some boards', () => {
    const own =
      '[pi4]\narm_boost=1\n[gpio4=1]\n[all]\nenable_uart=1\ndtparam=spi=on,uart0=on\ndtoverlay=disable-bt\n';
    expect(planBootConfig(own, both)).toEqual({ text: own, what: [] });
  });

  it('gets what holds only on some boards for all', () => {
    const { text, what } = planBootConfig('[pi4]\nenable_uart=1\ndtparam=spi=on\n', both);
    expect(what).toContain('enable_uart=1');
    expect(asBooted(text, 'pi3')).toMatchObject({ uart: true, spi: true });
  });

  it('has its contradictions overruled and told, wherever they stand', () => {
    const { text, what } = planBootConfig('enable_uart=1\n[pi4]\nenable_uart=0\n', both);
    expect(what[0]).toBe('enable_uart=1 (overrules enable_uart=0 in line 3)');
    expect(asBooted(text, 'pi4').uart).toBe(true);
  });

  it('has its block moved behind lines that came later', () => {
    const later = `${stockConfig}${block}enable_uart=0\n`;
    const { text, what } = planBootConfig(later, both);
    expect(text).toBe(`${stockConfig}enable_uart=0\n${block}`);
    expect(what).toEqual(['its lines are the last again']);
  });

  it('keeps what an earlier setup wished and this one leaves alone', () => {
    expect(planBootConfig(stockConfig + block, { uart: false, spi: true }).text).toBe(stockConfig + block);
    const only = planBootConfig(stockConfig, { uart: false, spi: true }).text;
    expect(asBooted(only, 'pi4')).toMatchObject({ uart: false, spi: true });
    expect(only).not.toContain('disable-bt');
  });

  it('keeps the line ends of Windows and bytes of any encoding', () => {
    const { text } = planBootConfig('# gr\xfcn\r\nenable_uart=0', both);
    expect(text.startsWith('# gr\xfcn\r\nenable_uart=0\r\n#')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('is told of for what no line can overrule', () => {
    expect(bootConfigNotes('dtoverlay=miniuart-bt\n')[0]).toContain('Bluetooth is switched off');
    expect(bootConfigNotes('os_prefix=current/\n')[0]).toContain('by hand');
    expect(bootConfigNotes(stockConfig + block)).toEqual([]);
  });

  it('makes every board boot with the serial line and the lights, whatever stood there', () => {
    fc.assert(
      fc.property(configLines, fc.constantFrom('\n', '\r\n'), (lines, eol) => {
        const { text } = planBootConfig(lines.join(eol), both);
        for (const board of ['pi3', 'pi4', 'pi5', 'cm4']) {
          const booted = asBooted(text, board);
          expect(booted).toMatchObject({ uart: true, spi: true, ...(board === 'pi5' && { uart0: true }) });
          expect(booted.overlays).toContain('disable-bt');
        }
        expect(planBootConfig(text, both)).toEqual({ text, what: [] });
      }),
      { numRuns: 100 },
    );
  });
});

describe('cmdline.txt', () => {
  it('of bookworm loses the console on the serial line, and gets the country', () => {
    expect(planCmdline(bookwormCmdline, { uart: true, country: 'DE' })).toEqual({
      text: 'console=tty1 root=PARTUUID=3ddb125a-02 rootfstype=ext4 fsck.repair=yes rootwait quiet cfg80211.ieee80211_regdom=DE\n',
      what: ['without console=serial0,115200', 'cfg80211.ieee80211_regdom=DE'],
    });
  });

  it('of trixie changes its country, and keeps what cloud-init needs', () => {
    const { text } = planCmdline(trixieCmdline, { uart: true, country: 'DE' });
    expect(text).toBe(
      'console=tty1 root=PARTUUID=9f23843a-02 rootfstype=ext4 fsck.repair=yes rootwait ds=nocloud;i=rpi-imager-1764 cfg80211.ieee80211_regdom=DE\n',
    );
  });

  it('is left as it is without a wish', () => {
    expect(planCmdline(trixieCmdline, { uart: false })).toEqual({ text: trixieCmdline, what: [] });
  });

  it('keeps the debug connector of a Pi 5, and a console where it had only the serial one', () => {
    expect(planCmdline('console=ttyAMA0 root=/dev/sda rw', { uart: true }).text).toBe(
      'console=tty1 root=/dev/sda rw',
    );
    const debug = 'console=ttyAMA10,115200 root=/dev/sda\n';
    expect(planCmdline(debug, { uart: true })).toEqual({ text: debug, what: [] });
  });

  it('keeps all other words in their order, and is done after one time', () => {
    const words = fc.constantFrom(
      'console=serial0,115200',
      'console=ttyAMA0',
      'console=ttyS0,9600',
      'console=tty1',
      'rw',
      'quiet',
      'cfg80211.ieee80211_regdom=GB',
      'x.console=serial0',
    );
    fc.assert(
      fc.property(fc.array(words), (line) => {
        const { text } = planCmdline(line.join(' '), { uart: true, country: 'DE' });
        const kept = (all: readonly string[]) => all.filter((word) => /^(?:rw|quiet|x\.)/.test(word));
        expect(kept(text.split(' '))).toEqual(kept(line));
        expect(text).not.toMatch(/(?:^|\s)console=(?:serial0|ttyAMA0|ttyS0)/);
        expect(text.match(/regdom=DE/g)).toHaveLength(1);
        expect(planCmdline(text, { uart: true, country: 'DE' })).toEqual({ text, what: [] });
      }),
    );
  });
});
