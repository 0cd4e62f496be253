/** The bad paths between a fleet and its server, in a process of their own: they cost the drones nothing. */
import { BadLink } from '../../support/bad-link.js';
import { answerParent } from './child.js';

export type LinksOrders = typeof orders;

const links: BadLink[] = [];

const orders = {
  /** One for each drone, on an address of its own; gives where each is reached. */
  async open({ count, tcpPort, ntpPort }: { count: number; tcpPort: number; ntpPort: number }) {
    const server = { host: '127.0.0.1', tcpPort, ntpPort };
    for (let number = 1; number <= count; number += 1) {
      const address = `127.60.${Math.floor(number / 250)}.${(number % 250) + 1}`;
      links.push(await BadLink.open({ address, server, seed: number }));
    }
    return links.map(({ address, port }) => ({ host: address, port }));
  },

  /** The server vanishes from all of them, or is back. */
  vanish(isDown: boolean): void {
    for (const link of links) link.setDown(isDown);
  },
};

answerParent(orders);
