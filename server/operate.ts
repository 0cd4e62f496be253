/** Every command of the catalogue, and the code that carries it out: the panel and the control port both come here. */
import { type CommandName, operations as catalogue } from '../lib/operations/catalogue.js';
import { type FileOperation, isFileOperation } from '../lib/operations/file-operations.js';
import type { Arguments } from '../lib/operations/operation.js';
import type { CommandResult } from './fleet/drone-record.js';
import type { AuthorizeOptions } from './show-control/operations.js';
import { isOrder, type Order } from './show-control/orders.js';
import type { Call, CommandEnd, ServerFacade } from './snapshot.js';

type Facade = Pick<
  ServerFacade,
  'operations' | 'groups' | 'configs' | 'music' | 'hub' | 'oversight' | 'removeFromTable'
>;

/** A text says what was done where no drone is concerned. */
type Ended = CommandResult[] | string;

type Run = (facade: Facade, call: Call) => Promise<Ended> | Ended;

/** Those that are more than an order to each drone. */
const commands: Readonly<Record<Exclude<CommandName, Order | FileOperation>, Run>> = {
  upload: ({ operations }, { ids }) => operations.upload(ids),
  authorize: ({ operations }, { ids, given }) => operations.authorize(ids, authorizeOptions(given)),
  unauthorize: ({ operations }, { ids }) => operations.unauthorize(ids),
  assign: ({ operations }, { ids, given: { by } }) =>
    operations.assign(ids, by === 'id' || by === 'places' ? by : 'regexp'),
  replace: ({ operations }, { given: { out, spare } }) => operations.replace(String(out), String(spare)),
  start: ({ operations }, { ids, given: { delay, music } }) =>
    operations.start(ids, {
      delayS: Number(delay),
      ...(music !== undefined && { musicS: Number(music) }),
    }),
  pause: ({ operations }, { ids }) => operations.pause(ids),
  resume: ({ operations }, { ids }) => operations.resume(ids),
  stop: ({ operations }, { ids }) => operations.stop(ids),
  land: ({ operations }, { ids }) => operations.land(ids),
  disarm: ({ operations }, { ids }) => operations.disarm(ids),
  return_home: ({ operations }, { ids }) => operations.endFlight('return_home', ids),
  emergency_land: ({ operations }, { ids }) => operations.endFlight('emergency_land', ids),
  kill: ({ operations }, { ids }) => operations.endFlight('kill', ids),
  selfcheck: ({ operations }, { ids }) => operations.check(ids),
  rename: ({ operations }, { ids, given: { name } }) => operations.rename(ids, String(name)),
  visual_land: ({ operations }, { ids }) => operations.visualLand.begin(ids),
  visual_land_answer: ({ operations }, { given: { color } }) =>
    operations.visualLand.answer(color === 'green' ? 'green' : 'red'),
  visual_land_undo: ({ operations }) => operations.visualLand.undo(),
  visual_land_end: ({ operations: { visualLand } }, { given: { how } }) => {
    return how === 'land' ? visualLand.landLit() : visualLand.close();
  },
  visual_land_disarm: ({ operations }, { ids }) => operations.visualLand.disarmLit(ids),
  group_save: ({ groups }, { ids, given: { group } }) => {
    groups.replace(String(group), ids);
    return ids.map((id) => ({ id, ok: true }));
  },
  group_remove: ({ groups }, { given: { group } }) => {
    groups.remove(String(group));
    return `group "${group}" is forgotten; its drones stay`;
  },
  set_setting: ({ configs }, { given: { option, value } }) => configs.setOwn(String(option), String(value)),
  remove: (facade, { ids }) => facade.removeFromTable(ids),
  update_software: ({ operations }, { ids, given: { path, stages } }) =>
    operations.updates.update(ids, { path: String(path), stages: String(stages) }),
  update_stop: ({ operations }) => operations.updates.stop(),
  execute: ({ operations }, { ids, given: { command } }) => operations.execute(ids, String(command)),
  music_choose: ({ music }, { given: { path } }) =>
    music.choose(path === undefined ? undefined : String(path)),
  music_play: ({ music }, { given: { at } }) => music.play(at === undefined ? undefined : Number(at)),
  music_hold: ({ music }) => music.hold(),
  music_stop: ({ music }) => music.stop(),
  checklist_tick: ({ oversight }, { given: { item }, by }) =>
    oversight.tick(String(item), { by, isTicked: true }),
  checklist_untick: ({ oversight }, { given: { item }, by }) =>
    oversight.tick(String(item), { by, isTicked: false }),
  alert_accept: ({ oversight }, { given: { alert }, by }) => oversight.accept(String(alert), by),
  expel: ({ hub }, { given: { visitor } }) => hub.expel(String(visitor), 'the operator'),
  hub_command: ({ hub }, { given: { command, state, gateway } }) =>
    hub.switchCommand(String(command), state === 'on', gateway === undefined ? undefined : String(gateway)),
};

/** One result per id, in the given order; what concerns no drone says in words what was done. */
export async function operate(facade: Facade, call: Call): Promise<CommandEnd> {
  const ended = await run(facade, call);
  if (typeof ended === 'string') return { results: [], text: ended };
  const { title, target } = catalogue[call.name];
  return ended.length === 0 && target === 'none'
    ? { results: [], text: `done: ${title}` }
    : { results: ended };
}

function run(facade: Facade, call: Call): Promise<Ended> | Ended {
  const { name, ids, given } = call;
  if (isFileOperation(name)) return facade.operations.files(name, ids, given);
  if (isOrder(name)) return facade.operations.order(name, ids, wireOf(name, given));
  return commands[name](facade, call);
}

/** What clever-show calls it. */
function wireOf(name: Order, given: Arguments): Arguments {
  if (name === 'service_restart') return { name: given.service ?? '' };
  // A height is a text on the wire.
  return name === 'takeoff_z' ? { z: String(given.z) } : given;
}

function authorizeOptions({ scope, minutes, override }: Arguments): AuthorizeOptions {
  return {
    scope: scope === 'lights' ? 'lights' : 'live',
    validS: Number(minutes) * 60,
    ...(typeof override === 'string' && { override }),
  };
}
