import { describe, expect, it } from 'vitest';
import { ServerEpoch, type Statement } from '../../../drone-client/client/server-epoch.js';
import type { Hello } from '../../../lib/messaging/index.js';
import { DatagramGuard, DatagramSigner } from '../../../lib/security/datagram-signature.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';

const signingKey = deriveSigningKey(new Uint8Array(32).fill(3));
const signer = new DatagramSigner(signingKey, () => 1000);
const stranger = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => 1000);

function hello(id: string, epoch: number, by = signer, of = id): Hello {
  const words = by.sign('epoch', { id: of, epoch: String(epoch), start_time: '1' });
  return { protocol: 1, role: 'server', id, software: 'starling', version: '1', features: [], epoch: words };
}

function announced(id: string, epoch: number, by = signer) {
  return by.sign('server_ip', { host: '10.0.0.9', port: '25000', id, start_time: '1', epoch: String(epoch) });
}

function makeRig(kept?: unknown) {
  const file: Statement[] = [];
  const warnings: string[] = [];
  const epochs = new ServerEpoch({
    guard: new DatagramGuard(publicKeyHex(signingKey)),
    kept,
    keep: async (statement) => void file.push(statement),
    onWarning: (text) => warnings.push(text),
  });
  return { epochs, file, warnings };
}

describe('a drone', () => {
  it('obeys the server of the highest epoch that it has met, and those that have the same', () => {
    const { epochs, file } = makeRig();
    expect(epochs.judge(hello('a', 1))).toBeUndefined();
    expect(epochs.judge(hello('b', 1))).toBeUndefined();
    expect(epochs.judge(hello('b', 7))).toBeUndefined();
    expect(epochs.judge(hello('a', 6))).toBe('a is no longer in charge: b took over (epoch 7, not 6)');
    expect(epochs.highest).toMatchObject({ id: 'b', epoch: 7 });
    expect([6, 7, undefined].map((epoch) => epochs.isInCharge(epoch))).toEqual([false, true, true]);
    expect(file.map(({ kwargs }) => kwargs.epoch)).toEqual(['1', '7']);
  });

  it('believes no epoch that its fleet has not signed, and none of another server', () => {
    const { epochs } = makeRig();
    expect(epochs.judge(hello('a', 9, stranger))).toContain("has not the fleet's secret");
    expect(epochs.judge(hello('a', 9, signer, 'b'))).toContain("has not the fleet's secret");
    expect(epochs.highest).toBeUndefined();
  });

  it('obeys a server that says no epoch: an open one keeps none', () => {
    const { epochs } = makeRig();
    const { epoch: _epoch, ...open } = hello('a', 1);
    expect(epochs.judge(open)).toBeUndefined();
  });

  it('goes where a higher epoch is announced, and nowhere else', () => {
    const { epochs } = makeRig();
    epochs.judge(hello('a', 5));
    const newer = announced('b', 6);
    expect(epochs.hear(newer, 'a')).toEqual({
      ...{ id: 'b', host: '10.0.0.9', port: 25000 },
      proof: { said: 'server_ip', kwargs: newer },
    });
    expect(epochs.hear(newer, 'a', () => false)).toBeUndefined();
    expect(epochs.hear(announced('b', 5), 'a')).toBeUndefined();
    expect(epochs.hear(announced('b', 9, stranger), 'a')).toBeUndefined();
    expect(epochs.hear({ ...newer, host: '10.6.6.6' }, 'a')).toBeUndefined();
    expect(epochs.hear({ ...newer, epoch: 6 }, 'a')).toBeUndefined();
    // Only what it has met counts: one that can not be reached takes nobody away from the present one.
    expect(epochs.highest?.epoch).toBe(5);
  });

  it('stays when its own server has raised its epoch', () => {
    const { epochs } = makeRig();
    epochs.judge(hello('a', 5));
    expect(epochs.hear(announced('a', 8), 'a')).toBeUndefined();
    expect(epochs.judge(hello('b', 7))).toContain('a took over');
  });

  it('remembers over a restart what is signed, and nothing else', () => {
    const { epochs, file } = makeRig();
    epochs.judge(hello('b', 7));
    const kept: unknown = JSON.parse(JSON.stringify(file[0]));
    expect(makeRig(kept).epochs.judge(hello('a', 6))).toContain('b took over');
    for (const broken of [
      '',
      7,
      {},
      { said: 'x', kwargs: {} },
      { said: 'epoch', kwargs: { id: 'b', epoch: '99' } },
    ])
      expect(makeRig(broken).epochs.highest).toBeUndefined();
  });

  it('says so when it can not remember', async () => {
    const warnings: string[] = [];
    const epochs = new ServerEpoch({
      ...{ guard: new DatagramGuard(publicKeyHex(signingKey)), kept: undefined },
      keep: () => Promise.reject(new Error('disk full')),
      onWarning: (text) => warnings.push(text),
    });
    epochs.judge(hello('b', 7));
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual(['that b is in charge is not kept over a restart: disk full']);
  });
});
