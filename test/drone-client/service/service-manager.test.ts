import { describe, expect, it } from 'vitest';
import { noticeText, unixAddress, watchdogLimitMs } from '../../../drone-client/service/service-manager.js';

describe('a notice to the service manager', () => {
  it('has a line for each thing that is told', () => {
    expect(noticeText({ ready: true, watchdog: true, status: 'no server' })).toBe(
      'READY=1\nWATCHDOG=1\nSTATUS=no server\n',
    );
    expect(noticeText({ stopping: true })).toBe('STOPPING=1\n');
  });

  it('holds nothing that a server has put into its name', () => {
    expect(noticeText({ status: 'hall\nMAINPID=1\u2028x' })).toBe('STATUS=hall MAINPID=1 x\n');
    expect(noticeText({ status: 'x'.repeat(5000) })).toHaveLength('STATUS=\n'.length + 200);
  });
});

describe("the manager's limit", () => {
  it('is for the process that it names', () => {
    expect(watchdogLimitMs({ WATCHDOG_USEC: '10000000' }, 7)).toBe(10_000);
    expect(watchdogLimitMs({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '7' }, 7)).toBe(10_000);
    expect(watchdogLimitMs({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '8' }, 7)).toBeUndefined();
    for (const limit of [undefined, '', '0', '-5', 'x'])
      expect(watchdogLimitMs({ WATCHDOG_USEC: limit }, 7)).toBeUndefined();
  });
});

describe('the address of a socket', () => {
  const bytes = (text: string) => [...new TextEncoder().encode(text)];

  it('is a path that ends with a zero, or a name that begins with one', () => {
    expect([...(unixAddress('/run/n') ?? [])].slice(2)).toEqual(bytes('/run/n\0'));
    expect([...(unixAddress('@/org/x') ?? [])].slice(2)).toEqual(bytes('\0/org/x'));
    expect(new Uint16Array(Uint8Array.from(unixAddress('/run/n') ?? []).buffer.slice(0, 2))[0]).toBe(1);
  });

  it('is nothing else, and never longer than the system takes', () => {
    for (const name of ['', '/', '@', 'run/x', 'vsock:2:1', '/a\0b', `/${'x'.repeat(107)}`])
      expect(unixAddress(name)).toBeUndefined();
    expect(unixAddress(`/${'x'.repeat(106)}`)).toHaveLength(110);
    expect(unixAddress(`@${'x'.repeat(107)}`)).toHaveLength(110);
  });
});
