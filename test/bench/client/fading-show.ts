/** A show of one drone that circles while its light never stands still, as a VVIZ file. Pure. */

/** How often its path is sampled, Hz. */
const positionHz = 4;
/** A colour every fifth of a second, and a fade to the next one. */
const colorHz = 5;
const riseS = 4;
const heightM = 4;
const radiusM = 3;
const roundS = 20;

export function fadingShow(flightS: number): string {
  const samples = Array.from({ length: Math.round((flightS + 2 * riseS) * positionHz) + 1 }, (_, index) =>
    placeAt(index / positionHz, flightS),
  );
  const agentTraversal = samples.slice(1).map((place, index) => {
    const before = samples[index] ?? place;
    const [dx = 0, dy = 0, dz = 0] = place.map((value, axis) =>
      Number((value - (before[axis] ?? 0)).toFixed(4)),
    );
    return { dx, dy, dz, dt: 1 / positionHz };
  });
  const payloadActions = Array.from({ length: Math.round(flightS * colorHz) }, (_, index) => ({
    ...{ r: (index * 97) % 256, g: (index * 57) % 256, b: (index * 31) % 256 },
    frames: index === 0 ? riseS * colorHz : 1,
  }));
  const [homeX = 0, homeY = 0, homeZ = 0] = samples[0] ?? [];
  const performance = {
    id: 'drone-1',
    agentDescription: { homeX, homeY, homeZ, agentTraversal },
    payloadDescription: [{ id: 0, type: 'Light', payloadActions }],
  };
  return JSON.stringify({
    ...{ version: '1.0', defaultPositionRate: positionHz, defaultColorRate: colorHz },
    performances: [performance],
  });
}

/** East, up, south, m. */
function placeAt(tS: number, flightS: number): readonly [number, number, number] {
  const up = Math.min(1, tS / riseS, (flightS + 2 * riseS - tS) / riseS);
  const angle = (2 * Math.PI * Math.max(0, Math.min(flightS, tS - riseS))) / roundS;
  return [radiusM * Math.cos(angle), heightM * Math.max(0, up), -radiusM * Math.sin(angle)];
}
