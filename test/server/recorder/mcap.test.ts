import { describe, expect, it } from 'vitest';
import { exportMcap } from '../../../server/recorder/export/mcap-export.js';
import { Recording } from '../../../server/recorder/replay/recording.js';
import { faultsOf, ofTopic, readIndexed } from '../../drone-client/flight-log/support.js';
import { drone, rig } from './support.js';

describe('a recording as MCAP', () => {
  it('is read by the official reader, on one line of time', async () => {
    let x = 0;
    const observe = () => ({
      drones: [
        drone('drone-1', {
          telemetry: {
            armed: true,
            current_position: [x++, 2, Number.NaN, 90, 'map'],
            battery: [16.1, 0.9],
            wind: [4.5, 7, 270],
          },
        }),
        drone('drone-2'),
      ],
      server: {},
    });
    const { clock, disk, recorder } = rig({ snapshotMs: 400 }, { observe });
    await clock.advance(500);
    recorder.record({ kind: 'note', body: { level: 'warning', text: 'wind' } });
    clock.stepUtc(60_000);
    await clock.advance(500);
    await recorder.close();

    const bytes: Uint8Array[] = [];
    const recording = await Recording.open(disk.sessionFiles());
    await exportMcap(recording, { append: async (more) => void bytes.push(Uint8Array.from(more)) });
    const { messages, metadata } = await readIndexed(Buffer.concat(bytes));

    expect(metadata.get('serverId')).toBe('server-1');
    const places = ofTopic(messages, '/drones/drone-1');
    expect(places.map(({ value }) => value.position)).toEqual(
      [0, 1, 2, 3, 4, 5].map((x) => ({ x, y: 2, yawDeg: 90 })),
    );
    expect(places[0]?.value).toMatchObject({
      armed: true,
      battery: { voltageV: 16.1, share: 0.9 },
      frame: 'map',
      wind: { meanMPerS: 4.5, gustMPerS: 7, fromDeg: 270 },
    });
    expect(places[0]?.schema.name).toBe('starling.Drone');
    expect(ofTopic(messages, '/drones/drone-2')).toHaveLength(1);
    expect(ofTopic(messages, '/drones/drone-2')[0]?.value).not.toHaveProperty('wind');
    const drones = messages.filter(({ topic }) => topic.startsWith('/drones/'));
    expect(drones.flatMap(({ value, schema }) => faultsOf(value, schema.json))).toEqual([]);
    expect(ofTopic(messages, '/journal').map(({ value }) => value.kind)).toEqual(['head', 'note', 'end']);
    expect(ofTopic(messages, '/log').map(({ value }) => [value.level, value.message])).toEqual([[3, 'wind']]);
    const times = messages.map(({ logTimeNs }) => Number(logTimeNs / 1_000_000n) - 1_700_000_000_000);
    expect([Math.min(...times), Math.max(...times)]).toEqual([0, 1000]);
    expect(ofTopic(messages, '/journal').at(-1)?.publishTimeNs).toBe(1_700_000_061_000_000_000n);
  });
});
