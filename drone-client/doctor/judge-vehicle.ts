/** Can the autopilot and the lights be reached as they are wired? Pure: what was found of the devices is an argument. */
import { type Finding, ok, problem, warning } from '../../lib/doctor/finding.js';
import { type Holder, holderText, isStarling, judgePort, type PortState } from '../../lib/doctor/port.js';
import { roomProblem } from '../led/ws281x-encoding.js';

const check = 'autopilot';

/** A device file, looked at from outside: it is never opened. */
export type Device = {
  readonly path: string;
  readonly isThere: boolean;
  readonly isDevice: boolean;
  /** By this user. */
  readonly mayOpen: boolean;
  readonly holder: Holder | undefined;
  /** Of this kind, that are there. */
  readonly others: readonly string[];
};

export type SerialFacts = Device & {
  /** Linux prints its own messages on it. */
  readonly isConsole: boolean;
  /** What keeps the driver from loading. */
  readonly driverError: string | undefined;
};

export function judgeSerial(facts: SerialFacts): Finding[] {
  const { path, isConsole, driverError } = facts;
  const driver =
    driverError === undefined
      ? []
      : [
          problem(
            check,
            `the driver "serialport" does not load: ${driverError}`,
            'install starling again, for this kind of processor',
          ),
        ];
  const console = isConsole
    ? [
        problem(
          check,
          `Linux has its console on ${path}, and talks to the autopilot`,
          'take console=serial0,115200 (or as it is named there) out of /boot/firmware/cmdline.txt, and restart the Pi',
        ),
      ]
    : [];
  return [judgeSerialDevice(facts), ...console, ...driver];
}

function judgeSerialDevice({ path, isThere, isDevice, mayOpen, holder, others }: SerialFacts): Finding {
  if (!isThere) {
    const there = others.length === 0 ? 'none is there' : `there are ${others.join(', ')}`;
    return problem(
      check,
      `${path} is not there`,
      `check the cable and the name (${there}); the UART of a Raspberry Pi needs enable_uart=1 in /boot/firmware/config.txt and a restart`,
    );
  }
  if (!isDevice)
    return problem(
      check,
      `${path} is no serial device`,
      `name the device: --vehicle serial:/dev/ttyAMA0:921600`,
    );
  if (isStarling(holder, 'drone'))
    return ok(check, `${path} is held by ${holderText(holder)}, which runs now: left alone`);
  if (holder)
    return problem(
      check,
      `${path} is held by ${holderText(holder)}`,
      'end it: one program alone can talk to the autopilot',
    );
  if (!mayOpen)
    return problem(
      check,
      `${path} may not be opened by this user`,
      'sudo usermod -aG dialout USER, then log in again; or run this as the user that starling runs as',
    );
  return ok(
    check,
    `${path} is there and free, and may be opened (whether an autopilot answers is not tried)`,
  );
}

/** Where an autopilot speaks to a port of this computer. */
export function judgeVehiclePort(state: PortState): Finding {
  const own = isStarling(state.holder, 'drone') ? `${holderText(state.holder)}, which runs now` : undefined;
  return judgePort(state, { check, option: '--vehicle udpin:HOST:PORT', own });
}

/** An autopilot by TCP. `error`: why nobody could be reached. */
export function judgeVehicleTcp(name: string, error: string | undefined): Finding {
  if (error === undefined) return ok(check, `${name} accepts connections`);
  return problem(
    check,
    `${name} can not be reached: ${error}`,
    'start the autopilot or the router there, or name another with --vehicle',
  );
}

export type LightFacts = {
  readonly type: 'auto' | 'none' | 'ws281x' | 'mavlink' | 'mavlink_skybrush' | 'preview';
  readonly count: number;
  /** Of type ws281x. */
  readonly bus?: Device & { readonly bufferBytes: number };
};

export function judgeLights({ type, count, bus }: LightFacts): Finding {
  const name = 'lights';
  if (type === 'auto')
    return warning(
      name,
      'none are configured',
      'set [LED] type to ws281x, mavlink or mavlink_skybrush, or to none',
    );
  if (!bus) return ok(name, type === 'none' ? 'none, as configured' : `${type}, as configured`);
  const { path, isThere, isDevice, mayOpen, bufferBytes, others } = bus;
  if (!isThere || !isDevice) {
    const there = others.length === 0 ? '' : `; there are ${others.join(', ')}: [LED] spi_device`;
    const todo = `put dtparam=spi=on into /boot/firmware/config.txt, restart the Pi, and wire the strip to GPIO 10${there}`;
    return problem(name, `${path} is ${isThere ? 'no SPI bus' : 'not there'}`, todo);
  }
  if (!mayOpen)
    return problem(
      name,
      `${path} may not be opened by this user`,
      'sudo usermod -aG spi USER, then log in again; or run this as the user that starling runs as',
    );
  const short = roomProblem(count, bufferBytes);
  if (short === undefined) return ok(name, `${count} pixels on ${path}`);
  const [text = short, ...todo] = short.split(': ');
  return problem(name, text, todo.join(': '));
}
