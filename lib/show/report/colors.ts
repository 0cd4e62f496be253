/** Colours of drones in drawings. Knows numbers of drones alone. */

/** Far apart for neighbours in the list, dark enough for white paper; `h s% l%` by the golden angle. */
export function droneColor(index: number): string {
  const hue = Math.round((index * 137.508 + 210) % 360);
  return `hsl(${hue}, 65%, ${[42, 52, 34][index % 3] ?? 42}%)`;
}
