/** Waits for something to become true, in real time: for what arrives over sockets. */

export async function until(isTrue: () => boolean, what: string, withinMs = 4_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 2));
  }
}
