/** Tells of a server by mDNS, and finds one. Knows bonjour-service and its traps; mDNS is optional: it never throws. */
import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import Bonjour from 'bonjour-service';
import { errorCode, errorText } from '../../errors.js';
import { type Clock, every } from '../../time/clock.js';
import type { OnDiscoveryEvent } from '../events.js';
import { type MdnsServer, mdnsName, mdnsTxt, mdnsType, readMdnsService } from '../mdns-record.js';

/** How often the question is asked again, ms: it is one datagram, and the air loses some. */
const askAgainMs = 1000;

/** Services that are remembered on one interface; with more it is deaf until it asks again, and forgets them all. */
const maxServices = 200;

/** How long a goodbye may take to leave, ms. */
const goodbyeMs = 500;

type MdnsOptions = {
  readonly clock: Clock;
  /** Addresses of this machine, one an interface on which mDNS is spoken. */
  readonly addresses: readonly string[];
  /** Told at most once, `mdnsFailed`. */
  readonly onEvent: OnDiscoveryEvent;
  /** UDP port of mDNS; 5353 except in tests. */
  readonly mdnsPort?: number;
};

export type AdvertiseOptions = MdnsOptions & { readonly server: Omit<MdnsServer, 'host'> };

/** Answers for `_starling._tcp` on every interface, until closed: then it says goodbye. */
export function advertiseServer(options: AdvertiseOptions): { close(): Promise<void> } {
  const { server, clock } = options;
  const responders = openAll(options);
  const name = mdnsName(server.id);
  for (const { bonjour } of responders) {
    // `probe` is off because a conflict is printed to stdout; the name holds the server's id and is nobody else's.
    const { port } = server;
    bonjour.publish({
      name,
      type: mdnsType,
      port,
      host: `${name}.local`,
      txt: mdnsTxt(server),
      probe: false,
    });
  }
  return {
    close: async () => {
      await Promise.all(responders.map((responder) => close(responder, clock)));
    },
  };
}

export type BrowseOptions = MdnsOptions & { readonly onServer: (server: MdnsServer) => void };

/** Asks for servers on every interface, again each second, until closed. A server is told of when it appears or changes. */
export function browseServers(options: BrowseOptions): { close(): Promise<void> } {
  const { clock, onServer } = options;
  const responders = openAll(options);
  let browsers = responders.map(({ bonjour }) => browse(bonjour, onServer));
  const cancel = every(clock, askAgainMs, () => {
    browsers = browsers.map((browser, i) => {
      const { bonjour } = responders[i] ?? {};
      if (!bonjour || browser.services.length <= maxServices) {
        browser.update();
        return browser;
      }
      return browse(bonjour, onServer);
    });
  });
  return {
    close: async () => {
      cancel();
      for (const browser of browsers) browser.stop();
      await Promise.all(responders.map((responder) => destroy(responder)));
    },
  };
}

/** Asks once, and tells of what answers. */
function browse(bonjour: Bonjour, onServer: (server: MdnsServer) => void): Bonjour.Browser {
  const browser = bonjour.find({ type: mdnsType });
  const tell = (service: Bonjour.Service) => {
    const server = readMdnsService({ host: service.referer?.address, port: service.port, txt: service.txt });
    if (browser.services.length > maxServices) browser.stop();
    else if (server) onServer(server);
  };
  browser.on('up', tell);
  browser.on('txt-update', tell);
  browser.on('srv-update', tell);
  return browser;
}

type Responder = { readonly bonjour: Bonjour; hasFailed: boolean; isClosing: boolean };

function openAll({ addresses, onEvent, mdnsPort }: MdnsOptions): Responder[] {
  let isTold = false;
  const fail = (address: string, error: unknown) => {
    if (isTold) return;
    isTold = true;
    onEvent({ type: 'mdnsFailed', text: `mDNS on ${address} does not work: ${errorText(error)}` });
  };
  return addresses.map((address) => openOne(address, mdnsPort, (error) => fail(address, error)));
}

function openOne(address: string, port: number | undefined, onError: (error: unknown) => void): Responder {
  const fail = (error: unknown) => {
    responder.hasFailed = true;
    onError(error);
  };
  const socket = openSocket(fail);
  const options = { interface: address, bind: '0.0.0.0', socket, ...(port !== undefined && { port }) };
  const responder: Responder = { bonjour: new Bonjour(options, fail), hasFailed: false, isClosing: false };
  socket.once('close', () => responder.isClosing || fail(new Error('its socket was closed')));
  const mdns = emitterOf(responder.bonjour);
  mdns?.on('error', fail);
  mdns?.on('warning', (warning: unknown) => {
    // A warning of the system (no such interface) is ours; a packet that can not be read is its sender's.
    if (typeof warning === 'object' && warning !== null && 'syscall' in warning) fail(warning);
  });
  return responder;
}

/**
 * A socket that may break under the library: what the library sends from its own timers then would throw where nobody
 * catches it.
 */
function openSocket(onBroken: (error: unknown) => void): Socket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const send = socket.send.bind(socket) as (...args: unknown[]) => void;
  const sendOrFail = (...args: unknown[]): void => {
    try {
      send(...args);
    } catch (error) {
      onBroken(error);
      const done = args.at(-1);
      if (typeof done === 'function') done(error);
    }
  };
  return Object.assign(socket, { send: sendOrFail });
}

/** The emitter of socket errors: the library leaves them without a listener, and hides where they come from. */
function emitterOf(bonjour: Bonjour): EventEmitter | undefined {
  const server: unknown = Reflect.get(bonjour, 'server');
  const mdns: unknown =
    typeof server === 'object' && server !== null ? Reflect.get(server, 'mdns') : undefined;
  return mdns instanceof EventEmitter ? mdns : undefined;
}

async function close(responder: Responder, clock: Clock): Promise<void> {
  const { bonjour, hasFailed } = responder;
  if (!hasFailed) {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(goodbyeMs, resolve);
      bonjour.unpublishAll(() => {
        cancel();
        resolve();
      });
    });
  }
  await destroy(responder);
}

function destroy(responder: Responder): Promise<void> {
  responder.isClosing = true;
  return new Promise((resolve) => {
    try {
      responder.bonjour.destroy(() => resolve());
    } catch (error) {
      // A socket that broke is closed already.
      if (errorCode(error) !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
      resolve();
    }
  });
}
