/** Milliseconds that this process has worked so far. What other programs of a busy machine do meanwhile does not count, nor does waiting. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
