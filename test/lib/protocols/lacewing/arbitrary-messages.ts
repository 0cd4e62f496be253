/** Messages of all types for properties, as far as they come back as they were. */
import fc from 'fast-check';
import type {
  LacewingClientMessage,
  LacewingContent,
  LacewingServerMessage,
} from '../../../../lib/protocols/lacewing/index.js';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const shortName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((name) => Buffer.byteLength(name) < 256);
/** No control characters: those are no reason. */
const reason = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });

const content: fc.Arbitrary<LacewingContent> = fc.record({
  variant: fc.integer({ min: 0, max: 15 }),
  subchannel: u8,
  isObject: fc.boolean(),
  data: fc.uint8Array({ maxLength: 400 }),
});

const peer = fc.record({ id: u16, name: shortName, isMaster: fc.boolean() });

export const clientMessages: fc.Arbitrary<LacewingClientMessage> = fc.oneof(
  fc.record({ type: fc.constant('connect'), revision: text }),
  fc.record({ type: fc.constant('setName'), name: text }),
  fc.record({
    type: fc.constant('joinChannel'),
    name: text,
    isHidden: fc.boolean(),
    isAutoClose: fc.boolean(),
  }),
  fc.record({ type: fc.constant('leaveChannel'), channelId: u16 }),
  fc.constant({ type: 'listChannels' as const }),
  fc.record({ type: fc.constant('serverMessage'), content }),
  fc.record({ type: fc.constant('channelMessage'), channelId: u16, content }),
  fc.record({ type: fc.constant('peerMessage'), channelId: u16, peerId: u16, content }),
  fc.constant({ type: 'udpHello' as const }),
  fc.record({ type: fc.constant('channelMaster'), channelId: u16, action: u8, peerId: u16 }),
  fc.constant({ type: 'pong' as const }),
  fc.record({ type: fc.constant('implementation'), text }),
  fc.record({
    type: fc.constant('unknown'),
    code: fc.integer({ min: 11, max: 15 }),
    variant: fc.integer({ min: 0, max: 15 }),
    body: fc.uint8Array({ maxLength: 400 }),
  }),
);

export const serverMessages: fc.Arbitrary<LacewingServerMessage> = fc.oneof(
  fc.record({ type: fc.constant('connectAccepted'), clientId: u16, welcome: text }),
  fc.record({ type: fc.constant('connectDenied'), reason }),
  fc.record({ type: fc.constant('nameAccepted'), name: shortName }),
  fc.record({ type: fc.constant('nameDenied'), name: shortName, reason }),
  fc.record({
    type: fc.constant('channelJoined'),
    channelId: u16,
    name: shortName,
    isMaster: fc.boolean(),
    peers: fc.array(peer, { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('joinDenied'), name: shortName, reason }),
  fc.record({ type: fc.constant('channelLeft'), channelId: u16 }),
  fc.record({ type: fc.constant('leaveDenied'), channelId: u16, reason }),
  fc.record({
    type: fc.constant('channelList'),
    channels: fc.array(fc.record({ name: shortName, peerCount: u16 }), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('listDenied'), reason }),
  fc.record({ type: fc.constant('serverMessage'), content }),
  fc.record({
    type: fc.constantFrom('channelMessage', 'peerMessage'),
    channelId: u16,
    senderId: u16,
    content,
  }),
  fc.record({ type: fc.constant('serverChannelMessage'), channelId: u16, content }),
  fc.record({ type: fc.constant('peer'), channelId: u16, peer }),
  fc.record({ type: fc.constant('peerLeft'), channelId: u16, peerId: u16 }),
  fc.constant({ type: 'udpWelcome' as const }),
  fc.constant({ type: 'ping' as const }),
  fc.constant({ type: 'implementationRequest' as const }),
  fc.record({
    type: fc.constant('unknown'),
    code: fc.integer({ min: 13, max: 15 }),
    variant: fc.integer({ min: 0, max: 15 }),
    body: fc.uint8Array({ maxLength: 400 }),
  }),
);
