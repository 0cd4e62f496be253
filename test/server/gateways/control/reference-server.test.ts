/** Our client at a server of the reference: the bytes that it sends, and those of Python's json that it gets. */
import { once } from 'node:events';
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { TppRemote } from '../../../../lib/protocols/tpp/index.js';
import { testCertificate } from '../../../support/certificate.js';

const certificate = await testCertificate();
const asked = '46\n{"action":"list","body":{"x":1},"token":"abc"}';

let server: Server;

afterEach(() => server.close());

/** Answers the first request with these bytes, byte by byte, and closes; gives what was asked. */
async function serve(answer: string, isTls: boolean) {
  const requests: string[] = [];
  const onSocket = (socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      requests.push(chunk.toString('utf8'));
      for (const byte of Buffer.from(answer, 'utf8')) socket.write(Uint8Array.of(byte));
      socket.end();
    });
  };
  server = isTls ? createTlsServer(certificate, onSocket) : createPlainServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const remote = new TppRemote({
    ...{ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0, token: 'abc' },
    ...(isTls && { tls: { kind: 'certificate', ca: certificate.cert } as const }),
  });
  return { remote, requests };
}

describe.each([
  ['in the clear', false],
  ['in TLS', true],
])('our client at a server of the reference, %s,', (_way, isTls) => {
  it('asks in these bytes, and reads what Python writes', async () => {
    const answer = '52\n{"code": 0, "body": {"list": ["d\\u00e9j\\u00e0 vu"]}}';
    const { remote, requests } = await serve(answer, isTls);
    expect(await remote.request('list', { x: 1 })).toEqual(['déjà vu']);
    expect(requests).toEqual([asked]);
  });

  it('follows its events until it closes: that is the end of the stream', async () => {
    const ok = '37\n{"code": 0, "body": {"stream": "ok"}}';
    const event = '82\n{"code": 0, "body": {"event_type": "step_started", "step": {"name": "caf\\u00e9"}}}';
    const { remote, requests } = await serve(ok + event + event, isTls);
    const events: unknown[] = [];
    for await (const pushed of remote.stream(['step_started'])) events.push(pushed);
    expect(events).toEqual(Array(2).fill({ event_type: 'step_started', step: { name: 'café' } }));
    expect(requests).toEqual([
      '73\n{"action":"stream","body":{"event_types":["step_started"]},"token":"abc"}',
    ]);
  });
});

describe('our client', () => {
  it.each([
    ['a text for a body', '33\n{"code": 0, "body": "I\'m alive!"}', { code: 0, body: "I'm alive!" }],
    [
      'another key than the action',
      '37\n{"code": 0, "body": {"builders": []}}',
      { code: 0, body: { builders: [] } },
    ],
    [
      'an error in a text alone',
      '39\n{"code": 1, "body": "No action found!"}',
      { code: 1, body: 'No action found!' },
    ],
  ])('gives an answer as it is where it is %s', async (_what, bytes, answer) => {
    const { remote } = await serve(bytes, false);
    expect(await remote.response('list', { x: 1 })).toEqual(answer);
  });

  it.each([
    [
      'a bad token',
      '48\n{"code": 3, "body": {"error": "Bad auth token"}}',
      { code: 'tpp_3', responseCode: 3 },
    ],
    ['no action', '39\n{"code": 1, "body": "No action found!"}', { message: 'No action found!' }],
    ['an answer without its action', '33\n{"code": 0, "body": "I\'m alive!"}', { code: 'corrupt_frame' }],
    ['what is no JSON', '5\n{"co"', { code: 'corrupt_frame' }],
    ['half an answer', '48\n{"code": 0, "bo', { code: 'corrupt_frame' }],
    ['the end before anything', '', { code: 'disconnected' }],
    [
      'the end of a stream that never began',
      '37\n{"code": 0, "body": {"other": "ok"}}',
      { code: 'corrupt_frame' },
    ],
  ])('throws for %s', async (_what, bytes, error) => {
    const { remote } = await serve(bytes, false);
    await expect(remote.request('list')).rejects.toMatchObject(error);
  });
});
