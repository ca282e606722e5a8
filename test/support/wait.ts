/** Waits for something to become true, in real time: for what arrives over sockets. */

export async function until(isTrue: () => boolean, what: string, withinMs = 4_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 2));
  }
}

/** Lets what is under way in this process go on, sockets of its own included: turns of the event loop, not milliseconds, take it there and back. */
export async function takeTurns(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
