/** Waits for what another program or thread of events does; fails loudly when it does not. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
  what: string | (() => string) = isTrue.toString(),
): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > untilMs)
      throw new Error(`waited ${timeoutMs} ms in vain for: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
