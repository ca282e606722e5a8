/** The last words of a node that is deleted or disabled: said while everybody behind it still listens. */

import type { Node, NodeAPI, NodeMessage } from 'node-red';

/** Whether it goes with what a deploy removes: alone, with its flow, or with an instance of its subflow. */
export function goes(node: Node, removed: readonly string[]): boolean {
  const flow = node.z ?? '';
  // Nodes of a subflow stand in its instance; an instance within another has the id of that one before its own.
  return removed.some((id) => id === node.id || id === flow || flow.startsWith(`${id}-`));
}

/**
 * Hands a message to those behind the node. What is sent is delivered a turn later, and in a full deploy, or where the whole flow goes,
 * nobody hears it then. It is sent as well: in other deploys what was sent a moment ago is still on its way, and must not be the last word.
 */
export function handOver(RED: NodeAPI, node: Node, message: NodeMessage): void {
  const { wires } = node as Node & { readonly wires?: unknown };
  const [behind] = Array.isArray(wires) ? (wires as readonly unknown[]) : [];
  for (const id of Array.isArray(behind) ? behind : []) {
    // Typed as never null, and null all the same where a node is disabled.
    (RED.nodes.getNode(String(id)) as Node | null | undefined)?.receive(RED.util.cloneMessage(message));
  }
  node.send(message);
}
