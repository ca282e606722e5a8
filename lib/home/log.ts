/** Where parts of the package say what happens. */

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** A log that fails must not take a refresh or a packet with it: nobody could be told anyway. */
export function harmless(log: Log): Log {
  const line =
    (level: keyof Log) =>
    (text: string): void => {
      try {
        log[level](text);
      } catch {
        // See above.
      }
    };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
