import { describe, expect, it } from 'vitest';
import { broadcastTargets, isLoopback, mdnsAddresses } from '../../../lib/discovery/index.js';

const loopback = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', isInternal: true };
const wifi = { name: 'wlan0', address: '192.168.1.10', netmask: '255.255.255.0', isInternal: false };
const wire = { name: 'eth0', address: '10.20.30.40', netmask: '255.255.240.0', isInternal: false };
const tunnel = { name: 'tun0', address: '10.8.0.2', netmask: '255.255.255.255', isInternal: false };
const pair = { name: 'ppp0', address: '10.9.0.2', netmask: '255.255.255.254', isInternal: false };
const all = [loopback, wifi, wire];
const everywhere = '255.255.255.255';
const ownMachine = { address: '127.255.255.255', host: '127.0.0.1' };

describe('the targets of an announcement', () => {
  it('stay on loopback when the server does, under its own address', () => {
    expect(broadcastTargets({ bind: '127.0.0.5', sendIp: everywhere, interfaces: all })).toEqual([
      { address: '127.255.255.255', host: '127.0.0.5' },
    ]);
  });

  it.each(['0.0.0.0', '::', ''])(
    'are each interface, by its own broadcast too, naming its own address (bound to "%s")',
    (bind) => {
      expect(broadcastTargets({ bind, sendIp: everywhere, interfaces: all })).toEqual([
        { address: '255.255.255.255', host: '192.168.1.10' },
        { address: '192.168.1.255', host: '192.168.1.10' },
        { address: '255.255.255.255', host: '10.20.30.40' },
        { address: '10.20.31.255', host: '10.20.30.40' },
        ownMachine,
      ]);
    },
  );

  it('are those of one interface when the server is bound to it', () => {
    expect(broadcastTargets({ bind: '10.20.30.40', sendIp: everywhere, interfaces: all })).toEqual([
      { address: '255.255.255.255', host: '10.20.30.40' },
      { address: '10.20.31.255', host: '10.20.30.40' },
    ]);
  });

  it.each([tunnel, pair])('hold no directed broadcast where a network has none (%j)', (single) => {
    expect(broadcastTargets({ bind: '0.0.0.0', sendIp: everywhere, interfaces: [single] })).toEqual([
      { address: '255.255.255.255', host: single.address },
      ownMachine,
    ]);
  });

  it('are the configured address alone, named by the interface of its network', () => {
    expect(broadcastTargets({ bind: '0.0.0.0', sendIp: '10.20.31.255', interfaces: all })).toEqual([
      { address: '10.20.31.255', host: '10.20.30.40' },
    ]);
    expect(broadcastTargets({ bind: '0.0.0.0', sendIp: '172.16.0.255', interfaces: all })).toEqual([
      { address: '172.16.0.255', host: '192.168.1.10' },
    ]);
  });

  it('are loopback under 127.0.0.1 when that is configured', () => {
    expect(broadcastTargets({ bind: '0.0.0.0', sendIp: '127.255.255.255', interfaces: all })).toEqual([
      { address: '127.255.255.255', host: '127.0.0.1' },
    ]);
  });

  it('are the own machine alone without a network', () => {
    const targets = broadcastTargets({ bind: '0.0.0.0', sendIp: everywhere, interfaces: [loopback] });
    expect(targets).toEqual([ownMachine]);
  });

  it.each(['', 'broadcast', '1.2.3', '1.2.3.256', '::1'])('can not be made of send_ip "%s"', (sendIp) => {
    expect(() => broadcastTargets({ bind: '0.0.0.0', sendIp, interfaces: all })).toThrow(
      /\[BROADCAST\] send_ip/,
    );
  });

  it('of mDNS are loopback alone for a server that stays there, and every network otherwise', () => {
    expect(mdnsAddresses('127.0.0.1', all)).toEqual(['127.0.0.1']);
    expect(mdnsAddresses('0.0.0.0', all)).toEqual(['192.168.1.10', '10.20.30.40']);
    expect(mdnsAddresses('192.168.1.10', all)).toEqual(['192.168.1.10']);
  });

  it('know loopback by its network', () => {
    expect(['127.0.0.1', '127.9.9.9'].every(isLoopback)).toBe(true);
    expect(['128.0.0.1', '0.0.0.0', 'localhost'].some(isLoopback)).toBe(false);
  });
});
