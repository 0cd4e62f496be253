/** A whole connection, one an input: handlers, requests and files of a stranger end it in order, or not at all. */
import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { Endpoint } from '../../lib/messaging/endpoint.js';
import { ConnectionManager, type Hello } from '../../lib/messaging/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { frames, mendFrame } from './frames.js';
import { expectThat, type FuzzTarget, inPieces, randomOf } from './target.js';

const hello: Hello = {
  ...{ protocol: 1, role: 'server', id: 's', software: 'starling', version: '0' },
  features: ['errors', 'heartbeat', 'lanes', 'chunks'],
};

/** What may wait for a peer that does not read, bytes. */
const maxQueueBytes = 100_000;

export const endpoint: FuzzTarget = {
  name: 'endpoint',
  share: 150,
  corpus: [...frames.corpus, Buffer.concat(frames.corpus.slice(1, 6))],
  words: [...frames.words, 'file_open', 'file_close', 'file_ack', 'file_abort', 'ping', 'hello', '"offset":'],
  mend: mendFrame,
  run: (bytes) => {
    const handlers = new Endpoint();
    let heard = 0;
    const listen = () => {
      heard++;
      throw new Error('a handler that fails');
    };
    handlers.messageCallback('telemetry', listen);
    handlers.messageCallback('hello', () => Promise.reject(new Error('later')));
    handlers.requestCallback('id', () => 's');
    handlers.requestCallback('filetransfer', () => Buffer.from('1,2,3\n'));
    handlers.fileCallback(listen);
    const stream = new Silent();
    const connection = new ConnectionManager({
      endpoint: handlers,
      clock: new FakeClock(),
      hello,
      maxQueueBytes,
    });
    connection.onEvent((event) => {
      if (event.type === 'warning') expectThat(event.text.length < 70_000, 'a warning without end');
    });
    connection.connect(stream, { remoteAddress: '10.0.0.7' });
    for (const piece of inPieces(bytes, randomOf(bytes))) if (!stream.destroyed) stream.emit('data', piece);
    expectThat(!('polluted' in {}), 'a message has changed all objects');
    connection.close();
    stream.destroy();
    return heard > 0 ? 'accepted' : 'refused';
  },
};

/** A peer that says what it is made to say, and takes all. */
class Silent extends Duplex {
  override _read(): void {
    this.pause();
  }

  override _write(_chunk: Uint8Array, _encoding: string, done: () => void): void {
    done();
  }
}
