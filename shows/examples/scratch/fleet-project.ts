/** The project of the example: stage, sprites and pictures, as the files of its archive (sb3). Knows no disk. */
import { createHash } from 'node:crypto';
import { flatten, type JsonObject, type Script, variableId } from './blocks.js';
import { backdrop, button, droneIcon, type Picture, pen } from './pictures.js';
import {
  buttonScripts,
  dronesScripts,
  shownVariables,
  stageScripts,
  starlingScripts,
  variables,
} from './scripts.js';

/** Where TurboWarp gets the extension from. */
const cloudlinkUrl = 'https://extensions.turbowarp.org/cloudlink.js';

/** Cues of `classroom.ini`, and their colours. */
const buttons = { sparkle: '#8a5cf0', red: '#d8373f', blue: '#2f6fe0', freeze: '#4b5677' } as const;

/** One costume for each phase of the show, and one for no server. */
const phases = {
  offline: '#6b7390',
  idle: '#5b8cff',
  countdown: '#ffd23f',
  running: '#45d07c',
  paused: '#ff9f43',
} as const;

type Sprite = {
  readonly name: string;
  readonly pictures: readonly Picture[];
  readonly scripts: readonly Script[];
  readonly at: readonly [x: number, y: number];
  readonly isVisible?: boolean;
};

/** By name: `project.json`, and each picture under the MD5 of its bytes, as Scratch wants. */
export function projectFiles(): ReadonlyMap<string, Uint8Array> {
  const encoder = new TextEncoder();
  const drawn = [backdrop(), ...sprites().flatMap(({ pictures }) => pictures)];
  const pictures = drawn.map((picture) => [fileOf(picture).md5ext, encoder.encode(picture.svg)] as const);
  return new Map([['project.json', encoder.encode(JSON.stringify(project()))], ...pictures]);
}

function sprites(): readonly Sprite[] {
  const spread = Object.entries(buttons).map(([cue, fill], index): Sprite => {
    return {
      name: cue,
      pictures: [button(cue, fill)],
      scripts: buttonScripts(cue),
      at: [index * 112 - 168, -155],
    };
  });
  const icons = Object.entries(phases).map(([phase, fill]) => droneIcon(phase, fill));
  return [
    { name: 'drones', pictures: [pen()], scripts: dronesScripts(), at: [0, 0], isVisible: false },
    { name: 'starling', pictures: icons, scripts: starlingScripts(), at: [-200, -100] },
    ...spread,
  ];
}

function project(): JsonObject {
  return {
    targets: [stage(), ...sprites().map(target)],
    monitors: shownVariables.map(monitor),
    extensions: ['pen', 'cloudlink'],
    extensionURLs: { cloudlink: cloudlinkUrl },
    meta: { semver: '3.0.0', vm: '0.2.0', agent: '' },
  };
}

function stage(): JsonObject {
  const { blocks, remarks } = flatten(stageScripts());
  return {
    ...{ isStage: true, name: 'Stage', lists: {}, broadcasts: {}, blocks, comments: remarks },
    variables: Object.fromEntries(variables.map((name) => [variableId(name), [name, '']])),
    ...{ currentCostume: 0, costumes: [costume(backdrop())], sounds: [], volume: 100, layerOrder: 0 },
    ...{ tempo: 60, videoTransparency: 50, videoState: 'off', textToSpeechLanguage: null },
  };
}

function target(
  { name, pictures, scripts, at: [x, y], isVisible = true }: Sprite,
  index: number,
): JsonObject {
  const { blocks, remarks } = flatten(scripts);
  return {
    ...{ isStage: false, name, variables: {}, lists: {}, broadcasts: {}, blocks, comments: remarks },
    ...{ currentCostume: 0, costumes: pictures.map(costume), sounds: [], volume: 100, layerOrder: index + 1 },
    ...{
      visible: isVisible,
      x,
      y,
      size: 100,
      direction: 90,
      draggable: false,
      rotationStyle: "don't rotate",
    },
  };
}

function costume(picture: Picture): JsonObject {
  const { assetId, md5ext } = fileOf(picture);
  const [rotationCenterX, rotationCenterY] = picture.center;
  return { name: picture.name, assetId, dataFormat: 'svg', md5ext, rotationCenterX, rotationCenterY };
}

/** Scratch names files by their MD5. */
function fileOf({ svg }: Picture): { readonly assetId: string; readonly md5ext: string } {
  const assetId = createHash('md5').update(svg).digest('hex');
  return { assetId, md5ext: `${assetId}.svg` };
}

/** A variable that is seen on the stage. */
function monitor(name: string, index: number): JsonObject {
  return {
    ...{ id: variableId(name), mode: 'default', opcode: 'data_variable', params: { VARIABLE: name } },
    ...{ spriteName: null, value: '', width: 0, height: 0, x: 5, y: 5 + index * 27, visible: true },
    ...{ sliderMin: 0, sliderMax: 100, isDiscrete: true },
  };
}
