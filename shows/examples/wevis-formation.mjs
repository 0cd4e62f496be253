/**
 * A wevis client that passes the formation of the fleet on: it follows where the drones are and streams the points into a
 * room, where light desks, screens and scripts can have them; or watches such a room. Runs as it is; nothing is built.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectWevis } from 'starling/protocols/wevis';

const usage = `WEVIS_PASSWORD=... node wevis-formation.mjs [stream | watch] --user NAME [options]

  stream               follow the fleet and send its formation into the room (the default)
  watch                show what comes into the room

  --user NAME          as the server's file of wevis users has it
  --host HOST          where the server is (127.0.0.1)
  --port PORT          its wevis port (12121)
  --room ROOM          the room that the formation is sent to (formation)
  --rate HZ            formations a second, 1 to 50 (5)
  --ca FILE            speak TLS, and trust the certificate in this file
  --definitions FILE   the server's definitions, where they are not those that come with Starling

The password is read from the environment, so that it is in no list of processes.`;

const fleetFile = fileURLToPath(new URL('../fleet.wevis', import.meta.url));

/** @throws Error that says what is missing or wrong. */
function readOptions() {
  try {
    return checkedOptions();
  } catch (error) {
    throw new Error(`${error.message}\nwevis-formation.mjs --help says how it is used`, { cause: error });
  }
}

function checkedOptions() {
  const text = { type: 'string' };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ user: text, ca: text, help: { type: 'boolean', default: false } },
      host: { ...text, default: '127.0.0.1' },
      port: { ...text, default: '12121' },
      room: { ...text, default: 'formation' },
      rate: { ...text, default: '5' },
      definitions: { ...text, default: fleetFile },
    },
  });
  const [mode = 'stream', ...more] = positionals;
  const [port, rate] = [Number(values.port), Number(values.rate)];
  const password = process.env.WEVIS_PASSWORD;
  if (!['stream', 'watch'].includes(mode) || more.length > 0) throw new Error('say stream or watch');
  if (values.user === undefined) throw new Error('--user is missing');
  if (password === undefined) throw new Error('WEVIS_PASSWORD is not set');
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw new Error('--port: a port is expected');
  if (!(rate >= 1 && rate <= 50)) throw new Error('--rate: a number from 1 to 50 is expected');
  return { ...values, mode, port, rate, password };
}

/** Sends where the drones are; only those that say where they are. */
function stream(client, { room, rate }) {
  const drones = new Map();
  let phase = '';
  let sent = 0;
  client.on('Drone', ({ fields }) => drones.set(fields.drone, fields));
  client.on('Show', ({ fields }) => {
    phase = fields.phase;
  });
  client.on('Left', ({ fields }) => {
    if (fields.room === 'show') drones.delete(fields.member);
  });
  const points = () => [...drones.values()].filter(({ x, y, z }) => Number.isFinite(x + y + z));
  setInterval(() => {
    const known = points();
    if (known.length === 0) return;
    const list = (axis) => Float32Array.from(known, (drone) => drone[axis]);
    const names = known.map(({ drone }) => drone).join('\n');
    client.send('Formation', { room, sender: '', names, x: list('x'), y: list('y'), z: list('z') });
    sent += 1;
  }, 1000 / rate);
  setInterval(() => {
    const show = phase === '' ? '' : `, show ${phase}`;
    console.log(`${drones.size} drones, ${describe(points())}, ${sent} formations sent${show}`);
  }, 1000);
}

/** Shows the last formation that came. */
function watch(client, { room }) {
  let last;
  let count = 0;
  client.on('Formation', ({ fields }) => {
    if (fields.room !== room) return;
    last = fields;
    count += 1;
  });
  setInterval(() => {
    const points = last === undefined ? [] : [...last.x].map((x, at) => ({ x, y: last.y[at], z: last.z[at] }));
    const from = last === undefined ? '' : ` from ${last.sender}`;
    console.log(`${count} formations${from}, ${describe(points)}`);
  }, 1000);
}

/** Where points are, m. */
function describe(points) {
  if (points.length === 0) return 'no positions yet';
  const middle = ['x', 'y', 'z'].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const [east, north, up] = middle.map((each) => each.toFixed(1));
  return `${points.length} points around ${east} east, ${north} north, ${up} m up`;
}

/** @throws Error of the room's when it can not be entered. */
async function enter(client, room) {
  client.send('Join', { room, correlation: 'join' });
  for (;;) {
    const { fields } = await client.receive('Answer', { timeoutMs: 5000 });
    if (fields.correlation !== 'join') continue;
    if (fields.ok === 1 || fields.code === 'already_in_room') return;
    throw new Error(`room ${room}: ${fields.text}`);
  }
}

async function run(options) {
  const { host, port, user, password, room, ca } = options;
  const definitions = await readFile(options.definitions, 'utf8');
  const tls = ca === undefined ? {} : { tls: { ca: await readFile(ca) } };
  // A large fleet says much at once, before anybody asks for it.
  const inbox = { maxMessages: 20_000, maxBytes: 2 ** 26 };
  const client = await connectWevis({ host, port, user, password, definitions, inbox, ...tls });
  process.once('SIGINT', () => void client.close());
  await enter(client, room);
  console.log(`logged in at ${host}:${port} as ${user}, in the room ${room}`);
  client.on('Answer', ({ fields }) => {
    if (fields.ok === 0) console.error(`refused: ${fields.text}`);
  });
  if (options.mode === 'watch') watch(client, options);
  else stream(client, options);
  return client.closed;
}

if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
try {
  const why = await run(readOptions());
  console.error(why.message);
  process.exit(why.message === 'this client was closed' ? 0 : 1);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
