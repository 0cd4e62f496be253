/** The JSON of frames against a second reader of it. Knows texts. */
import { Buffer } from 'node:buffer';
import { formatJson, maxJsonDepth, parseJson } from '../../lib/messaging/json.js';
import { referenceParse } from './reference-json.js';
import { attempt, bytesOf, expectSame, expectThat, type FuzzTarget } from './target.js';

export const json: FuzzTarget = {
  name: 'json',
  share: 700,
  corpus: [
    '{"args":[],"kwargs":{"battery":[12.5,0.75],"yaw":NaN,"mode":"OFFBOARD","armed":false}}',
    '[NaN,Infinity,-Infinity,"NaN","S","N","\\"NaN\\"","\\\\",null,1e5,-0.25]',
    '{"NaN":NaN,"Infinity" : -Infinity,"a":{"b":{"c":[[],{}]}}}',
    '{"telemetry":{"current_position":[1,2,3,NaN,"map"],"led":[255,0,1],"text":"ü \\u00fc \\ud83d\\ude00"}}',
  ].map(bytesOf),
  words: ['NaN', '-Infinity', '"S', '"N"', '\\"', '\\u0000', '\u2028', ' :', '\u00a0:', '1e', '.', '+', '//'],
  run: (bytes) => {
    const text = Buffer.from(bytes).toString('utf8');
    const ours = attempt(() => ({ parsed: parseJson(text) }), SyntaxError);
    const expected = referenceParse(text, maxJsonDepth);
    expectThat((ours.value !== undefined) === (expected !== undefined), 'the two readers do not agree');
    if (!ours.value) return 'refused';
    const { parsed } = ours.value;
    expectSame(parsed, expected?.value, 'read differently');
    expectThat(!('polluted' in {}), 'a text has changed all objects');
    expectSame(parseJson(formatJson(parsed)), parsed, 'not the same after it was written and read again');
    return 'accepted';
  },
};
