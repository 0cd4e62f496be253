import { describe, expect, it } from 'vitest';
import { answerWhenHeld, type HeldAnswer } from '../../../bin/rehearsal/held-answer.js';
import type { HeldView } from '../../../server/oversight/oversight-view.js';
import { FakeClock } from '../../support/fake-clock.js';

function operator(answer: HeldAnswer) {
  const clock = new FakeClock();
  const heard: string[] = [];
  const asked: { held: HeldView | undefined } = { held: undefined };
  const hold = (why: string) => {
    asked.held = { what: 'alert', reasons: [why], sinceUtcMs: clock.utcMs() };
  };
  const stop = answerWhenHeld({
    ...{ clock, answer, held: () => asked.held },
    onHeld: ({ reasons }) => heard.push(`${reasons[0]}`),
    give: (given) => heard.push(given),
  });
  return { clock, heard, asked, hold, stop };
}

describe('the operator of a rehearsal', () => {
  it('thinks for five seconds and answers once, each time that the fleet is held', async () => {
    const { clock, heard, asked, hold } = operator('resume');
    await clock.advance(2000);
    hold('gusts');
    await clock.advance(5000);
    expect(heard).toEqual(['gusts']);
    await clock.advance(20_000);
    expect(heard).toEqual(['gusts', 'resume']);
    asked.held = undefined;
    await clock.advance(1000);
    hold('a gate');
    await clock.advance(6000);
    expect(heard).toEqual(['gusts', 'resume', 'a gate', 'resume']);
  });

  it('takes back nothing that has settled itself meanwhile, and may say nothing at all', async () => {
    const { clock, heard, asked, hold } = operator('land');
    hold('gusts');
    await clock.advance(4000);
    asked.held = undefined;
    await clock.advance(20_000);
    expect(heard).toEqual(['gusts']);
    const silent = operator('none');
    silent.hold('gusts');
    await silent.clock.advance(60_000);
    expect(silent.heard).toEqual(['gusts']);
  });

  it('is gone when the rehearsal is over', async () => {
    const { clock, heard, hold, stop } = operator('land');
    stop();
    hold('gusts');
    await clock.advance(60_000);
    expect(heard).toEqual([]);
  });
});
