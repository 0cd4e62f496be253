/** Reads the computer's disk, temperature, power and Wi-Fi every few seconds. Judges nothing and knows no drone. */
import { readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import {
  type HostHealth,
  type HostWatch,
  readLinkQuality,
  readTemperatureC,
  readThrottled,
  readVoltageAlarm,
  type UnderVoltage,
} from '../host-health.js';

const intervalMs = 2000;

/** Where the readings are. Source: Linux sysfs and procfs; Raspberry Pi firmware driver and `raspberrypi-hwmon`. */
type HostPaths = {
  readonly temperature: string;
  readonly throttled: string;
  /** Folder of the kernel's sensors, one folder each, with the sensor's `name`. */
  readonly sensors: string;
  readonly wireless: string;
};

const systemPaths: HostPaths = {
  temperature: '/sys/class/thermal/thermal_zone0/temp',
  throttled: '/sys/devices/platform/soc/soc:firmware/get_throttled',
  sensors: '/sys/class/hwmon',
  wireless: '/proc/net/wireless',
};

export type HostHealthOptions = {
  readonly clock: Clock;
  /** The disk that it is on is watched; it must exist before it can be. */
  readonly dataFolder: string;
  readonly paths?: HostPaths;
};

export class HostHealthReader implements HostWatch {
  readonly #options: HostHealthOptions;
  #health: Omit<HostHealth, 'ageMs'> | undefined;
  #readAtMs = 0;
  #hasBeenUnderVoltage = false;
  #hasBeenWireless = false;
  #reading: Promise<void> | undefined;
  #cancel: Cancel | undefined;

  constructor(options: HostHealthOptions) {
    this.#options = options;
  }

  /** Reads at once, and again every 2 s. */
  start(): void {
    this.#cancel ??= every(this.#options.clock, intervalMs, () => void this.refresh());
    void this.refresh();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The last readings with their age; undefined before the first. */
  get health(): HostHealth | undefined {
    return this.#health && { ...this.#health, ageMs: this.#options.clock.monotonicMs() - this.#readAtMs };
  }

  /** Reads now; one that hangs is waited for, not doubled. Never rejects: what can not be read is absent. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { dataFolder, clock, paths = systemPaths } = this.#options;
    const [diskFreeBytes, temperature, power, wireless] = await Promise.all([
      freeBytes(dataFolder),
      readText(paths.temperature),
      readPower(paths),
      readText(paths.wireless),
    ]);
    const cpuTemperatureC = temperature === undefined ? undefined : readTemperatureC(temperature);
    const linkQuality = wireless === undefined ? undefined : readLinkQuality(wireless);
    this.#hasBeenUnderVoltage ||= power?.hasBeen === true;
    this.#hasBeenWireless ||= linkQuality !== undefined;
    this.#readAtMs = clock.monotonicMs();
    this.#health = {
      ...(diskFreeBytes !== undefined && { diskFreeBytes }),
      ...(cpuTemperatureC !== undefined && { cpuTemperatureC }),
      ...(power && { underVoltage: { isNow: power.isNow, hasBeen: this.#hasBeenUnderVoltage } }),
      ...(this.#hasBeenWireless && { linkQuality: linkQuality ?? Number.NaN }),
    };
  }
}

/** Both where there are both: the driver clears the firmware's memory of what has been. */
async function readPower(paths: HostPaths): Promise<UnderVoltage | undefined> {
  const [throttledText, alarmText] = await Promise.all([readText(paths.throttled), readAlarm(paths.sensors)]);
  const readings = [
    throttledText === undefined ? undefined : readThrottled(throttledText),
    alarmText === undefined ? undefined : readVoltageAlarm(alarmText),
  ].filter((reading) => reading !== undefined);
  if (readings.length === 0) return undefined;
  return { isNow: readings.some(({ isNow }) => isNow), hasBeen: readings.some(({ hasBeen }) => hasBeen) };
}

async function readAlarm(sensors: string): Promise<string | undefined> {
  for (const name of await namesIn(sensors)) {
    const folder = join(sensors, name);
    if ((await readText(join(folder, 'name')))?.trim() === 'rpi_volt')
      return readText(join(folder, 'in0_lcrit_alarm'));
  }
  return undefined;
}

/** Undefined when it can not be read: another computer, or not ours to read. */
async function readText(path: string): Promise<string | undefined> {
  return orUndefined(readFile(path, 'utf8'));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await orUndefined(readdir(folder))) ?? [];
}

async function freeBytes(folder: string): Promise<number | undefined> {
  const disk = await orUndefined(statfs(folder));
  return disk && disk.bavail * disk.bsize;
}

/** What the system refuses is absent. */
async function orUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
