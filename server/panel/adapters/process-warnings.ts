/** Warnings of the runtime, which it would write over the screen, go elsewhere as long as the panel is there. */

/** @returns what gives them back to the runtime. */
export function redirectWarnings(onWarning: (text: string) => void): () => void {
  const before = process.listeners('warning');
  const listen = ({ name, message }: Error) => onWarning(`${name}: ${message}`);
  process.removeAllListeners('warning');
  process.on('warning', listen);
  return () => {
    process.off('warning', listen);
    for (const listener of before) process.on('warning', listener);
  };
}
