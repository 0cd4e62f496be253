/** The way to the service manager that started this program, a datagram socket that Node has not. Knows no drone. */
import { StarlingError } from '../../../lib/errors.js';
import {
  noticeText,
  type ServiceEnvironment,
  type ServiceManager,
  unixAddress,
  watchdogLimitMs,
} from '../service-manager.js';

/** Source: socket(2), send(2) of Linux: a datagram, no waiting, no signal, not for the programs that this one runs. */
const afUnix = 1;
const sockDgram = 2;
const sockCloexec = 0o2000000;
const msgDontwait = 0x40;
const msgNosignal = 0x4000;

/**
 * Undefined where no manager wants to be told. Whoever reads the environment later finds nothing of it there.
 * @throws StarlingError `service` when the socket can not be had: started again, it may be.
 */
export async function connectServiceManager(
  environment: NodeJS.ProcessEnv,
  pid: number,
): Promise<ServiceManager | undefined> {
  const { NOTIFY_SOCKET: name, WATCHDOG_USEC, WATCHDOG_PID }: ServiceEnvironment = environment;
  if (name === undefined) return undefined;
  for (const own of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[own];
  const address = unixAddress(name);
  if (!address)
    throw new StarlingError('service', `NOTIFY_SOCKET=${name}: it is no address of a socket of systemd`);
  const send = await openSender(address);
  return {
    watchdogMs: watchdogLimitMs({ WATCHDOG_USEC, WATCHDOG_PID }, pid),
    tell: (notice) => send.send(new TextEncoder().encode(noticeText(notice))),
    close: send.close,
  };
}

/** `send`: whether it was taken. */
type Sender = { send(bytes: Uint8Array): boolean; close(): void };

/** Loaded only here: who is no service needs no native code for it. */
async function openSender(address: Uint8Array): Promise<Sender> {
  const { default: koffi } = await import('koffi');
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const sendto = libc.func(
    'intptr_t sendto(int fd, const uint8_t *bytes, size_t length, int flags, const uint8_t *address, uint32_t size)',
  );
  const close = libc.func('int close(int fd)');
  const fd: number = socket(afUnix, sockDgram | sockCloexec, 0);
  if (fd < 0) throw new StarlingError('service', `no socket to systemd can be had (errno ${koffi.errno()})`);
  let isOpen = true;
  return {
    send: (bytes) => {
      const flags = msgDontwait | msgNosignal;
      return isOpen && Number(sendto(fd, bytes, bytes.length, flags, address, address.length)) >= 0;
    },
    close: () => {
      if (isOpen) close(fd);
      isOpen = false;
    },
  };
}
