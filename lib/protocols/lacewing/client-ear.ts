/** What a Lacewing client makes of each message of the server: answers, events, its own state. Knows no stream. */
import type { Answers } from './answers.js';
import { ClientChannels } from './client-channels.js';
import { readContent } from './content.js';
import { LacewingDeniedError } from './errors.js';
import type { Inbox } from './inbox.js';
import type { LacewingClientMessage, LacewingContent, LacewingServerMessage } from './messages.js';

export type ClientEarOptions = {
  readonly answers: Answers;
  readonly inbox: Inbox;
  /** Sends what the protocol demands at once. */
  readonly reply: (message: LacewingClientMessage, isBlasted: boolean) => void;
  readonly onConnected: () => void;
  readonly onUdpWelcome: () => void;
  /** What a server that asks is told of the program. */
  readonly implementation: string;
};

export class ClientEar {
  readonly #options: ClientEarOptions;
  readonly channels = new ClientChannels();
  #id = 0;
  #name: string | undefined;
  #welcome = '';

  constructor(options: ClientEarOptions) {
    this.#options = options;
  }

  get id(): number {
    return this.#id;
  }

  get name(): string | undefined {
    return this.#name;
  }

  get welcome(): string {
    return this.#welcome;
  }

  take(message: LacewingServerMessage, isBlasted: boolean): void {
    const { inbox, reply, implementation, onUdpWelcome } = this.#options;
    switch (message.type) {
      case 'ping':
        reply({ type: 'pong' }, isBlasted);
        break;
      case 'udpWelcome':
        if (isBlasted) onUdpWelcome();
        break;
      case 'implementationRequest':
        reply({ type: 'implementation', text: implementation }, isBlasted);
        break;
      case 'peer':
      case 'peerLeft': {
        const event = this.channels.news(message);
        if (event) inbox.put(event);
        break;
      }
      case 'serverMessage':
        inbox.put({ ...message, ...said(message.content, isBlasted) });
        break;
      case 'serverChannelMessage':
        inbox.put({ ...message, ...said(message.content, isBlasted) });
        break;
      case 'channelMessage':
      case 'peerMessage':
        inbox.put({ ...message, ...said(message.content, isBlasted) });
        break;
      case 'unknown':
        break;
      default:
        this.#takeYes(message);
    }
  }

  #takeYes(message: LacewingServerMessage): void {
    const { answers, inbox, onConnected } = this.#options;
    switch (message.type) {
      case 'connectAccepted':
        this.#id = message.clientId;
        this.#welcome = message.welcome;
        if (answers.resolve('connect', '', undefined)) onConnected();
        break;
      case 'nameAccepted':
        this.#name = message.name;
        if (!answers.resolve('setName', message.name, message.name))
          inbox.put({ type: 'renamed', name: message.name });
        break;
      case 'channelJoined':
        answers.resolve('joinChannel', message.name, this.channels.joined(message));
        break;
      case 'channelLeft': {
        const { channelId } = message;
        this.channels.left(channelId);
        if (!answers.resolve('leaveChannel', channelId, undefined))
          inbox.put({ type: 'channelClosed', channelId });
        break;
      }
      case 'channelList':
        answers.resolve('listChannels', '', message.channels);
        break;
      default:
        this.#takeNo(message);
    }
  }

  #takeNo(message: LacewingServerMessage): void {
    const deny = (method: LacewingClientMessage['type'], key: string | number, reason: string) =>
      this.#options.answers.reject(method, key, new LacewingDeniedError(method, reason));
    switch (message.type) {
      case 'connectDenied':
        deny('connect', '', message.reason);
        break;
      case 'nameDenied':
        deny('setName', message.name, message.reason);
        break;
      case 'joinDenied':
        deny('joinChannel', message.name, message.reason);
        break;
      case 'leaveDenied':
        deny('leaveChannel', message.channelId, message.reason);
        break;
      case 'listDenied':
        deny('listChannels', '', message.reason);
        break;
    }
  }
}

function said(content: LacewingContent, isBlasted: boolean) {
  return { content, value: readContent(content), isBlasted };
}
