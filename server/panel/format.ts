/** Numbers and times as an operator reads them. Knows no drones. */

/** A number in a column: with `decimals` below a hundred, without above; `-` when unknown. */
export function formatNumber(value: number, decimals = 2): string {
  if (Number.isNaN(value)) return '-';
  const size = Math.abs(value);
  if (size >= 1e6) return value > 0 ? '>1e6' : '<-1e6';
  return value.toFixed(size >= 100 ? 0 : decimals);
}

/** `1:05` or `1:00:05`; times before zero count as zero. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (!Number.isFinite(whole)) return '-';
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const tail = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** `mm:ss` of what is left, rounded up: zero is shown when it is over, not before. */
export function formatCountdown(leftMs: number): string {
  const whole = Math.max(0, Math.ceil(leftMs / 1000));
  return `${twoDigits(Math.floor(whole / 60))}:${twoDigits(whole % 60)}`;
}

/** `HH:MM:SS` UTC. */
export function formatUtc(utcMs: number): string {
  const inDay = ((Math.floor(utcMs / 1000) % 86_400) + 86_400) % 86_400;
  if (!Number.isFinite(inDay)) return '--:--:--';
  const [hours, minutes] = [Math.floor(inDay / 3600), Math.floor((inDay % 3600) / 60)];
  return `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(inDay % 60)}`;
}

/** `YYYY-MM-DD`, UTC. */
export function formatDate(utcMs: number): string {
  const isDate = Number.isFinite(utcMs) && Math.abs(utcMs) < 8.64e15;
  return isDate ? new Date(utcMs).toISOString().slice(0, 10) : '----------';
}

/** Age of something, in the unit that says it shortest. */
export function formatAge(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** How far something is, 0 to 1, as a bar of so many columns: readable without colours. */
export function progressBar(share: number, columns: number): string {
  const done = Math.round(Math.max(0, Math.min(1, share)) * columns);
  return '█'.repeat(done) + '·'.repeat(columns - done);
}

/** `1 drone`, `5 drones`. */
export function countOf(count: number, noun = 'drone'): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first names, and how many more there are. */
export function nameSome(ids: readonly string[], max: number): string {
  const more = ids.length > max ? ` and ${ids.length - max} more` : '';
  return ids.slice(0, max).join(', ') + more;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
