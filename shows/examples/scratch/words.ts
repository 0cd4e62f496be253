/** The Scratch and CloudLink blocks that the example uses, by names. Knows no script. */
import type { Block, Input } from './blocks.js';

const plain = (opcode: string, inputs: Readonly<Record<string, Input>> = {}): Block => ({ opcode, inputs });
const condition = (opcode: string, inputs: Readonly<Record<string, Input>> = {}): Block => ({
  ...plain(opcode, inputs),
  isCondition: true,
});

export const whenFlagClicked = plain('event_whenflagclicked');
export const whenClicked = plain('event_whenthisspriteclicked');

export const variable = (name: string): Input => ({ variable: name });
export const set = (name: string, value: Input): Block => ({
  ...plain('data_setvariableto', { VALUE: value }),
  fields: { VARIABLE: name },
});
export const change = (name: string, by: Input): Block => ({
  ...plain('data_changevariableby', { VALUE: by }),
  fields: { VARIABLE: name },
});

export const join = (first: Input, second: Input): Block =>
  plain('operator_join', { STRING1: first, STRING2: second });
export const plus = (one: Input, other: Input): Block => plain('operator_add', { NUM1: one, NUM2: other });
export const times = (one: Input, other: Input): Block =>
  plain('operator_multiply', { NUM1: one, NUM2: other });
export const random = (from: number, to: number): Block => plain('operator_random', { FROM: from, TO: to });
export const equals = (one: Input, other: Input): Block =>
  condition('operator_equals', { OPERAND1: one, OPERAND2: other });

export const wait = (seconds: number): Block => plain('control_wait', { DURATION: seconds });
export const waitUntil = (until: Block): Block => plain('control_wait_until', { CONDITION: until });
export const forever = (...blocks: readonly Block[]): Block => ({
  opcode: 'control_forever',
  mouths: { SUBSTACK: blocks },
});
export const repeat = (count: Input, ...blocks: readonly Block[]): Block => ({
  ...plain('control_repeat', { TIMES: count }),
  mouths: { SUBSTACK: blocks },
});
export const either = (when: Block, then: readonly Block[], otherwise: readonly Block[]): Block => ({
  ...plain('control_if_else', { CONDITION: when }),
  mouths: { SUBSTACK: then, SUBSTACK2: otherwise },
});
export const stopOtherScripts: Block = {
  opcode: 'control_stop',
  fields: { STOP_OPTION: 'other scripts in sprite' },
  mutation: { hasnext: 'true' },
};

export const hide = plain('looks_hide');
export const sizeTo = (percent: number): Block => plain('looks_setsizeto', { SIZE: percent });
export const say = (text: Input): Block => plain('looks_say', { MESSAGE: text });
/** `shown`: which one the menu shows where the variable was taken out. */
export const costume = (name: string, shown: string): Block =>
  plain('looks_switchcostumeto', {
    COSTUME: { menu: 'looks_costume', field: 'COSTUME', value: shown, under: variable(name) },
  });
export const goTo = (x: Input, y: Input): Block => plain('motion_gotoxy', { X: x, Y: y });

export const eraseAll = plain('pen_clear');
export const penDown = plain('pen_penDown');
export const penUp = plain('pen_penUp');
export const penSize = (size: Input): Block => plain('pen_setPenSizeTo', { SIZE: size });
/** Red, green, blue: `#rrggbb`, or 65536 × red + 256 × green + blue. */
export const penColor = (color: Input): Block => plain('pen_setPenColorToColor', { COLOR: color });

/** A block of one's own without inputs: what it does is drawn at once, not step by step. */
export const define = (name: string): Block =>
  plain('procedures_definition', {
    custom_block: {
      opcode: 'procedures_prototype',
      mutation: {
        ...{ proccode: name, argumentids: '[]', argumentnames: '[]', argumentdefaults: '[]' },
        warp: 'true',
      },
    },
  });
export const call = (name: string): Block => ({
  opcode: 'procedures_call',
  mutation: { proccode: name, argumentids: '[]', warp: 'true' },
});

// Source of the names: the blocks of TurboWarp's CloudLink extension, versions 0.1.2 and 0.1.3.
export const connectTo = (address: string): Block => plain('cloudlink_openSocket', { IP: address });
export const isConnected = condition('cloudlink_getComState');
export const hasFailed = condition('cloudlink_getComFailedConnectionState');
export const whenDisconnected = plain('cloudlink_onClose');
export const setUsername = (name: Input): Block => plain('cloudlink_setMyName', { NAME: name });
export const isUsernameSet = condition('cloudlink_getUsernameState');
export const linkToRoom = (room: string): Block => plain('cloudlink_linkToRooms', { ROOMS: room });
export const isLinked = condition('cloudlink_getRoomState');
export const send = (text: string): Block => plain('cloudlink_sendGData', { DATA: text });
/** The last value of a variable of the room. */
export const told = (name: Input): Block => ({
  ...plain('cloudlink_returnVarData', { VAR: name }),
  fields: { TYPE: 'Global variables' },
});
export const clearPackets: Block = { opcode: 'cloudlink_clearAllPackets', fields: { TYPE: 'All data' } };
/** The server's answers come directly, to whoever asked. */
export const isAnswered: Block = {
  ...condition('cloudlink_returnIsNewData'),
  fields: { TYPE: 'Direct data' },
};
export const forgetAnswer: Block = { opcode: 'cloudlink_resetNewData', fields: { TYPE: 'Direct data' } };
export const answer = plain('cloudlink_returnDirectData');
export const partOf = (path: string, json: Input): Block =>
  plain('cloudlink_parseJSON', { PATH: path, JSON_STRING: json });
