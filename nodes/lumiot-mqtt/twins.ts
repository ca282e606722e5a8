/** Nodes that bring the same home to the same base topic: on one broker each command would be carried out by both. */

import type { Node } from 'node-red';

/** By home and base topic, in the order they came. */
const groups = new Map<string, Node[]>();

export interface Twins {
  /** The name of one that was there before; undefined for the first. */
  elder(): string | undefined;
  leave(): void;
}

/** `config`: node id of the gateway or the account. */
export function joinTwins(node: Node, config: string, baseTopic: string): Twins {
  const key = JSON.stringify([config, baseTopic]);
  groups.set(key, [...(groups.get(key) ?? []), node]);
  return {
    elder: () => {
      const [first] = groups.get(key) ?? [];
      return first === undefined || first === node ? undefined : first.name || first.id;
    },
    leave: () => {
      const others = (groups.get(key) ?? []).filter((one) => one !== node);
      if (others.length > 0) groups.set(key, others);
      else groups.delete(key);
    },
  };
}
