import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it } from 'vitest';
import type { LinkReport } from '../../../drone-client/vehicle/adapters/link-reports.js';
import { openTcpLink } from '../../../drone-client/vehicle/adapters/tcp-link.js';
import { FakeClock } from '../../support/fake-clock.js';
import { drive } from './link-contract.js';
import { TcpPeer, tcpRig } from './tcp-rig.js';

const host = '127.0.0.1';
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function reporting(): { reports: LinkReport[]; onReport: (report: LinkReport) => void } {
  const reports: LinkReport[] = [];
  return { reports, onReport: (report) => reports.push(report) };
}

async function openRig() {
  const clock = new FakeClock();
  const { reports, onReport } = reporting();
  const rig = await tcpRig({ clock, onReport });
  closers.push(() => rig.end());
  return { clock, reports, ...rig };
}

describe('a TCP link', () => {
  it('says what is wrong when nobody listens, and tries each second until somebody does', async () => {
    const peer = new TcpPeer();
    await peer.listen();
    await peer.vanish();
    const clock = new FakeClock();
    const { reports, onReport } = reporting();
    const link = openTcpLink({ host, port: peer.port, clock, onReport });
    closers.push(
      () => peer.vanish(),
      () => link.close(),
    );
    await drive(clock, () => reports.length > 0, 'the report');
    expect(reports[0]).toEqual({
      kind: 'broken',
      text: `tcp 127.0.0.1:${peer.port}: nobody listens there: is the autopilot, simulator or bridge running?`,
    });
    await peer.listen();
    const startMs = clock.monotonicMs();
    await drive(clock, () => peer.connections === 1, 'the connection');
    expect(clock.monotonicMs() - startMs).toBeLessThanOrEqual(1200);
  });

  it('has one connection, however long it lasts', async () => {
    const { clock, link, peer } = await openRig();
    for (let second = 0; second < 30; second += 1) {
      peer.socket?.write('beat');
      const heard = new Promise<void>((resolve) => link.onData(() => resolve()));
      await heard;
      await clock.advance(1000);
    }
    expect(peer.connections).toBe(1);
  });

  it('connects anew when nothing arrived for 5 s: a peer without power does not say goodbye', async () => {
    const { clock, link, peer, reports } = await openRig();
    const heard = () => new Promise<void>((resolve) => link.onData(() => resolve()));
    for (let beat = 0; beat < 3; beat += 1) {
      const arrived = heard();
      peer.socket?.write('beat');
      await arrived;
      await clock.advance(4500);
    }
    expect(peer.connections).toBe(1);
    await clock.advance(400);
    expect(reports).toHaveLength(1);
    await clock.advance(100);
    expect(reports).toHaveLength(2);
    await drive(clock, () => peer.connections === 2, 'the second connection');
    expect(reports.map(({ text }) => text.replace(/^.*?: /, ''))).toEqual([
      'open',
      'nothing arrived for 5 s: connecting anew',
      'open',
    ]);
  });

  it('resets a connection that does not take bytes: what is stuck in it must not arrive later', async () => {
    const { clock, link, peer, reports } = await openRig();
    const old = peer.socket;
    old?.pause();
    let sentBytes = 0;
    const sendSome = () => {
      for (let count = 0; count < 16; count += 1) link.send(Buffer.alloc(255));
      sentBytes += 16 * 255;
    };
    for (let burst = 0; burst < 20_000 && reports.length < 2; burst += 1) {
      sendSome();
      await clock.advance(0);
    }
    await drive(clock, () => reports.at(-1)?.kind === 'broken', 'the break');
    const gone = new Promise<void>((resolve) => old?.once('close', resolve));
    let lateBytes = 0;
    old?.on('data', (bytes) => {
      lateBytes += bytes.length;
    });
    old?.resume();
    await gone;
    // What the peer's own system had taken is beyond recall; what waited on our side is not.
    expect(lateBytes).toBeLessThan(sentBytes / 3);
  });

  it('names the host that it does not find', async () => {
    const { reports, onReport } = reporting();
    const clock = new FakeClock();
    const link = openTcpLink({ host: 'starling.invalid', port: 5760, clock, onReport });
    closers.push(() => link.close());
    await drive(clock, () => reports.length > 0, 'the report');
    expect(reports[0]?.text).toMatch(
      /^tcp starling\.invalid:5760: (there is no host|the host does not answer)/,
    );
  });

  it('gives up a host that does not answer for 3 s', async () => {
    const peer = new TcpPeer();
    await peer.listen();
    closers.push(() => peer.vanish());
    // Three seconds pass on this clock before any answer can come.
    const after = (delayMs: number, fn: () => void) => {
      if (delayMs === 3000) queueMicrotask(fn);
      return () => undefined;
    };
    const clock = { monotonicMs: () => 0, utcMs: () => 0, after, at: after };
    const report = await new Promise<LinkReport>((onReport) => {
      const link = openTcpLink({ host, port: peer.port, clock, onReport });
      closers.push(() => link.close());
    });
    expect(report.text).toContain('the host does not answer');
  });

  it('closes while it is still connecting', async () => {
    const clock = new FakeClock();
    const { reports, onReport } = reporting();
    const link = openTcpLink({ host, port: 9, clock, onReport });
    await link.close();
    expect(clock.pending).toBe(0);
    expect(reports).toEqual([]);
  });
});
