/** Puts a node for a device on the canvas: where it is dropped, or in the middle of what can be seen. One step to undo. */

import { cloudDeviceName } from '../shared/editor/account-home.mts';
import { element } from '../shared/editor/elements.mts';
import { deviceName } from '../shared/editor/home.mts';

/** A node type with the settings it gets: whose device it is, and which. */
export type NodeToPlace = { readonly type: string; readonly device: string } & (
  | { readonly gateway: string }
  | { readonly account: string }
);

/** A place on the canvas, in its own coordinates. */
interface Place {
  readonly x: number;
  readonly y: number;
}

const DRAG_FROM_PX = 6;
const NEXT_ROW = 60;

/** What the palette calls a node type. */
export function paletteName(type: string): string {
  return RED.nodes.getType(type)?._('palette.name') ?? type;
}

/** Places a node beside what is already in the middle. Resolves with a key of the catalogue where it cannot. */
export function placeInView(words: Words, node: NodeToPlace): boolean {
  const chart = chartOf();
  if (chart === null) return false;
  const scale = RED.view.scale();
  const x = (chart.scrollLeft + chart.clientWidth / 2) / scale;
  let y = (chart.scrollTop + chart.clientHeight / 2) / scale;
  const taken = placesTaken();
  while (taken.some((place) => Math.abs(place.x - x) < 2 * NEXT_ROW && Math.abs(place.y - y) < NEXT_ROW / 2)) y += NEXT_ROW;
  return place(words, node, { x, y });
}

/** Lets a row be dragged to the canvas. What it stands for is asked for when the drag begins. */
export function makeDraggable(words: Words, row: HTMLElement, nodeOf: () => NodeToPlace): void {
  $(row).draggable({
    appendTo: '#red-ui-editor',
    cancel: 'input,textarea,select,button',
    cursorAt: { left: 20, top: 15 },
    distance: DRAG_FROM_PX,
    scroll: false,
    zIndex: 1000,
    helper: () => $(chip(nodeOf())),
    start: () => RED.view.focus(),
    stop: ({ clientX = 0, clientY = 0 }) => {
      const chart = chartOf();
      // Only a drop on the canvas itself counts, not one on a dialog that covers it.
      if (chart === null || !chart.contains(document.elementFromPoint(clientX, clientY))) return;
      const box = chart.getBoundingClientRect();
      const scale = RED.view.scale();
      place(words, nodeOf(), { x: (clientX - box.left + chart.scrollLeft) / scale, y: (clientY - box.top + chart.scrollTop) / scale });
    },
  });
}

function place(words: Words, { type, ...settings }: NodeToPlace, { x, y }: Place): boolean {
  const problem = whyNot(type);
  if (problem !== undefined) {
    RED.notify(words(problem), { type: 'warning', timeout: 4_000 });
    return false;
  }
  const made = RED.view.createNode(type, x, y);
  Object.assign(made.node, settings);
  const node = RED.nodes.add(made.node, { source: 'palette' });
  RED.history.push(made.historyEvent);
  RED.editor.validateNode(node);
  RED.nodes.dirty(true);
  RED.view.select({ nodes: [node] });
  // Its width, and so its place on the grid, is known once it is drawn.
  RED.view.redraw(true, true);
  const offset = RED.view.snapGrid ? RED.view.tools.calculateGridSnapOffsets?.(node) : undefined;
  Object.assign(node, {
    x: Math.max(Number(node.x) - (offset?.x ?? 0), Number(node.w) / 2),
    y: Math.max(Number(node.y) - (offset?.y ?? 0), Number(node.h) / 2),
    dirty: true,
  });
  RED.view.redraw(true);
  return true;
}

function whyNot(type: string): string | undefined {
  if (RED.nodes.getType(type) === undefined) return 'place.noType';
  if (RED.workspaces.active() === 0) return 'place.noFlow';
  return RED.workspaces.isLocked() ? 'place.locked' : undefined;
}

function placesTaken(): Place[] {
  const taken: Place[] = [];
  RED.nodes.eachNode(({ x, y, z }) => {
    if (z === RED.workspaces.active()) taken.push({ x: Number(x), y: Number(y) });
  });
  return taken;
}

function chartOf(): HTMLElement | null {
  return document.getElementById('red-ui-workspace-chart');
}

/** What hangs on the pointer while it is dragged. */
function chip(node: NodeToPlace): HTMLElement {
  const { type, device } = node;
  const name = 'gateway' in node ? deviceName(node.gateway, device) : cloudDeviceName(node.account, device);
  const made = element('div', { class: 'lumiot-chip' }, element('b', {}, paletteName(type)), ' ', element('span', {}, name || device));
  made.style.borderLeftColor = RED.nodes.getType(type)?.color ?? '';
  return made;
}
