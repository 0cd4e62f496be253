import { describe, expect, it } from 'vitest';
import { LinkReports } from '../../../drone-client/vehicle/adapters/link-reports.js';

function rig(): { reports: LinkReports; texts: string[] } {
  const texts: string[] = [];
  return { reports: new LinkReports('tcp a:1', ({ text }) => texts.push(text)), texts };
}

describe('the reports of a link', () => {
  it('tell of each change once', () => {
    const { reports, texts } = rig();
    for (let attempt = 0; attempt < 5; attempt += 1) reports.broken('refused');
    reports.opened();
    reports.heard();
    reports.heard();
    reports.broken('cut');
    reports.broken('refused');
    reports.broken('refused');
    reports.opened();
    expect(texts).toEqual([
      'tcp a:1: refused',
      'tcp a:1: open',
      'tcp a:1: cut',
      'tcp a:1: refused',
      'tcp a:1: open',
    ]);
  });

  it('do not flap when a line opens each second, brings nothing, and breaks', () => {
    const { reports, texts } = rig();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      reports.opened();
      reports.broken('cut');
      reports.broken('refused');
    }
    expect(texts).toEqual(['tcp a:1: open', 'tcp a:1: cut', 'tcp a:1: refused']);
    reports.opened();
    expect(texts).toHaveLength(3);
    reports.heard();
    expect(texts[3]).toBe('tcp a:1: open');
    reports.broken('cut');
    expect(texts[4]).toBe('tcp a:1: cut');
  });

  it('tell once that a line is too slow', () => {
    const { reports, texts } = rig();
    reports.opened();
    for (let frame = 0; frame < 5; frame += 1) reports.overloaded();
    expect(texts).toHaveLength(2);
    expect(texts[1]).toContain('tcp a:1: slower than what is to be sent');
  });
});
