/** What a drone measures besides flying, for people: wind, temperatures, its Wi-Fi. Knows no pane and no colours. */
import { numberAt, type Telemetry } from '../fleet/telemetry.js';

/** In one line what is known of it; empty when nothing is. The hotter of computer and battery stands for both. */
export function measuredText(telemetry: Telemetry): string {
  const [wind, link] = [windText(telemetry), linkText(telemetry)];
  const hottestC = Math.max(...temperaturesC(telemetry).filter((value) => Number.isFinite(value)));
  return [wind && `wind ${wind}`, degreesText(hottestC), link && `Wi-Fi ${link}`]
    .filter((text) => text !== '')
    .join(', ');
}

/** By its key a text for each of these that the drone tells of at all. */
export function measuredFacts(telemetry: Telemetry): ReadonlyMap<string, string> {
  const [computer = '', battery = ''] = temperaturesC(telemetry).map(degreesText);
  const temperatures = [computer && `computer ${computer}`, battery && `battery ${battery}`];
  const texts = new Map([
    ['wind', windText(telemetry)],
    ['temperature', temperatures.filter((text) => text !== '').join(', ')],
    ['link_quality', linkText(telemetry)],
  ]);
  const told = [...texts].filter(([key]) => telemetry[key] !== undefined);
  return new Map(told.map(([key, text]) => [key, text === '' ? 'unknown' : text]));
}

function windText({ wind }: Telemetry): string {
  const [meanMPerS = Number.NaN, gustMPerS = Number.NaN, fromDeg = Number.NaN] = [0, 1, 2].map((index) =>
    numberAt(wind, index),
  );
  if (!Number.isFinite(meanMPerS + gustMPerS + fromDeg)) return '';
  return `${meanMPerS.toFixed(1)} m/s, gusts ${gustMPerS.toFixed(1)}, from ${fromDeg.toFixed(0)}°`;
}

/** Of the computer and of the battery. */
function temperaturesC({ temperature }: Telemetry): readonly number[] {
  return [numberAt(temperature, 0), numberAt(temperature, 1)];
}

function degreesText(temperatureC: number): string {
  return Number.isFinite(temperatureC) ? `${temperatureC.toFixed(0)} °C` : '';
}

function linkText({ link_quality: quality }: Telemetry): string {
  return typeof quality === 'number' && Number.isFinite(quality) ? `${(quality * 100).toFixed(0)} %` : '';
}
