/** A drone of ours made of raw bytes: it says hello and answers requests as a test tells it to. */
import { json, OldPeer, oldFrame } from './old-peer.js';

/** What a request is answered with: a value, a refusal, or (undefined) nothing at all. */
export type Answer = { readonly value: unknown } | { readonly refused: string } | undefined;

/** Telemetry of a drone that is ready, as version 1.0.0 of ours sends it. */
export const readyTelemetry = (animationId = 'x') => ({
  git_version: '1.0.0',
  animation_info: [animationId, 'OK'],
  battery: [12.1, 0.93],
  armed: false,
  fcu_status: 'STANDBY',
  calibration_status: 'OK',
  mode: 'AUTO.LOITER',
  selfcheck: 'OK',
  current_position: [0, 0, 0, 0, 'map'],
  start_position: [0, 0, 0, 0, 'fly', 0],
  last_task: 'No task',
  time_delta: Date.now() / 1000,
});

/** Connects, says hello with `features`, and answers each request by `answer`; null: with its id, or true. */
export async function answeringPeer(
  port: number,
  id: string,
  answer: (name: string) => Answer | null = () => null,
  features: readonly string[] = ['errors'],
): Promise<OldPeer> {
  const peer = await OldPeer.connect(port);
  let done = 0;
  const answerOf = (name: string): Answer => {
    const given = answer(name);
    return given === null ? { value: name === 'id' ? id : true } : given;
  };
  peer.action('hello', { protocol: 1, role: 'drone', id, software: 'starling', version: '1.0.0', features });
  peer.socket.on('data', () => {
    for (const frame of peer.frames.slice(done)) {
      done++;
      if (frame.header.action === 'filetransfer') tellHeld(peer, frame.content.toString());
      if (frame.header['message-type'] !== 'request') continue;
      const { requested_value: name = '', request_id: request = '' } = json(frame) as Record<string, string>;
      reply(peer, { name, request }, answerOf(name));
    }
  });
  return peer;
}

/** It holds the animation that it was sent, and says so. */
function tellHeld(peer: OldPeer, animation: string): void {
  const [animationId] = animation.split('\n');
  peer.action('telemetry', { value: readyTelemetry(animationId) });
}

function reply(peer: OldPeer, { name, request }: { name: string; request: string }, answer: Answer): void {
  if (!answer) return;
  if ('value' in answer) {
    peer.respond(name, request, answer.value);
    return;
  }
  const header = {
    'message-type': 'response',
    requested_value: name,
    request_id: request,
    status: 'error',
  };
  const error = { code: 'refused', message: answer.refused };
  peer.socket.write(oldFrame(header, Buffer.from(JSON.stringify({ value: null, error }))));
}
