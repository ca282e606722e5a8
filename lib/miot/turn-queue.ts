/** One at a time within this process, in the order in which they came. Among processes: lock.ts. */

const queues = new Map<string, Promise<void>>();

/** Resolves when it is the caller's turn; it calls what it gets when it is done. */
export async function takeTurn(name: string): Promise<() => void> {
  const before = queues.get(name) ?? Promise.resolve();
  let leave = (): void => {};
  const turn = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const after = before.then(() => turn);
  queues.set(name, after);
  await before;
  return () => {
    if (queues.get(name) === after) queues.delete(name);
    leave();
  };
}
