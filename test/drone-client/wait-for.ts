/** Waits for something real sockets bring about: looks again until it holds, and fails with its own reason. */
export async function waitFor(check: () => unknown, timeoutMs = 20_000): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
