/** Looks at the device files of autopilot and lights from outside: opens none of them, so a flight is not disturbed. */
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { holderOfFile } from '../../../lib/doctor/adapters/holders.js';
import { errorText } from '../../../lib/errors.js';
import type { LedSettings } from '../../led/settings.js';
import type { Device, LightFacts, SerialFacts } from '../judge-vehicle.js';

const serialNames = /^(?:ttyAMA|ttyS|ttyUSB|ttyACM|serial)\d/;
const spiNames = /^spidev/;

export async function readSerial(path: string): Promise<SerialFacts> {
  const [device, consoles, driverError] = await Promise.all([
    readDevice(path, serialNames),
    readFile('/proc/cmdline', 'utf8').catch(() => ''),
    loadError(() => import('serialport')),
  ]);
  return { ...device, driverError, isConsole: consoleNames(consoles).includes(basename(path)) };
}

export async function readLights({ type, count, spiDevice }: LedSettings): Promise<LightFacts> {
  if (type !== 'ws281x') return { type, count };
  const [device, bufferBytes] = await Promise.all([readDevice(spiDevice, spiNames), spiBufferBytes()]);
  return { type, count, bus: { ...device, bufferBytes } };
}

async function readDevice(path: string, kind: RegExp): Promise<Device> {
  const status = await stat(path).catch(() => undefined);
  const names = await readdir('/dev').catch(() => []);
  const mayOpen = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return {
    path,
    isThere: status !== undefined,
    isDevice: status?.isCharacterDevice() ?? false,
    mayOpen,
    holder: status && (await holderOfFile(path)),
    others: names
      .filter((name) => kind.test(name))
      .slice(0, 6)
      .map((name) => join('/dev', name)),
  };
}

/** Of the kernel's command line: `console=serial0,115200`. */
function consoleNames(commandLine: string): string[] {
  return [...commandLine.matchAll(/\bconsole=([^,\s]+)/g)].map(([, name]) => name ?? '');
}

/** Source: Linux spidev, module parameter `bufsiz` and its default. */
async function spiBufferBytes(): Promise<number> {
  const text = await readFile('/sys/module/spidev/parameters/bufsiz', 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || 4096;
}

async function loadError(load: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await load();
    return undefined;
  } catch (error) {
    return errorText(error).split('\n')[0];
  }
}
