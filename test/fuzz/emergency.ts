/** Emergency datagrams: a drone obeys what its fleet's servers have signed for it, once; a server believes its drones alone. */
import { Buffer } from 'node:buffer';
import { EmergencyEar } from '../../lib/emergency/emergency-ear.js';
import {
  type Acknowledgement,
  addresseeOf,
  type EmergencyAction,
  type EmergencyOrder,
  encodeAcknowledgement,
  encodeOrder,
  maxEmergencyBytes,
  orderLifeMs,
  readAcknowledgement,
  readOrder,
} from '../../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../../lib/emergency/obeyed-once.js';
import { DatagramGuard, DatagramSigner } from '../../lib/security/datagram-signature.js';
import { deriveSigningKey, publicKeyHex } from '../../lib/security/keys.js';
import { VerifyBudget } from '../../lib/security/verify-budget.js';
import { mendFrame } from './frames.js';
import { expectSame, expectThat, type FuzzTarget } from './target.js';

const boot = 'boot-of-drone-1';
const signedUtcMs = 1_732_160_000_000;
const signingKey = deriveSigningKey(Buffer.alloc(32, 7));
const publicHex = publicKeyHex(signingKey);
const key = Buffer.alloc(32, 5);

const nameIn = (command: string, what: EmergencyAction) =>
  addresseeOf({ id: 'drone-1', boot, key }, { command, what });

const orders: readonly EmergencyOrder[] = [
  { id: '4711', epoch: 3, command: 'abc-1', what: 'land', to: [nameIn('abc-1', 'land')] },
  {
    id: '4711',
    epoch: undefined,
    command: 'abc-2',
    what: 'kill',
    to: ['another-boot', nameIn('abc-2', 'kill')],
  },
  { id: '4711', epoch: 3, command: 'abc-3', what: 'disarm', to: ['another-boot'] },
];
const answers: readonly Acknowledgement[] = [
  { command: 'abc-1', boot, state: 'done' },
  { command: 'abc-2', boot, state: 'refused', code: 'not_supported', message: 'no motors' },
];

function corpus(): Uint8Array[] {
  const signer = new DatagramSigner(signingKey, () => signedUtcMs);
  const signed = orders.map((order) => encodeOrder(order, (action, kwargs) => signer.sign(action, kwargs)));
  const bare = orders.map((order) => encodeOrder(order, (_action, kwargs) => kwargs));
  return [...signed, ...signed, ...bare, ...answers.map((answer) => encodeAcknowledgement(answer, key))];
}

export const emergency: FuzzTarget = {
  name: 'emergency',
  share: 100,
  corpus: corpus(),
  words: [
    '"what":"kill"',
    `"to":["${nameIn('abc-1', 'land')}"]`,
    '"command":"abc-9"',
    '"epoch":"9"',
    '"counter":"1732160000009"',
    '"mac":"',
  ],
  mend: mendFrame,
  run: (bytes) => {
    const obeyed: string[] = [];
    const replies: Uint8Array[] = [];
    const ear = new EmergencyEar({
      ...{ id: () => 'drone-1', boot, key, once: new ObeyedOnce(() => 0), isInCharge: () => true },
      guard: new DatagramGuard(publicHex, { lateMs: orderLifeMs, monotonicMs: () => 0 }),
      budget: new VerifyBudget(() => 0),
      serverUtcMs: () => signedUtcMs,
      obey: (what) => {
        obeyed.push(what);
      },
      onIgnored: () => undefined,
    });
    for (let time = 0; time < 2; time++) ear.receive(bytes, (reply) => replies.push(reply));
    expectThat(obeyed.length <= 1, 'one order was obeyed twice');
    expectThat(replies.length === 2 * obeyed.length, 'an answer to what was not obeyed, or none');
    for (const reply of replies) {
      expectThat(reply.length <= maxEmergencyBytes, 'too long an answer');
      expectThat(readAcknowledgement(reply)?.isProvenBy(key) === true, 'an answer that proves nothing');
    }
    if (obeyed.length > 0) checkOrder(bytes, obeyed[0]);
    return checkAnswer(bytes) || obeyed.length > 0 ? 'accepted' : 'refused';
  },
};

/** What was obeyed is word for word what was signed for this drone. */
function checkOrder(bytes: Uint8Array, what: string | undefined): void {
  const order = readOrder(bytes)?.order;
  const own = orders.find(({ command }) => command === order?.command);
  expectSame(order, own, 'an order that nobody has signed');
  expectThat(
    what === own?.what && own?.to.includes(nameIn(own.command, own.what)) === true,
    'another order than was signed',
  );
}

function checkAnswer(bytes: Uint8Array): boolean {
  const read = readAcknowledgement(bytes);
  if (!read?.isProvenBy(key)) return false;
  const own = answers.find(({ command }) => command === read.said.command);
  expectSame(read.said, own, 'an answer that no drone has given');
  return true;
}
