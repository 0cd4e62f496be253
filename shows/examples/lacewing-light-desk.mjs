/**
 * A Lacewing client that leads a light desk: it joins the channel of a group, follows where the group's drones are, and
 * blasts that to a desk that waits in another channel; or stands in for such a desk. Runs as it is; nothing is built.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connectLacewing } from 'starling/protocols/lacewing';

const usage = `node lacewing-light-desk.mjs [feed | desk] [options]

  feed               follow a group and blast its positions to the desk (the default)
  desk               stand in for the desk: show what comes

  --host HOST        where the server is (127.0.0.1)
  --port PORT        its Lacewing port, TCP and UDP (6121)
  --group NAME       the group to follow, or show: all drones (show)
  --stage NAME       the channel in which feed and desk meet (lights)
  --desk NAME        what the desk is called there (desk)
  --rate HZ          how often the desk is told, 1 to 25 (5)
  --ca FILE          speak TLS, and trust the certificate in this file; what is blasted is plain UDP all the same
  --numbers          single numbers, for desks that read no JSON; see lacewing-light-desk.md`;

/** Where the gateway tells of a channel's members. */
const memberSubchannel = 1;

/** Where the desk finds everything at once. */
const jsonSubchannel = 255;

/** Numbers of the protocol are whole and not negative: mm, with this for 0. */
const zeroMm = 2 ** 31;

/** Three subchannels each, below that of the JSON. */
const maxNumbered = 85;

/** @throws Error that says what is missing or wrong. */
function readOptions() {
  try {
    return checkedOptions();
  } catch (error) {
    throw new Error(`${error.message}\nlacewing-light-desk.mjs --help says how it is used`, { cause: error });
  }
}

function checkedOptions() {
  const text = { type: 'string' };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      numbers: { type: 'boolean', default: false },
      ca: text,
      host: { ...text, default: '127.0.0.1' },
      port: { ...text, default: '6121' },
      group: { ...text, default: 'show' },
      stage: { ...text, default: 'lights' },
      desk: { ...text, default: 'desk' },
      rate: { ...text, default: '5' },
    },
  });
  const [mode = 'feed', ...more] = positionals;
  const [port, rate] = [Number(values.port), Number(values.rate)];
  if (!['feed', 'desk'].includes(mode) || more.length > 0) throw new Error('say feed or desk');
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw new Error('--port: a port is expected');
  if (!(rate >= 1 && rate <= 25)) throw new Error('--rate: a number from 1 to 25 is expected');
  return { ...values, mode, port, rate };
}

/**
 * Positions of the drones of all channels that it joins, m east, north and up, kept up to date from what the server
 * says. Called before it joins: a channel's last values come directly behind the answer.
 */
function follow(client) {
  const drones = new Map();
  const names = new Map();
  client.on('serverChannelMessage', ({ content, value }) => {
    if (content.subchannel !== memberSubchannel) return;
    const { drone, ...news } = JSON.parse(value);
    if (drone !== undefined) drones.set(drone, { ...drones.get(drone), ...news });
  });
  client.on('peerJoined', ({ peer }) => names.set(peer.id, peer.name));
  client.on('peerLeft', ({ peerId }) => drones.delete(names.get(peerId)));
  return {
    join: async (name) => {
      const channel = await client.join(name);
      for (const peer of channel.peers.values()) names.set(peer.id, peer.name);
      return channel;
    },
    positions: () =>
      [...drones]
        .filter(([, { x, y, z }]) => [x, y, z].every(Number.isFinite))
        .map(([drone, { x, y, z }]) => ({ drone, x, y, z }))
        .sort((one, other) => one.drone.localeCompare(other.drone, 'en', { numeric: true })),
  };
}

/** Tells the desk where the drones are, as long as it is there. */
async function feed(client, options) {
  const { join, positions } = follow(client);
  const group = await join(options.group);
  const stage = await client.join(options.stage);
  let sent = 0;
  const findDesk = () =>
    [...(client.channels.get(stage.id)?.peers.values() ?? [])].find(({ name }) => name === options.desk);
  setInterval(() => {
    const desk = findDesk();
    const known = positions();
    if (desk === undefined || known.length === 0) return;
    const to = { channelId: stage.id, peerId: desk.id };
    for (const { value, subchannel } of options.numbers ? numbersOf(known) : [jsonOf(known)]) {
      client.sendToPeer(to, value, { subchannel, isBlasted: true });
      sent += 1;
    }
  }, 1000 / options.rate);
  setInterval(() => {
    const desk = findDesk() === undefined ? `no ${options.desk} in ${options.stage} yet` : `${sent} messages blasted`;
    console.log(`${group.name}: ${describe(positions())}, ${desk}`);
  }, 1000);
}

function jsonOf(known) {
  return { subchannel: jsonSubchannel, value: JSON.stringify(known) };
}

function numbersOf(known) {
  return known
    .slice(0, maxNumbered)
    .flatMap(({ x, y, z }, at) =>
      [x, y, z].map((meters, axis) => ({
        subchannel: 3 * at + axis,
        value: Math.round(meters * 1000) + zeroMm,
      })),
    );
}

/** Shows the last positions that came. */
async function standIn(client, options) {
  await client.join(options.stage);
  let known = [];
  let count = 0;
  client.on('peerMessage', ({ value, content: { subchannel } }) => {
    count += 1;
    if (subchannel === jsonSubchannel) known = JSON.parse(value);
    else if (typeof value === 'number') {
      const at = Math.floor(subchannel / 3);
      const axis = ['x', 'y', 'z'][subchannel % 3];
      known[at] = { ...known[at], [axis]: (value - zeroMm) / 1000 };
    }
  });
  setInterval(() => {
    console.log(`${count} messages, ${describe(known.filter(Boolean))}`);
  }, 1000);
}

/** Where drones are, m. */
function describe(known) {
  if (known.length === 0) return 'no positions yet';
  const middle = ['x', 'y', 'z'].map((axis) => known.reduce((sum, each) => sum + each[axis], 0) / known.length);
  // Not -0.0.
  const [east, north, up] = middle.map((each) => (Math.round(each * 10) / 10 + 0).toFixed(1));
  return `${known.length} drones around ${east} east, ${north} north, ${up} m up`;
}

async function run(options) {
  const { host, port, mode, ca } = options;
  const tls = ca === undefined ? {} : { tls: { ca: await readFile(ca) } };
  const client = await connectLacewing({ host, port, implementation: 'lacewing-light-desk', ...tls });
  let isWished = false;
  process.once('SIGINT', () => {
    isWished = true;
    client.close();
  });
  client.on('serverMessage', ({ value }) => console.log(`the server says: ${String(value)}`));
  client.on('channelClosed', () => client.close());
  await client.udpReady();
  const name = await client.setName(mode === 'desk' ? options.desk : `${options.group} feed`);
  console.log(`connected to ${host}:${port} as ${name}`);
  await (mode === 'desk' ? standIn(client, options) : feed(client, options));
  const { error } = await client.receive('disconnected');
  if (!isWished) throw error ?? new Error('the channel was closed');
}

if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
try {
  await run(readOptions());
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
